"""ST: steps and what may stand in them."""

from collections.abc import Iterator

from gatewright.bundle.readers import direct_text, local_name
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Step, Subject
from gatewright.lint.xml import child, children, elements_of, text_of
from gatewright.xml import Element

_PARTS = frozenset({"Name", "Condition", "FaultRules"})


def _steps(subject: Subject) -> Iterator[Step]:
    for endpoint in subject.endpoints:
        yield from endpoint.steps


def _unnamed(subject: Subject) -> Iterator[Found]:
    for step in _steps(subject):
        name = child(step.element, "Name")
        if name is None:
            yield Found(step.element, "the step has no <Name>")
        elif not direct_text(name):
            yield Found(step.element, "the step names no policy")


def _parts(subject: Subject) -> Iterator[Found]:
    for step in _steps(subject):
        element = step.element
        for part in elements_of(element):
            if local_name(part) not in _PARTS:
                yield Found(part, f"<{local_name(part)}> has no place in a step")
        for name in ("Name", "Condition"):
            yield from _single_text(children(element, name), name)


def _single_text(found: list[Element], name: str) -> Iterator[Found]:
    for extra in found[1:]:
        yield Found(extra, f"<{name}> stands twice in the step; the last one counts")
    for element in found[:1]:
        text = direct_text(element)
        if any(True for _ in elements_of(element)):
            yield Found(element, f"an element stands in <{name}>, which holds text only")
        elif name == "Name" and text != text.strip():
            yield Found(element, "there is space around the policy's name")
        elif name == "Condition" and not text.strip() and len(found) == 1:
            yield Found(element, "<Condition> is empty: it always holds")


def _after_fault(subject: Subject) -> Iterator[Found]:
    for endpoint in subject.endpoints:
        for sequence, owner in endpoint.sequences:
            faulted = ""
            for element in children(sequence, "Step"):
                step = Step(element, sequence, owner)
                if faulted:
                    yield Found(element, f"{faulted!r} has always raised a fault before this step")
                elif _always_faults(step, subject):
                    faulted = step.name


def _always_faults(step: Step, subject: Subject) -> bool:
    policy = subject.policy_named.get(step.name)
    return (
        policy is not None
        and policy.type == "RaiseFault"
        and not step.is_conditional
        and (policy.root.get("enabled") or "true").strip().lower() != "false"
        and text_of(child(policy.root, "Enabled")) != "false"
    )


RULES = (
    Rule(
        "ST001",
        "a step that names no policy",
        "It attaches nothing.",
        "Write the policy's name in <Name>, or remove the step.",
        _unnamed,
        adopts=(
            Adoption("missing-value", element="Step"),
            Adoption("missing-value", element="Policy"),
            Adoption("bare-step"),
        ),
    ),
    Rule(
        "ST002",
        "a step that does not hold one name and at most one condition",
        "Of what stands twice only the last counts, and what has no place there has no effect.",
        "Keep one <Name> and, where the step is not to run always, one <Condition>.",
        _parts,
        adopts=tuple(
            Adoption(name, element=element)
            for name, element in (
                ("repeated-element", "Step/Name"),
                ("repeated-element", "Step/Condition"),
            )
        ),
    ),
    Rule(
        "ST008",
        "a step after a RaiseFault that always runs",
        "The fault ends the flow, so the step is never reached.",
        "Give the RaiseFault's step a condition, or remove what follows.",
        _after_fault,
    ),
)

"""PO: Quota and SpikeArrest."""

import re
from collections import Counter
from collections.abc import Iterator

from gatewright.bundle.readers import direct_text, local_name
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.shapes import once_each, shape, wrong_boolean
from gatewright.lint.subject import Policy, Step, Subject
from gatewright.lint.xml import child, children, elements_of, is_true, text_at, text_of
from gatewright.xml import Element

_COUNT = re.compile(r"0*[1-9][0-9]*")
_LIMIT = ("Allow", "Interval", "TimeUnit")
_QUOTA = shape(
    {
        "": "DisplayName Description Properties Allow Interval Distributed Synchronous TimeUnit Identifier "
        "MessageWeight StartTime AsynchronousConfiguration UseQuotaConfigInAPIProduct",
        "Properties": "Property",
        "Allow": "Class",
        "Allow/Class": "Allow",
        "AsynchronousConfiguration": "SyncIntervalInSeconds SyncMessageCount",
        "UseQuotaConfigInAPIProduct": "DefaultConfig",
        "UseQuotaConfigInAPIProduct/DefaultConfig": "Allow Interval TimeUnit",
    }
)
_SPIKE_ARREST = shape(
    {
        "": "DisplayName Description Properties Identifier MessageWeight Rate UseEffectiveCount",
        "Properties": "Property",
    },
    required=("Rate",),
)


def _placement(type_: str) -> tuple[Adoption, ...]:
    names = ("unknown-element", "unknown-attribute", "repeated-element", "ignored", "stray-text")
    return tuple(Adoption(name, type_) for name in names)


def _not_distributed(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("Quota"):
        if not is_true(policy.root, "Distributed"):
            yield Found(policy.root, "the quota does not say <Distributed>true</Distributed>")


def _reused(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("Quota"):
        places = Counter(_place(step) for step in subject.steps_of.get(policy.name, ()))
        for (sequence, _, _), count in places.items():
            if count > 1:
                message = f"{policy.name!r} counts {count} times in one {local_name(sequence)}"
                yield Found(policy.root, f"{message}, under the same condition")


def _place(step: Step) -> tuple[Element, Element, str]:
    return step.sequence, step.owner, text_of(child(step.element, "Condition"))


def _quota(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("Quota"):
        yield from once_each(_of_quota(policy, subject))


def _of_quota(policy: Policy, subject: Subject) -> Iterator[Found]:
    root = policy.root
    yield from _QUOTA.problems(root)
    product = child(root, "UseQuotaConfigInAPIProduct")
    missing = [name for name in _LIMIT if child(root, name) is None]
    if product is not None:
        yield from _product(product, policy, subject)
    elif missing:
        yield Found(root, "there is no " + ", no ".join(f"<{name}>" for name in missing))
    yield from wrong_boolean(root, "Distributed", "Synchronous")
    for weight in children(root, "MessageWeight"):
        if text_of(weight) or not weight.get("ref"):
            yield Found(weight, "<MessageWeight> takes its value from a variable alone: write ref")
    for asynchronous in children(root, "AsynchronousConfiguration"):
        yield from _synchronization(asynchronous)


def _product(product: Element, policy: Policy, subject: Subject) -> Iterator[Found]:
    name = product.get("stepName")
    verifier = subject.policy_named.get(name or "")
    if name is None:
        yield Found(product, "<UseQuotaConfigInAPIProduct> has no stepName")
    elif name == policy.name:
        yield Found(product, "stepName names the quota itself")
    elif verifier is None:
        yield Found(product, f"stepName names the policy {name!r}, which is not in the bundle")
    elif not _verifies(verifier):
        yield Found(product, f"stepName names {name!r}, which verifies neither a key nor a token")


def _verifies(policy: Policy) -> bool:
    operation = text_at(policy.root, "Operation")
    return policy.type == "VerifyAPIKey" or (policy.type == "OAuthV2" and operation == "VerifyAccessToken")


def _synchronization(asynchronous: Element) -> Iterator[Found]:
    parts = list(elements_of(asynchronous))
    if not parts:
        yield Found(asynchronous, "<AsynchronousConfiguration> has neither an interval nor a count")
    for part in parts:
        if _COUNT.fullmatch(text_of(part)) is None:
            yield Found(part, f"<{local_name(part)}> is no whole number above 0")


def _spike_arrest(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("SpikeArrest"):
        yield from once_each(_of_spike_arrest(policy.root))


def _of_spike_arrest(root: Element) -> Iterator[Found]:
    yield from _SPIKE_ARREST.problems(root)
    for element in children(root, "UseEffectiveCount"):
        if direct_text(element).strip() not in ("", "true", "false"):
            yield Found(element, "<UseEffectiveCount> is neither true nor false")


RULES = (
    Rule(
        "PO022",
        "a quota that is not distributed",
        "Each message processor then counts for itself, so more calls pass than the limit says.",
        "Write <Distributed>true</Distributed>.",
        _not_distributed,
    ),
    Rule(
        "PO023",
        "a quota that counts one call more than once",
        "Every step that runs it counts, so the limit is reached early.",
        "Attach it once, or give its steps conditions that exclude each other.",
        _reused,
    ),
    Rule(
        "PO035",
        "a Quota with elements that it does not have, or without those that it needs",
        "Nothing reads what does not belong there, and without a whole limit the quota cannot be applied.",
        "Keep <Allow>, <Interval> and <TimeUnit>, or name the step that verifies the key or token.",
        _quota,
        adopts=(
            *_placement("Quota"),
            Adoption("missing-value", "Quota"),
            Adoption("unknown-policy", "Quota"),
        ),
    ),
    Rule(
        "PO042",
        "a SpikeArrest with elements that it does not have, or without a rate",
        "Nothing reads what does not belong there, and without a rate nothing is limited.",
        "Keep one <Rate>, such as 30pm, and remove the rest.",
        _spike_arrest,
        adopts=(*_placement("SpikeArrest"), Adoption("missing-value", "SpikeArrest")),
    ),
)

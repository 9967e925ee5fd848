"""PO: AssignMessage, and the variables that RaiseFault assigns."""

from collections.abc import Iterator
from typing import Final

from gatewright.bundle.readers import direct_text, local_name
from gatewright.expr import TemplateError, parse_template
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.shapes import once_each, shape
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at, child, children, elements_of, text_of
from gatewright.xml import Element

_CONTENT = "FormParams Headers Path Payload QueryParams ReasonPhrase StatusCode Verb Version"
_ACTIONS: Final = ("Add", "AssignVariable", "Copy", "Remove", "Set")
_LISTS: Final = {"FormParams": "FormParam", "Headers": "Header", "QueryParams": "QueryParam"}
_PAYLOAD: Final = frozenset({"contentType", "variablePrefix", "variableSuffix"})
_SHAPE = shape(
    {
        "": "AssignTo IgnoreUnresolvedVariables Properties DisplayName Description " + " ".join(_ACTIONS),
        "Properties": "Property",
        "Add": "FormParams Headers QueryParams",
        "Copy": _CONTENT,
        "Remove": "FormParams Headers Payload QueryParams",
        "Set": _CONTENT + " Authentication",  # FE001 says that Edge does not read it
        "AssignVariable": "Name PropertySetRef Ref ResourceURL Template Value",
        **{f"{action}/{name}": item for action in _ACTIONS for name, item in _LISTS.items()},
    },
    repeats=(*_ACTIONS, "Properties"),
    verbatim=("Set/Payload", "Set/Authentication", "AssignVariable/Value", "AssignVariable/Template"),
)


def _placement(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("AssignMessage"):
        yield from once_each(_of_policy(policy.root))


def _of_policy(root: Element) -> Iterator[Found]:
    if not children(root, *_ACTIONS):
        yield Found(root, f"the policy does nothing: it has none of {', '.join(_ACTIONS)}")
    yield from _SHAPE.problems(root)
    for action in children(root, "Add", "Set"):
        if not len(action):
            yield Found(action, f"<{local_name(action)}> is empty")
        yield from _attributes(action, frozenset())
        for part in elements_of(action):
            yield from _written(part)
    for action in children(root, "Copy", "Remove"):
        yield from _attributes(action, frozenset({"source"} if local_name(action) == "Copy" else ()))
        for part in elements_of(action):
            yield from _chosen(part)


def _written(part: Element) -> Iterator[Found]:
    """A part of Add or Set: every item has a name and a value.

    Parts without items are not worth a word: the editors of Apigee write them into every new policy.
    """
    name = local_name(part)
    if name not in _LISTS:
        yield from _attributes(part, _PAYLOAD if name == "Payload" else frozenset())
        return
    for item in children(part, _LISTS[name]):
        yield from _named(item)
        if not direct_text(item):
            yield Found(item, f"<{local_name(item)}> has no value")


def _chosen(part: Element) -> Iterator[Found]:
    """A part of Copy or Remove: its text, if any, says true or false."""
    items = children(part, _LISTS.get(local_name(part), ""))
    for item in items:
        yield from _named(item)
    if local_name(part) not in _LISTS:
        yield from _attributes(part, frozenset())
    for element in items if local_name(part) in _LISTS else [part]:
        if text_of(element).lower() not in ("", "true", "false"):
            yield Found(element, f"<{local_name(element)}> holds true, false or nothing here")


def _named(item: Element) -> Iterator[Found]:
    yield from _attributes(item, frozenset({"name"}))
    if item.get("name") is None:
        yield Found(item, f"<{local_name(item)}> has no name")


def _attributes(element: Element, allowed: frozenset[str]) -> Iterator[Found]:
    for name in element.attrib:
        if str(name) not in allowed and not str(name).startswith("{"):
            yield Found(element, f"<{local_name(element)}> has no attribute {str(name)!r}")


def _assign_to(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("AssignMessage"):
        written = children(policy.root, "AssignTo")
        for extra in written[1:]:
            yield Found(extra, "<AssignTo> stands twice")
        if len(written) == 1:
            yield from _target(written[0])


def _target(assign_to: Element) -> Iterator[Found]:
    # The type comes first: a deployment finds the same, and takes the place of the first finding here.
    if assign_to.get("type") not in (None, "", "request", "response"):
        yield Found(assign_to, f"type {assign_to.get('type')!r} is neither request nor response")
    if assign_to.get("transport") not in (None, "", "http"):
        yield Found(assign_to, f"transport {assign_to.get('transport')!r} is none that there is: write http")
    if assign_to.get("createNew") == "false" and not direct_text(assign_to):
        yield Found(assign_to, "<AssignTo> names no message and creates none: without it the same happens")


def _assign_variable(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("AssignMessage", "RaiseFault"):
        path = "AssignVariable" if policy.type == "AssignMessage" else "FaultResponse/AssignVariable"
        for variable in at(policy.root, path):
            yield from _variable(variable)


def _variable(variable: Element) -> Iterator[Found]:
    known = ("Name", "Ref", "Value", "Template")
    for part in elements_of(variable):
        if local_name(part) not in known:
            yield Found(part, f"<{local_name(part)}> is none of Edge's ways to give a variable its value")
    for name in known:
        if len(children(variable, name)) > 1:
            yield Found(variable, f"<{name}> stands twice in <AssignVariable>")
    if child(variable, "Name") is None:
        yield Found(variable, "<AssignVariable> names no variable")
    if not children(variable, *known[1:]):
        yield Found(variable, "<AssignVariable> has none of <Ref>, <Value> and <Template>")
    for reference in children(variable, "Ref"):
        if set("{}") & set(text_of(reference)):
            yield Found(reference, "<Ref> holds a variable's name without braces")
    for template in children(variable, "Template"):
        yield from _template(template)


def _template(element: Element) -> Iterator[Found]:
    try:
        parse_template(text_of(element))
    except TemplateError as error:
        yield Found(element, f"the message template is wrong: {error.message}")


def _content_type(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("AssignMessage"):
        payloads = at(policy.root, "Set/Payload")
        for extra in payloads[1:]:
            yield Found(extra, "<Payload> stands twice")
        if len(payloads) == 1:
            yield from _type_of(payloads[0], at(policy.root, "Set/Headers/Header"))


def _type_of(payload: Element, headers: list[Element]) -> Iterator[Found]:
    typed = [header for header in headers if (header.get("name") or "").lower() == "content-type"]
    for extra in typed[1:]:
        yield Found(extra, "Content-Type is set twice")
    if payload.get("contentType") is None and not typed:
        yield Found(payload, "the payload has no content type")
    if payload.get("contentType") is not None and len(typed) == 1:
        yield Found(typed[0], "<Payload> says the content type already")


RULES = (
    Rule(
        "PO012",
        "an AssignTo that says nothing, or what there is not",
        "It looks as if another message were changed; in truth it is the current one.",
        "Remove it, or name the message that is to be changed or created.",
        _assign_to,
        adopts=(Adoption("invalid-value", "AssignMessage", "AssignTo"),),
    ),
    Rule(
        "PO026",
        "an AssignVariable without one name and a value",
        "The variable does not get the value that its author had in mind.",
        "Write one <Name> and one of <Ref>, <Value> and <Template>; <Ref> takes a name without braces.",
        _assign_variable,
        adopts=(
            Adoption("ref-in-braces"),
            Adoption("missing-value", "AssignMessage", "AssignVariable"),
            Adoption("template", "AssignMessage", "Template"),
        ),
    ),
    Rule(
        "PO031",
        "a payload without exactly one content type",
        "The receiver has to guess what it gets, and policies that parse it do not run.",
        "Write the contentType attribute of <Payload>, and no Content-Type header beside it.",
        _content_type,
    ),
    Rule(
        "PO034",
        "an element or attribute that AssignMessage does not have there",
        "Nothing reads it, so what it says does not happen.",
        "Move it to its place or remove it; fault rules belong to endpoints.",
        _placement,
        adopts=tuple(
            Adoption(name, "AssignMessage")
            for name in ("unknown-element", "unknown-attribute", "repeated-element", "ignored", "stray-text")
        ),
    ),
)

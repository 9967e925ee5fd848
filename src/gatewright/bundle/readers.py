"""How the text or the element of one field becomes its value."""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Literal, Protocol, TypeAlias

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.source import Document
from gatewright.bundle.specifiers import Spec
from gatewright.bundle.values import (
    ConditionText,
    Ref,
    ResourceUrl,
    TemplateText,
    read_boolean,
    read_integer,
    read_number,
)
from gatewright.xml import Element


class _Mark:
    """The type of BAD and NOTHING."""

    __slots__ = ()


ANY_ELEMENT: Final = "{*}*"
"""lxml's name for elements of every namespace, without comments and processing instructions."""
BAD: Final = _Mark()
"""Stands for a value that was refused; the report says why."""
NOTHING: Final = _Mark()
"""Stands for an element without text, which counts as absent."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One document on its way to becoming nodes."""

    document: Document
    report: Report

    def error(self, message: str, element: Element, rule: str) -> None:
        self.report.error(message, self.document.source(element), rule=rule)

    def warning(self, message: str, element: Element, rule: str) -> None:
        self.report.warning(message, self.document.source(element), rule=rule)


class NodeType(Protocol):
    """What reading needs of a Node class."""

    xml_name: str

    def read(self, element: Element, reading: Reading) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Scalar:
    """How a text becomes a value, and what to say when it does not."""

    type: Literal["string", "integer", "number", "boolean", "choice", "template", "condition", "resource"]
    convert: Callable[[str], object]
    expected: str = ""
    located: Callable[..., TemplateText | ConditionText | ResourceUrl] | None = None
    """For texts that keep their place: makes one of text, source and indent."""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field's annotation, taken apart: one scalar, or Node classes."""

    many: bool
    is_ref: bool
    scalar: Scalar | None
    nodes: tuple[NodeType, ...] = ()


ReadElement: TypeAlias = Callable[[Element, Reading], Any]
ReadText: TypeAlias = Callable[[str, Element, Reading], Any]

_SCALARS = {
    str: Scalar("string", str),
    int: Scalar("integer", read_integer, "a whole number"),
    float: Scalar("number", read_number, "a number"),
    bool: Scalar("boolean", read_boolean, "true or false"),
    TemplateText: Scalar("template", str, located=TemplateText),
    ConditionText: Scalar("condition", str, located=ConditionText),
    ResourceUrl: Scalar("resource", str, located=ResourceUrl),
}


def take_apart(hint: Any, spec: Spec, where: str) -> FieldType:
    """What a field's annotation means. Raises TypeError when the specifier cannot give that."""
    if spec.kind == "mapping":
        return FieldType(True, False, _SCALARS[str])
    many = spec.kind == "children"
    members = _members(hint)
    if many:
        members = _members(_item_of(members, hint, where))
    if (
        members
        and all(hasattr(member, "xml_name") for member in members)
        and spec.kind in ("child", "children")
    ):
        return FieldType(many, False, None, members)
    if len(members) != 1:
        raise TypeError(f"{where}: {hint} cannot be read from XML")
    one = members[0]
    is_ref = typing.get_origin(one) is Ref
    scalar = _scalar(typing.get_args(one)[0] if is_ref else one, spec.ignore_case)
    if scalar is None or (is_ref and spec.kind not in ("child", "children")):
        raise TypeError(f"{where}: {hint} cannot be read from XML")
    return FieldType(many, is_ref, scalar)


def _members(hint: Any) -> tuple[Any, ...]:
    """The members of a union without None; the hint itself when it is no union."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(member for member in typing.get_args(hint) if member is not type(None))
    return (hint,)


def _item_of(members: tuple[Any, ...], hint: Any, where: str) -> Any:
    if len(members) == 1 and typing.get_origin(members[0]) is tuple:
        arguments = typing.get_args(members[0])
        if len(arguments) == 2 and arguments[1] is ...:
            return arguments[0]
    raise TypeError(f"{where}: children(...) needs tuple[X, ...], not {hint}")


def _scalar(hint: Any, ignore_case: bool) -> Scalar | None:
    if typing.get_origin(hint) is not Literal:
        return _SCALARS.get(hint)
    choices: tuple[str, ...] = typing.get_args(hint)
    table = {(choice.lower() if ignore_case else choice): choice for choice in choices}
    convert = (lambda text: table[text.lower()]) if ignore_case else table.__getitem__
    return Scalar("choice", convert, "one of " + ", ".join(choices), choices=choices)


def attribute_reader(name: str, spec: Spec, scalar: Scalar) -> ReadText:
    """Reads an attribute. An empty one counts as absent unless any text will do."""
    convert, located = scalar.convert, scalar.located
    if scalar.type == "string":
        return _as_it_is
    if located is not None:
        return lambda text, element, reading: located(text, reading.document.source(element))

    def read(text: str, element: Element, reading: Reading) -> Any:
        text = text.strip()
        if not text:
            return NOTHING
        try:
            return convert(text)
        except (ValueError, KeyError):
            return _refuse(
                f"attribute {name!r} of <{local_name(element)}>", text, spec, scalar, element, reading
            )

    return read


def _as_it_is(text: str, _element: Element, _reading: Reading) -> str:
    return text


def scalar_reader(spec: Spec, scalar: Scalar) -> ReadElement:
    """Reads the text of an element."""
    convert, located = scalar.convert, scalar.located

    def read(element: Element, reading: Reading) -> Any:
        whole = direct_text(element)
        text = whole.strip() if spec.strip else whole
        if not text and spec.strip:
            return NOTHING
        if located is not None:
            return located(text, reading.document.source(element), whole.find(text))
        try:
            return convert(text)
        except (ValueError, KeyError):
            return _refuse(f"<{local_name(element)}>", text, spec, scalar, element, reading)

    return read


def bare(read: ReadElement) -> ReadElement:
    """The same for an element that holds nothing but its text: attributes and elements in it are strays."""

    def read_bare(element: Element, reading: Reading) -> Any:
        if element.attrib:
            _warn_attributes(element, reading, ())
        if len(element):
            _warn_elements(element, reading)
        return read(element, reading)

    return read_bare


def ref_reader(spec: Spec, scalar: Scalar) -> ReadElement:
    """Reads a Ref: attributes `ref` and `type`, the text as fallback."""
    read_text = scalar_reader(spec, scalar)

    def read(element: Element, reading: Reading) -> Any:
        attributes = element.attrib
        ref = attributes.get("ref")
        if len(attributes) > (ref is not None):
            _warn_attributes(element, reading, ("ref", "type"))
        if len(element):
            _warn_elements(element, reading)
        value = read_text(element, reading)
        ref = ref.strip() if ref else ref
        if value is BAD or (value is NOTHING and not ref):
            return value
        return Ref(
            None if value is NOTHING else value,
            ref or None,
            attributes.get("type"),
            reading.document.source(element),
        )

    return read


def node_reader(node: NodeType) -> ReadElement:
    def read(element: Element, reading: Reading) -> Any:
        found = node.read(element, reading)
        return BAD if found is None else found

    return read


def content_reader(scalar: Scalar) -> ReadElement:
    """Reads all that stands in an element: its text, or its XML as written when elements stand in it."""
    located = scalar.located

    def read(element: Element, reading: Reading) -> Any:
        is_xml = next(element.iterchildren(ANY_ELEMENT), None) is not None
        text = reading.document.inner(element) if is_xml else direct_text(element)
        return text if located is None else located(text, reading.document.source(element))

    return read


def flag_reader(key: str) -> ReadElement:
    """Reads an element whose presence means true, unless its text or its attribute says otherwise."""

    def read(element: Element, reading: Reading) -> Any:
        if element.attrib:
            _warn_attributes(element, reading, (key,))
        text = (element.attrib.get(key) or direct_text(element)).strip()
        if not text:
            return True
        try:
            return read_boolean(text)
        except ValueError:
            reading.error(
                f"<{local_name(element)}> is {clip(text)}, not true or false", element, "invalid-value"
            )
            return BAD

    return read


def pair_reader(key: str) -> ReadElement:
    """Reads one entry of a mapping."""

    def read(element: Element, reading: Reading) -> Any:
        name = element.attrib.get(key)
        if not name:
            reading.error(
                f"attribute {key!r} is missing in <{local_name(element)}>", element, "missing-value"
            )
            return BAD
        _warn_attributes(element, reading, (key,))
        return name, direct_text(element).strip()

    return read


def wrapper_reader(items: Mapping[str, ReadElement]) -> ReadElement:
    """Reads the items inside a wrapper into a list."""

    def read(element: Element, reading: Reading) -> Any:
        found = []
        for part in element.iterchildren(ANY_ELEMENT):
            read_item = items.get(local_name(part))
            if read_item is None:
                reading.warning(
                    f"unknown element <{local_name(part)}>{hint(local_name(part), items)}",
                    part,
                    "unknown-element",
                )
            elif (value := read_item(part, reading)) is not BAD and value is not NOTHING:
                found.append(value)
        return found

    return read


def list_reader(read_item: ReadElement) -> ReadElement:
    """Reads one item of a list that has no wrapper."""

    def read(element: Element, reading: Reading) -> Any:
        value = read_item(element, reading)
        return [] if value is BAD or value is NOTHING else [value]

    return read


def local_name(element: Element) -> str:
    """The element's name without its namespace: Edge's schemas have none, yet bundles carry some."""
    return str(element.tag).rpartition("}")[2]


def direct_text(element: Element) -> str:
    """The text that stands directly in the element; comments are passed over."""
    if not len(element):
        return element.text or ""
    return (element.text or "") + "".join(part.tail or "" for part in element)


def hint(name: str, known: Mapping[str, object]) -> str:
    """`; did you mean X?` when a known name is near."""
    close = get_close_matches(name, known, 1, 0.75)
    return f"; did you mean {close[0]}?" if close else ""


def clip(text: str) -> str:
    """The text in quotes, shortened for a message."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _refuse(what: str, text: str, spec: Spec, scalar: Scalar, element: Element, reading: Reading) -> _Mark:
    message = f"{what} is {clip(text)}, not {scalar.expected}"
    if spec.lenient:
        reading.warning(message + "; the default stands", element, "invalid-value")
        return NOTHING
    reading.error(message, element, "invalid-value")
    return BAD


def _warn_attributes(element: Element, reading: Reading, known: tuple[str, ...]) -> None:
    for key in element.attrib:
        name = str(key)
        if name not in known and not name.startswith("{"):
            reading.warning(
                f"unknown attribute {name!r} in <{local_name(element)}>", element, "unknown-attribute"
            )


def _warn_elements(element: Element, reading: Reading) -> None:
    for part in element.iterchildren(ANY_ELEMENT):
        message = f"unknown element <{local_name(part)}> in <{local_name(element)}>, which holds text only"
        reading.warning(message, part, "unknown-element")

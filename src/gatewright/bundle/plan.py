"""What an element of a Node type may hold: a table from XML names to readers, made once per class."""

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gatewright.bundle.readers import (
    ANY_ELEMENT,
    BAD,
    NOTHING,
    FieldType,
    ReadElement,
    Reading,
    ReadText,
    attribute_reader,
    bare,
    content_reader,
    direct_text,
    flag_reader,
    hint,
    list_reader,
    local_name,
    node_reader,
    pair_reader,
    ref_reader,
    scalar_reader,
    take_apart,
    wrapper_reader,
)
from gatewright.bundle.specifiers import SPEC, Ignored, Spec
from gatewright.xml import Element


@dataclass(frozen=True, slots=True)
class Slot:
    """What an element's name is read into. `many`: reading gives a list, which extends the field's."""

    field: str
    read: ReadElement
    many: bool = False


@dataclass(frozen=True, slots=True)
class AttributeSlot:
    field: str
    read: ReadText


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field of a Node type, resolved."""

    name: str
    spec: Spec
    type: FieldType
    names: tuple[str, ...]
    """The XML names that it is read from, the first being the one we print; the wrapper is not among them."""
    is_required: bool
    default: object


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an element may hold."""

    name: str
    fields: tuple[FieldPlan, ...]
    attributes: Mapping[str, AttributeSlot]
    elements: Mapping[str, Slot]
    body: Slot | None
    """The element's own text."""
    is_verbatim: bool
    """The body is all that stands in the element: there are no child elements to look at."""
    ignored: Mapping[str, Ignored]
    is_open: bool
    """What the plan does not name is passed over without a word."""

    def read(self, element: Element, reading: Reading) -> dict[str, Any] | None:
        """The fields' values by name, those that are absent left out; None when a required one is missing."""
        found: dict[str, Any] = {}
        if element.attrib:
            self._read_attributes(element, reading, found)
        if not self.is_verbatim:
            self._read_elements(element, reading, found)
        if self.body is not None:
            _put(found, self.body, self.body.read(element, reading))
        return self._complete(element, reading, found)

    def _read_attributes(self, element: Element, reading: Reading, found: dict[str, Any]) -> None:
        for key, value in element.attrib.items():
            name = str(key)
            slot = self.attributes.get(name)
            if slot is not None:
                read = slot.read(str(value), element, reading)
                if read is not NOTHING:
                    found[slot.field] = read
            elif not name.startswith("{") and not self.is_open:
                self._stray_attribute(name, str(value), element, reading)

    def _read_elements(self, element: Element, reading: Reading, found: dict[str, Any]) -> None:
        for part in element.iterchildren(ANY_ELEMENT):
            name = local_name(part)
            slot = self.elements.get(name)
            if slot is None:
                if not self.is_open:
                    self._stray_element(name, part, reading)
                continue
            if not slot.many and slot.field in found:
                reading.warning(f"<{name}> stands twice; the last one counts", part, "repeated-element")
            _put(found, slot, slot.read(part, reading))
        if self.body is None and direct_text(element).strip() and not self.is_open:
            reading.warning(f"text inside <{local_name(element)}> has no effect", element, "stray-text")

    def _complete(self, element: Element, reading: Reading, found: dict[str, Any]) -> dict[str, Any] | None:
        complete = True
        for field in self.fields:
            value = found.get(field.name, NOTHING)
            if field.is_required and (value is NOTHING or value == []):
                reading.error(
                    f"{_label(field)} is missing or empty in <{local_name(element)}>",
                    element,
                    "missing-value",
                )
                complete = False
            elif value is BAD:
                complete = complete and not field.is_required
                del found[field.name]
            elif field.type.many and value is not NOTHING:
                found[field.name] = (
                    MappingProxyType(dict(value)) if field.spec.kind == "mapping" else tuple(value)
                )
        return found if complete else None

    def _stray_attribute(self, name: str, value: str, element: Element, reading: Reading) -> None:
        ignored = self.ignored.get("@" + name)
        if ignored is None:
            message = f"unknown attribute {name!r} in <{local_name(element)}>{hint(name, self.attributes)}"
            reading.warning(message, element, "unknown-attribute")
        elif value.strip() not in ignored.harmless:
            reading.warning(f"attribute {name!r} has no effect: {ignored.why}", element, "ignored")

    def _stray_element(self, name: str, part: Element, reading: Reading) -> None:
        ignored = self.ignored.get(name)
        if ignored is None:
            message = f"unknown element <{name}>{hint(name, self.elements)}"
            reading.warning(message, part, "unknown-element")
        elif len(part) or (part.text or "").strip() not in ignored.harmless | {""}:
            reading.warning(f"<{name}> has no effect: {ignored.why}", part, "ignored")


def make_plan(cls: type, xml_name: str, *, is_open: bool) -> Plan:
    """The plan of a Node class. Raises TypeError when a field's type does not fit its specifier."""
    fields = tuple(_field_plans(cls))
    attributes: dict[str, AttributeSlot] = {}
    elements: dict[str, Slot] = {}
    body: Slot | None = None
    for field in fields:
        if field.spec.kind == "attribute":
            attributes.update(_attribute_slots(field))
        elif field.spec.kind in ("text", "content"):
            body = Slot(field.name, _element_reader(field))
        else:
            elements.update(_element_slots(field))
    return Plan(
        xml_name,
        fields,
        MappingProxyType(attributes),
        MappingProxyType(elements),
        body,
        any(field.spec.kind == "content" for field in fields),
        MappingProxyType(
            {i.name: i for base in reversed(cls.__mro__) for i in vars(base).get("ignores", ())}
        ),
        is_open,
    )


def _field_plans(cls: type) -> typing.Iterator[FieldPlan]:
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        spec = field.metadata.get(SPEC)
        where = f"{cls.__qualname__}.{field.name}"
        if not isinstance(spec, Spec):
            raise TypeError(f"{where} needs a specifier such as child(...)")
        kind = take_apart(hints[field.name], spec, where)
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        is_required = default is dataclasses.MISSING
        names = _xml_names(field.name, spec, kind)
        yield FieldPlan(field.name, spec, kind, names, is_required, None if is_required else default)


def _xml_names(field: str, spec: Spec, kind: FieldType) -> tuple[str, ...]:
    if spec.names:
        return spec.names
    if spec.kind == "children" and kind.nodes:
        return tuple(node.xml_name for node in kind.nodes)
    camel = "".join(word[:1].upper() + word[1:] for word in field.split("_") if word)
    return (camel[:1].lower() + camel[1:],) if spec.kind == "attribute" else (camel,)


def _label(field: FieldPlan) -> str:
    """How a message names the field."""
    if field.spec.kind == "attribute":
        return f"attribute {field.names[0]!r}"
    if field.spec.kind in ("text", "content"):
        return "text"
    return " or ".join(f"<{name}>" for name in field.names)


def _attribute_slots(field: FieldPlan) -> dict[str, AttributeSlot]:
    scalar = field.type.scalar
    if scalar is None:
        raise TypeError(f"{field.name}: an attribute holds text, not an element")
    return {
        name: AttributeSlot(field.name, attribute_reader(name, field.spec, scalar)) for name in field.names
    }


def _element_slots(field: FieldPlan) -> dict[str, Slot]:
    items = _item_readers(field)
    within = field.spec.within
    if not field.type.many:
        return {name: Slot(field.name, read) for name, read in items.items()}
    slots = {name: Slot(field.name, list_reader(read), True) for name, read in items.items()}
    if within is None:
        return slots
    wrapper = {within: Slot(field.name, wrapper_reader(items), True)}
    return {**slots, **wrapper} if field.spec.bare else wrapper


def _item_readers(field: FieldPlan) -> dict[str, ReadElement]:
    nodes = field.type.nodes
    if len(nodes) > 1:
        return {name: node_reader(node) for name, node in zip(field.names, nodes, strict=True)}
    return dict.fromkeys(field.names, _element_reader(field))


def _element_reader(field: FieldPlan) -> ReadElement:
    spec, scalar = field.spec, field.type.scalar
    if scalar is None:
        return node_reader(field.type.nodes[0])
    match spec.kind:
        case "content":
            return content_reader(scalar)
        case "flag":
            return flag_reader(spec.key)
        case "mapping":
            return pair_reader(spec.key)
        case "text":
            return scalar_reader(spec, scalar)
        case _:
            return ref_reader(spec, scalar) if field.type.is_ref else bare(scalar_reader(spec, scalar))


def _put(found: dict[str, Any], slot: Slot, value: Any) -> None:
    if value is NOTHING:
        return
    if slot.many:
        found.setdefault(slot.field, []).extend(value)
    else:
        found[slot.field] = value

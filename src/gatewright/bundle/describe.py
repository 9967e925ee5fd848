"""What a Node type may hold, as data: for generated documentation and for the forms of the UI's inspector."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from gatewright.bundle.fields import Node
from gatewright.bundle.plan import FieldPlan
from gatewright.bundle.readers import NodeType
from gatewright.bundle.specifiers import Kind
from gatewright.bundle.values import Ref

Type: TypeAlias = Literal[
    "string", "integer", "number", "boolean", "choice", "template", "condition", "resource", "node"
]


@dataclass(frozen=True, slots=True)
class FieldDescription:
    """One field of a Node type."""

    field: str
    """The name in Python."""
    xml: tuple[str, ...]
    """Names in the XML, the usual one first: `@name` for an attribute, `Headers/Header` for an item in its
    wrapper, `text()` for the element's own text. Members of a union are listed one by one."""
    kind: Kind
    type: Type
    is_ref: bool
    """A variable may give the value: the element has a `ref` attribute."""
    is_list: bool
    is_required: bool
    default: str
    """As it would be written in the XML; "" when there is none."""
    choices: tuple[str, ...]
    doc: str
    nested: tuple[NodeType, ...]
    """The Node types of the elements, when they are not plain text."""


def describe(node: type[Node]) -> tuple[FieldDescription, ...]:
    """The fields of a Node type in the order in which its class declares them, those of its bases first."""
    return tuple(_describe(field) for field in node.plan().fields)


def _describe(field: FieldPlan) -> FieldDescription:
    scalar = field.type.scalar
    return FieldDescription(
        field.name,
        tuple(_xml(field, name) for name in field.names),
        field.spec.kind,
        "node" if scalar is None else scalar.type,
        field.type.is_ref,
        field.type.many,
        field.is_required,
        _text(field.default),
        () if scalar is None else scalar.choices,
        field.spec.doc,
        field.type.nodes,
    )


def _xml(field: FieldPlan, name: str) -> str:
    if field.spec.kind == "attribute":
        return "@" + name
    if field.spec.kind in ("text", "content"):
        return "text()"
    return name if field.spec.within is None else f"{field.spec.within}/{name}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Ref):
        return _text(value.value)
    return str(value) if isinstance(value, str | int | float) else ""

"""Node types as data, for documentation and forms."""

from collections.abc import Iterator
from typing import Literal

import pytest

from gatewright.bundle import connections, model
from gatewright.bundle.describe import FieldDescription, describe
from gatewright.bundle.fields import Node, Ref, attribute, child, children, flag, text


class Item(Node):
    value: str = text()


class Other(Node):
    pass


class Sample(Node):
    name: str = attribute(doc="The name.")
    unit: Ref[Literal["minute", "hour"]] = child(default=Ref("hour"))
    continue_on_error: bool = attribute(default=False)
    timeout: int | None = child(default=3, xml=("TimeoutInSec", "TimeoutInSeconds"))
    items: tuple[Item, ...] = children(within="Items", default=())
    actions: tuple[Item | Other, ...] = children(default=())
    present: bool = flag(default=False)


@pytest.mark.parametrize(
    ("field", "xml", "kind", "type_", "default", "choices", "nested"),
    [
        ("name", ("@name",), "attribute", "string", "", (), ()),
        ("unit", ("Unit",), "child", "choice", "hour", ("minute", "hour"), ()),
        ("continue_on_error", ("@continueOnError",), "attribute", "boolean", "false", (), ()),
        ("timeout", ("TimeoutInSec", "TimeoutInSeconds"), "child", "integer", "3", (), ()),
        ("items", ("Items/Item",), "children", "node", "", (), (Item,)),
        ("actions", ("Item", "Other"), "children", "node", "", (), (Item, Other)),
        ("present", ("Present",), "flag", "boolean", "false", (), ()),
    ],
)
def test_a_field_is_described(
    field: str,
    xml: tuple[str, ...],
    kind: str,
    type_: str,
    default: str,
    choices: tuple[str, ...],
    nested: tuple[type[Node], ...],
) -> None:
    found = next(each for each in describe(Sample) if each.field == field)
    assert (found.xml, found.kind, found.type, found.default) == (xml, kind, type_, default)
    assert (found.choices, found.nested) == (choices, nested)


def test_fields_come_in_the_order_of_the_class_with_what_they_require() -> None:
    described = describe(Sample)
    assert [each.field for each in described][:3] == ["name", "unit", "continue_on_error"]
    assert [each.field for each in described if each.is_required] == ["name"]
    assert [each.field for each in described if each.is_ref] == ["unit"]
    assert [each.field for each in described if each.is_list] == ["items", "actions"]
    assert described[0].doc == "The name."
    assert describe(Item)[0].xml == ("text()",)


def node_types() -> Iterator[type[Node]]:
    for module in (model, connections):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Node) and value is not Node:
                yield value


@pytest.mark.parametrize("node", dict.fromkeys(node_types()))
def test_every_node_type_of_the_model_can_be_read_and_says_what_its_fields_are_for(node: type[Node]) -> None:
    described: tuple[FieldDescription, ...] = describe(node)
    assert node.__doc__
    assert [each.field for each in described if not each.doc] == []

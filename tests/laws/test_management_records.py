"""Laws of the management API's records: what is written as XML, or as lax JSON, reads as the same record."""

import typing
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gatewright.entities import (
    ApiProduct,
    App,
    Credential,
    Developer,
    Environment,
    KeyValueMap,
    Organization,
    Proxy,
    Revision,
    TargetServer,
    VirtualHost,
)
from gatewright.management.shape import fields_of, item_of, loosened, struct_of
from gatewright.management.wire import as_struct
from gatewright.management.xml_shape import from_xml, to_xml

RECORDS: tuple[type[msgspec.Struct], ...] = (
    ApiProduct,
    App,
    Credential,
    Developer,
    Environment,
    KeyValueMap,
    Organization,
    Proxy,
    Revision,
    TargetServer,
    VirtualHost,
)

# XML cannot hold control characters, and white space around a text means nothing in a record.
TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=8).map(str.strip)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """What a field of that kind may hold, as JSON has it."""
    item, struct = item_of(kind), struct_of(kind)
    if item is not None:
        return st.lists(values(item), max_size=3)
    if struct is not None:
        return objects(struct)
    if typing.get_origin(kind) is typing.Literal:
        return st.sampled_from(typing.get_args(kind))
    if kind is bool:
        return st.booleans()
    return st.integers(-1, 2**53) if kind is int else TEXTS


def objects(struct: type[msgspec.Struct]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: values(kind) for name, kind in fields_of(struct).items()})


def records() -> st.SearchStrategy[msgspec.Struct]:
    kinds = st.sampled_from(RECORDS)
    return kinds.flatmap(lambda kind: objects(kind).map(lambda fields: msgspec.convert(fields, kind)))


def as_texts(value: Any) -> Any:
    """The same with every number and boolean as text, and every list of one item as the item."""
    if isinstance(value, dict):
        return {name: as_texts(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        items = [as_texts(each) for each in value]
        return items[0] if len(items) == 1 else items
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


@given(records())
@settings(deadline=None)
def test_a_record_is_read_from_its_own_xml(record: msgspec.Struct) -> None:
    kind = type(record)
    again = etree.tostring(to_xml(record))
    parsed = etree.fromstring(again)
    assert as_struct(from_xml(parsed, kind), kind) == record


@given(records())
@settings(deadline=None)
def test_a_record_is_read_from_json_that_holds_texts_alone(record: msgspec.Struct) -> None:
    kind = type(record)
    assert as_struct(loosened(as_texts(msgspec.to_builtins(record)), kind), kind) == record


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_what_is_unknown_or_null_counts_as_left_out(kind: type[msgspec.Struct]) -> None:
    nothing = dict.fromkeys(fields_of(kind))
    assert loosened({**nothing, "unknown": {"a": [1]}}, kind) == {}

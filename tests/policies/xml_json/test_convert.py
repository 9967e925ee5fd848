"""The conversion at its limits; its rules are rows that test_xml_to_json.py runs through the policy."""

import json

import pytest

from gatewright.policies.xml_json.convert import FORMATS, Converter, Naming
from gatewright.xml import parse_message


def convert(xml: str | bytes, naming: Naming | None = None) -> bytes:
    data = xml.encode() if isinstance(xml, str) else xml
    return Converter(naming or Naming()).convert(parse_message(data))


def test_a_document_as_deep_as_the_parser_lets_through_is_converted() -> None:
    deepest = 256
    value = json.loads(convert("<a>" * deepest + "x" + "</a>" * deepest))
    for _ in range(deepest):
        value = value["a"]
    assert value == "x"


def test_documents_in_other_encodings_come_out_as_utf_8() -> None:
    data = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1")
    assert convert(data) == '{"a":"é"}'.encode()


def test_many_siblings_take_time_in_proportion() -> None:
    text = "<a>" + "<b>x</b><!-- -->" * 50_000 + "</a>"
    assert len(json.loads(convert(text))["a"]["b"]) == 50_000


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_json(name: str) -> None:
    assert json.loads(convert('<a b="1"><c>1</c><c/>text</a>', FORMATS[name]))


def test_a_converter_keeps_nothing_of_the_last_document() -> None:
    converter = Converter(Naming(namespace_block_name="#ns"))
    one = parse_message(b'<a xmlns="urn:x"/>')
    other = parse_message(b"<b/>")
    assert converter.convert(one) == b'{"a":{"#ns":{"$default":"urn:x"}}}'
    assert converter.convert(other) == b'{"b":{}}'

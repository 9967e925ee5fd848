"""XML to JSON: the conformance rows, and what the conversion does at its limits."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from gatewright.policies.xml_json.arrays import ArrayPath
from gatewright.policies.xml_json.convert import FORMATS, Converter, Naming
from gatewright.xml import parse_message

ROWS = tomllib.loads((Path(__file__).parents[2] / "conformance" / "xml_to_json.toml").read_text())["row"]
FIELDS = {name.replace("_", ""): name for name in Naming.__dataclass_fields__}


def naming(row: dict[str, Any]) -> Naming:
    if "format" in row:
        return FORMATS[row["format"]]
    fields: dict[str, Any] = {}
    for option, text in row.get("options", {}).items():
        kind = type(getattr(Naming(), FIELDS[option.lower()]))
        fields[FIELDS[option.lower()]] = (
            text == "true" if kind is bool else int(text) if kind is int else text
        )
    arrays = (
        ArrayPath.parse(
            array["path"],
            unwrap=array.get("unwrap") == "true",
            array_name=array.get("overrideArrayName"),
        )
        for array in row.get("arrays", ())
    )
    return Naming(**fields, arrays=tuple(arrays))


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_the_conversion_follows_the_published_rules(row: dict[str, Any]) -> None:
    assert Converter(naming(row)).convert(parse_message(row["xml"].encode())).decode() == row["json"]


def test_a_document_as_deep_as_the_parser_lets_through_is_converted() -> None:
    deepest = 256
    text = "<a>" * deepest + "x" + "</a>" * deepest
    value = json.loads(Converter(Naming()).convert(parse_message(text.encode())))
    for _ in range(deepest):
        value = value["a"]
    assert value == "x"


def test_documents_in_other_encodings_come_out_as_utf_8() -> None:
    data = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1")
    assert Converter(Naming()).convert(parse_message(data)) == '{"a":"é"}'.encode()


def test_many_siblings_take_time_in_proportion() -> None:
    text = "<a>" + "<b>x</b><!-- -->" * 50_000 + "</a>"
    assert len(json.loads(Converter(Naming()).convert(parse_message(text.encode())))["a"]["b"]) == 50_000

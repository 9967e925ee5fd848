"""Encodings and escapes at their edges. What they say is in conformance/templates.toml."""

import pytest

from gatewright.expr.functions.encodings import (
    decode_base64,
    encode_base64,
    encode_html,
    escape_json,
    escape_xml,
    escape_xml_11,
)


@pytest.mark.parametrize("text", ["a", "YQ", "YQ=", "a-_b", "Y Q=", "YQ==YQ==", "é"])
def test_what_is_no_base64_decodes_to_nothing_or_to_text(text: str) -> None:
    assert isinstance(decode_base64(text), str)
    assert decode_base64("a-_b") == decode_base64("Y Q==") == decode_base64("é") == ""


def test_padding_may_be_left_out() -> None:
    assert decode_base64("YWI") == "ab"


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert decode_base64("/w==") == "\ufffd"


def test_base64_is_of_utf_8() -> None:
    assert encode_base64("é") == "w6k="
    assert encode_base64("\ud800") == "Pw=="


def test_json_escapes_only_what_it_must() -> None:
    assert escape_json('a"\\/é\n\x01') == 'a\\"\\\\/é\\n\\u0001'


def test_html_escapes_markup_and_quotes() -> None:
    assert encode_html("<a href='x'>&\"") == "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"


def test_xml_drops_what_its_version_cannot_hold() -> None:
    assert escape_xml("a\0b\x08c\ufffed\ud800e") == "abcde"
    assert escape_xml_11("a\0b\x08c\ufffed\ud800e") == "ab&#8;cde"

"""Texts as values."""

import math

import pytest

from gatewright.bundle.values import (
    ConditionText,
    ResourceUrl,
    TemplateText,
    read_boolean,
    read_integer,
    read_number,
)


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("-1", -1), ("+7", 7), ("9" * 19, 10**19 - 1)])
def test_whole_numbers_are_read(text: str, value: int) -> None:
    assert read_integer(text) == value


@pytest.mark.parametrize("text", ["", " 1", "1.0", "1e3", "0x1", "1_0", "\u0661", "9" * 20, "-", "1 2"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_integer(text)


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), ("-.5", -0.5), ("1.", 1.0), ("1e3", 1000.0)])
def test_numbers_are_read(text: str, value: float) -> None:
    assert math.isclose(read_number(text), value)


@pytest.mark.parametrize("text", ["", "NaN", "inf", "1,5", ".", "1e9999", "\u0661"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("False", False), ("TRUE", True), ("1", True), ("0", False)]
)
def test_booleans_are_read_in_any_case(text: str, value: bool) -> None:
    assert read_boolean(text) is value


@pytest.mark.parametrize("text", ["", "yes", "on", "t", "{variable}"])
def test_what_is_no_boolean_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_boolean(text)


def test_texts_are_compared_by_their_text() -> None:
    assert TemplateText("a", indent=2) == TemplateText("a")
    assert str(ConditionText("a = 1")) == "a = 1"
    assert hash(ResourceUrl("jsc://a.js")) == hash(ResourceUrl("jsc://a.js"))


@pytest.mark.parametrize(("text", "scheme"), [("jsc://a/b.js", "jsc"), ("a.js", ""), ("", "")])
def test_a_resource_url_has_a_scheme(text: str, scheme: str) -> None:
    assert ResourceUrl(text).scheme == scheme

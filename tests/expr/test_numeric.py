"""Numbers that texts spell."""

import pytest

from gatewright.expr.numeric import integer_of, number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("-5", -5), ("+5", 5), ("1.50", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("007", 7)],
)
def test_plain_decimals_are_numbers(text: str, number: float) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1_000", "٣", "0x10", "nan", "inf", "1e999", "--1", "1.2.3", "9" * 5000]
)
def test_what_python_reads_beyond_that_is_not(text: str) -> None:
    assert number_of(text) is None
    assert integer_of(text) is None


def test_long_digits_are_not_converted() -> None:
    assert integer_of("9" * 31) is None
    assert number_of("1." + "0" * 500) is None

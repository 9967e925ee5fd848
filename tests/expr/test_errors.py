"""What an error shows."""

import pytest

from gatewright.expr import ExpressionError


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        ("abc", 1, 2, "wrong\nabc\n ^"),
        ("abc", 0, 3, "wrong\nabc\n^^^"),
        ("abc", 3, 3, "wrong\nabc\n   ^"),
        ("a\nbcd\ne", 3, 5, "wrong\nbcd\n ^^"),
        ("a\nbcd\ne", 3, 7, "wrong\nbcd\n ^^"),
        ("\tab", 1, 2, "wrong\n\tab\n\t^"),
        ("", 0, 0, "wrong\n\n^"),
    ],
)
def test_the_line_is_shown_with_a_mark_under_the_place(text: str, start: int, end: int, shown: str) -> None:
    error = ExpressionError("wrong", text, start, end)
    assert error.pointed == shown
    assert str(error) == error.message == "wrong"

"""String functions. What they say is in conformance/templates.toml."""

import pytest

from gatewright.expr.functions.strings import substring


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, "abcdef"),
        (2, None, "cdef"),
        (-2, None, "ef"),
        (0, 2, "ab"),
        (0, -2, "abcd"),
        (-4, -2, "cd"),
        (4, 2, ""),
        (9, None, ""),
        (-9, 2, "ab"),
        (0, 99, "abcdef"),
        (0, -9, ""),
    ],
)
def test_places_count_from_either_end_and_none_is_out_of_range(
    start: int, end: int | None, expected: str
) -> None:
    assert substring("abcdef", start, end) == expected

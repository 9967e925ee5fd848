"""Lifetimes in milliseconds, reported in whole seconds."""

import pytest

from gatewright.entities import NEVER
from gatewright.policies.oauth.lifetimes import expiry, is_lifetime, seconds_left


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("3600000", True),
        (" 1 ", True),
        ("+5", True),
        ("-1", True),
        ("0", False),
        ("-2", False),
        ("", False),
        ("1h", False),
        ("1.5", False),
        ("1_000", False),
        ("٣", False),
        ("9" * 30, False),
    ],
)
def test_a_lifetime_is_a_positive_number_of_milliseconds_or_minus_one(text: str, is_one: bool) -> None:
    assert is_lifetime(text) is is_one


@pytest.mark.parametrize(
    ("lifetime_ms", "seconds"), [(3_600_000, 3_599), (1_800_000, 1_799), (1_001, 1), (1_000, 0), (1, 0)]
)
def test_a_token_just_issued_reports_the_seconds_that_edge_would(lifetime_ms: int, seconds: int) -> None:
    assert seconds_left(expiry(1_000_000, lifetime_ms), 1_000_000) == seconds


def test_never_is_reported_as_0_and_the_past_is_not_negative() -> None:
    assert expiry(5, NEVER) == NEVER
    assert seconds_left(NEVER, 5) == 0
    assert seconds_left(1, 5_000) == 0

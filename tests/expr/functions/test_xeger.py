"""Texts for a pattern. That they match is a law; here is what has none."""

from random import Random

import pytest

from gatewright.expr.functions.xeger import generator
from gatewright.expr.regex.reader import read_regex


@pytest.mark.parametrize("pattern", ["(?=a)a", "(?<!a)b", r"\p{L}", r"\X", "[a&&b]", "a{20000}"])
def test_what_texts_cannot_be_made_of_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"texts|class without"):
        generator(read_regex(pattern))


def test_letters_and_digits_are_preferred() -> None:
    assert generator(read_regex(".{50}"))(Random(1)).isalnum()
    assert generator(read_regex("[^a-zA-Z0-9]{50}"))(Random(1)).isprintable()


def test_open_repetitions_stay_short() -> None:
    assert all(len(generator(read_regex("a*"))(Random(seed))) <= 10 for seed in range(50))

"""Tokens are letters and digits, evenly spread."""

from collections import Counter

from gatewright.services.chance import SystemChance


def test_a_token_has_the_length_asked_for_and_holds_letters_and_digits_only() -> None:
    for length in (1, 16, 28, 32, 128):
        token = SystemChance().token(length)
        assert len(token) == length
        assert token.isascii()
        assert token.isalnum()


def test_every_letter_is_about_as_likely() -> None:
    counts = Counter(SystemChance().token(62_000))
    assert len(counts) == 62
    # Each of 62 letters is expected 1,000 times; ten standard deviations (316) would be no accident.
    assert all(684 < count < 1316 for count in counts.values())


def test_tokens_and_uuids_do_not_repeat() -> None:
    chance = SystemChance()
    assert len({chance.token(28) for _ in range(1000)}) == 1000
    assert len({chance.uuid() for _ in range(1000)}) == 1000

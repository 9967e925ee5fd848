"""Passwords are kept as Argon2id hashes, and a check tells nothing but whether it is the one."""

from collections.abc import Iterator

import pytest

from gatewright.store import Passwords


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_a_hash_has_its_parameters_and_matches_its_password_only(passwords: Passwords) -> None:
    hashed = await passwords.hash("correct horse")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.matches(hashed, "correct horse")
    assert not await passwords.matches(hashed, "Correct horse")
    assert hashed != await passwords.hash("correct horse")


async def test_nobody_has_a_password_not_even_an_empty_one(passwords: Passwords) -> None:
    assert not await passwords.matches(None, "")


async def test_what_is_no_hash_matches_nothing(passwords: Passwords) -> None:
    assert not await passwords.matches("plain", "plain")

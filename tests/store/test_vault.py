"""Secrets can be read with their key, at their place, unaltered, and not otherwise."""

import pytest

from gatewright.store import WrongKey
from gatewright.store.vault import Vault

ONE, OTHER = bytes(32), bytes([1]) * 32
NAMES = ("credential", "myorg", "key-1")


def test_a_sealed_text_opens_at_its_own_place() -> None:
    vault = Vault(ONE)
    sealed = vault.seal("sécret", *NAMES)
    assert vault.open(sealed, *NAMES) == "sécret"
    assert b"cret" not in sealed


def test_the_same_text_never_looks_the_same_twice() -> None:
    vault = Vault(ONE)
    assert vault.seal("x", *NAMES) != vault.seal("x", *NAMES)


@pytest.mark.parametrize(
    "names",
    [
        ("credential", "myorg", "key-2"),
        ("credential", "myorgkey-1"),
        ("credentialmyorg", "key-1"),
        ("credential", "myorg", "key-1", ""),
        (),
    ],
)
def test_a_secret_cannot_be_moved_to_another_record(names: tuple[str, ...]) -> None:
    vault = Vault(ONE)
    with pytest.raises(WrongKey):
        vault.open(vault.seal("x", *NAMES), *names)
    assert not vault.matches(vault.mac("x", *NAMES), "x", *names)


@pytest.mark.parametrize("position", [0, 4, 16, -1])
def test_altered_bytes_are_noticed(position: int) -> None:
    vault = Vault(ONE)
    sealed = bytearray(vault.seal("x", *NAMES))
    sealed[position] ^= 1
    with pytest.raises(WrongKey):
        vault.open(bytes(sealed), *NAMES)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(WrongKey, match="no encryption key"):
        Vault(OTHER).open(Vault(ONE).seal("x", *NAMES), *NAMES)


def test_after_rotation_the_old_key_opens_and_the_new_one_seals() -> None:
    old, rotated = Vault(ONE), Vault(OTHER, older_keys=[ONE])
    assert rotated.open(old.seal("x", *NAMES), *NAMES) == "x"
    assert rotated.matches(old.mac("x", *NAMES), "x", *NAMES)
    with pytest.raises(WrongKey):
        old.open(rotated.seal("x", *NAMES), *NAMES)


@pytest.mark.parametrize(("presented", "matches"), [("secret", True), ("Secret", False), ("", False)])
def test_a_hash_matches_its_own_text_only(presented: str, matches: bool) -> None:
    vault = Vault(ONE)
    assert vault.matches(vault.mac("secret", *NAMES), presented, *NAMES) is matches


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_256_bits(length: int) -> None:
    with pytest.raises(WrongKey, match="32 bytes"):
        Vault(bytes(length))

"""Secrets at rest: AES-256-GCM for what must be read again, HMAC-SHA-256 for what is only compared.

Every secret is bound to the names of its record, so that it cannot be moved to another one, and begins
with the id of the key that sealed it, so that keys can be rotated.
"""

import hmac
import secrets
from collections.abc import Iterable
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from gatewright.store.failures import WrongKey

KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12  # NIST SP 800-38D §8.2; random nonces hold for 2^32 writes under one key


class _Keys(NamedTuple):
    id: bytes
    cipher: AESGCM
    mac_key: bytes


def _derived(master: bytes) -> _Keys:
    if len(master) != KEY_BYTES:
        raise WrongKey(f"an encryption key has {KEY_BYTES} bytes, this one {len(master)}")

    def part(purpose: bytes, length: int) -> bytes:
        return HKDFExpand(SHA256(), length, b"gatewright " + purpose).derive(master)

    return _Keys(part(b"id", _ID_BYTES), AESGCM(part(b"seal", 32)), part(b"mac", 32))


class Vault:
    """Seals with the current key; opens and compares with it or an older one."""

    def __init__(self, key: bytes, older_keys: Iterable[bytes] = ()) -> None:
        """Raises WrongKey for a key of another length than KEY_BYTES."""
        self._current = _derived(key)
        self._keys = {keys.id: keys for keys in (*map(_derived, older_keys), self._current)}

    def seal(self, text: str, *names: str) -> bytes:
        """The text encrypted, bound to the names of its record."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._current.cipher.encrypt(nonce, text.encode(), _joined(names))
        return self._current.id + nonce + sealed

    def open(self, sealed: bytes, *names: str) -> str:
        """The text again. Raises WrongKey for another key, another record's names or altered bytes."""
        keys = self._keys_of(sealed)
        nonce, body = sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES], sealed[_ID_BYTES + _NONCE_BYTES :]
        try:
            return keys.cipher.decrypt(nonce, body, _joined(names)).decode()
        except InvalidTag:
            raise WrongKey(f"the secret of {'/'.join(names)} does not belong there or was altered") from None

    def mac(self, text: str, *names: str) -> bytes:
        """A keyed hash of the text and its record's names, to compare with later."""
        return self._current.id + _hashed(self._current, text, names)

    def matches(self, mac: bytes, text: str, *names: str) -> bool:
        """Whether the text is the one hashed; takes the same time for any text of that length."""
        return hmac.compare_digest(mac[_ID_BYTES:], _hashed(self._keys_of(mac), text, names))

    def _keys_of(self, record: bytes) -> _Keys:
        try:
            return self._keys[record[:_ID_BYTES]]
        except KeyError:
            raise WrongKey(f"no encryption key with id {record[:_ID_BYTES].hex()} was given") from None


def _hashed(keys: _Keys, text: str, names: tuple[str, ...]) -> bytes:
    return hmac.digest(keys.mac_key, _joined(names) + b"\0" + text.encode(), "sha256")


def _joined(names: tuple[str, ...]) -> bytes:
    """Names of a record as bytes; lengths keep ("a", "bc") apart from ("ab", "c")."""
    return b"".join(len(part).to_bytes(4) + part for part in (name.encode() for name in names))

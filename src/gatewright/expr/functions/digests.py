"""Hashes and message authentication codes.

Source: docs.apigee.com/api-platform/reference/message-template-intro. MD5 and SHA-1 are there because
bundles use them, for checksums and for partners that know no better.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TypeVar

from gatewright.expr.functions.function import Apply, Function, InvalidArgument, plain

T = TypeVar("T")

_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
_OUTPUTS: Mapping[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base16": bytes.hex,
    "base64": lambda digest: b64encode(digest).decode("ascii"),
}
_KEYS: Mapping[str, Callable[[str], bytes]] = {
    "utf-8": lambda key: key.encode("utf-8", "replace"),
    "hex": bytes.fromhex,
    "base16": bytes.fromhex,
    "base64": lambda key: b64decode(key, validate=True),
}


def digest(name: str, text: str) -> bytes:
    """The hash of the text's UTF-8 bytes."""
    return hashlib.new(name, text.encode("utf-8", "replace"), usedforsecurity=False).digest()


def authentication_code(name: str, key: bytes, text: str) -> bytes:
    """The HMAC (RFC 2104) of the text's UTF-8 bytes."""
    return hmac.digest(key, text.encode("utf-8", "replace"), name)


def _hash_function(name: str, output: str) -> Function:
    shown = _OUTPUTS[output.lower()]
    return plain(f"{name}{output}", lambda text: shown(digest(name, text)))


def _hmac_function(name: str, output: str) -> Function:
    """`hmacSha256(key,value[,keyencoding[,outputencoding]])`, or with the output encoding in the name."""

    def prepare(literals: Sequence[str | None]) -> Apply:
        if len(literals) > 2 and literals[2] is not None:
            _look_up(_KEYS, literals[2], 2)
        if len(literals) > 3 and literals[3] is not None:
            _look_up(_OUTPUTS, literals[3], 3)
        return apply

    def apply(arguments: Sequence[str], _random: Random) -> str:
        decode = _look_up(_KEYS, arguments[2] if len(arguments) > 2 else "utf-8", 2)
        shown = _look_up(_OUTPUTS, arguments[3] if len(arguments) > 3 else output or "base64", 3)
        try:
            key = decode(arguments[0])
        except ValueError:  # binascii.Error is one; without the text, which is a secret
            raise InvalidArgument("the key is not in the encoding named", 0) from None
        return shown(authentication_code(name, key, arguments[1]))

    return Function(f"hmac{name.capitalize()}{output}", 2, 3 if output else 4, prepare)


def _look_up(table: Mapping[str, T], encoding: str, position: int) -> T:
    found = table.get(encoding.lower())
    if found is None:
        raise InvalidArgument(f"unknown encoding {encoding}", position)
    return found


FUNCTIONS = (
    *(_hash_function(name, output) for name in _HASHES for output in ("Hex", "Base64")),
    *(_hmac_function(name, output) for name in _HASHES for output in ("", "Hex", "Base64")),
)

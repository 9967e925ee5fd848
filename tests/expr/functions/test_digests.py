"""Digests. Their published values are in conformance/templates.toml."""

import hashlib
import hmac

import pytest

from gatewright.expr.functions.digests import FUNCTIONS, authentication_code, digest


@pytest.mark.parametrize("name", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_a_digest_is_of_utf_8(name: str) -> None:
    assert digest(name, "é") == hashlib.new(name, "é".encode()).digest()
    assert authentication_code(name, b"k", "é") == hmac.new(b"k", "é".encode(), name).digest()


def test_every_hash_comes_in_each_encoding() -> None:
    names = {function.name for function in FUNCTIONS}
    assert {
        "md5Hex",
        "sha1Base64",
        "sha512Hex",
        "hmacMd5",
        "hmacSha1",
        "hmacSha224",
        "hmacSha512Base64",
    } <= names
    assert len(names) == len(FUNCTIONS)

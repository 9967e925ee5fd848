"""Clients show their secret by Basic authentication or in the form; the store alone compares it."""

import ast
import base64
from pathlib import Path

import pytest
from tests.support.records import KEY, SECRET

import gatewright.policies
from gatewright.policies.oauth.client_authentication import Credentials, basic_credentials


def basic(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "credentials"),
    [
        (f"Basic {basic('key:secret')}", Credentials("key", "secret")),
        (f"BASIC  {basic('key:secret')} ", Credentials("key", "secret")),
        (f"Basic {basic('key:')}", Credentials("key", "")),
        (f"Basic {basic('key:a:b')}", Credentials("key", "a:b")),
        (f"Basic {basic('schlüssel:geheim')}", Credentials("schlüssel", "geheim")),
        (f"Basic {basic(':secret')}", None),
        (f"Basic {basic('key')}", None),
        (f"Basic {basic('key:secret')}!", None),
        ("Basic", None),
        ("Basic ", None),
        ("Basic /////w==", None),
        (f"Bearer {basic('key:secret')}", None),
        ("", None),
    ],
)
def test_basic_credentials_are_read_or_refused_whole(header: str, credentials: Credentials | None) -> None:
    assert basic_credentials(header) == credentials


def test_credentials_do_not_print_themselves() -> None:
    shown = repr(Credentials(KEY, SECRET))
    assert KEY not in shown
    assert SECRET not in shown


def test_no_policy_compares_a_secret_itself() -> None:
    """`==` stops at the first difference, which a patient client can measure; secret_matches does not."""
    found = [
        f"{path.name}:{node.lineno}"
        for path in Path(gatewright.policies.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare) and "secret" in ast.unparse(node) and "Eq()" in ast.dump(node)
    ]
    assert found == []

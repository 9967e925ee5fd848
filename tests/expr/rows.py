"""The conformance rows of one table, as pytest parameters."""

import tomllib
from pathlib import Path
from typing import Any

CONFORMANCE = Path(__file__).parents[1] / "conformance"


def rows(table: str, key: str = "row") -> list[dict[str, Any]]:
    """The rows called `key` of conformance/<table>.toml."""
    found: list[dict[str, Any]] = tomllib.loads((CONFORMANCE / f"{table}.toml").read_text("utf-8"))[key]
    return found

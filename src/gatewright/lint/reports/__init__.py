"""Findings as text for people, as JSON for programs and as SARIF for code hosts and editors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.lint.rule import Finding

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Located:
    """A finding of one of the bundles; `path` leads to the file, through the zip where it is one."""

    path: str
    finding: Finding

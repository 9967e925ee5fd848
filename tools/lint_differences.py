"""Why the linter and apigeelint differ: entries that each explain a number of differences."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True)
class Difference:
    """A finding of one side that the other has not."""

    rule: str
    only: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule} only {self.only}: {self.where}: {self.message}"


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why one side alone finds something. rule: `*` for any. match: a regular expression."""

    rule: str
    only: str
    count: int
    reason: str
    match: str = ""

    def covers(self, difference: Difference) -> bool:
        return (
            self.rule in ("*", difference.rule)
            and self.only == difference.only
            and (re.search(self.match, str(difference)) is not None)
        )


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    difference: tuple[Explanation, ...] = ()


def read_explanations(path: Path) -> tuple[Explanation, ...]:
    return msgspec.toml.decode(path.read_bytes(), type=_File).difference


def explain(differences: Iterable[Difference], explanations: tuple[Explanation, ...]) -> list[str]:
    """What is not explained, and which explanations count wrongly. The first entry that fits takes one."""
    counts: Counter[int] = Counter()
    problems = []
    for difference in differences:
        number = next((n for n, each in enumerate(explanations) if each.covers(difference)), None)
        if number is None:
            problems.append(f"not explained: {difference}")
        else:
            counts[number] += 1
    for number, each in enumerate(explanations):
        if counts[number] != each.count:
            problems.append(
                f"explains {counts[number]}, not {each.count}: {each.rule} only {each.only} {each.match!r}"
            )
    return problems

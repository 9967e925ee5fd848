"""Findings for people: the place and the line that it is about, then why it matters and how to mend it."""

from collections.abc import Iterable, Sequence

from gatewright.lint.reports import Located

_WIDEST = 110


def full_text(findings: Sequence[Located]) -> str:
    """Every finding with its line and reasons, and an empty line after each."""
    return "".join(f"{one_line(located)}\n{_body(located)}\n" for located in findings)


def brief_text(findings: Sequence[Located]) -> str:
    """One line for each finding."""
    return "".join(f"{one_line(located)}\n" for located in findings)


def one_line(located: Located) -> str:
    found = located.finding.diagnostic
    place = f"{located.path}:{found.line}:{found.column}" if found.line else located.path
    return f"{place}: {found.severity}: {found.message} [{located.finding.rule.id}]"


def _body(located: Located) -> str:
    rule = located.finding.rule
    lines = [*_pointed(located.finding.excerpt, located.finding.diagnostic.column)]
    lines += [f"    why: {rule.why}", f"    mend: {rule.mend}"]
    return "".join(f"{line}\n" for line in lines)


def _pointed(excerpt: str, column: int) -> Iterable[str]:
    """The line with a caret below the column; a long line is cut around it."""
    if not excerpt.strip() or column < 1:
        return
    start = max(0, column - _WIDEST) if len(excerpt) > _WIDEST else 0
    shown = excerpt[start : start + _WIDEST]
    pad = "".join("\t" if character == "\t" else " " for character in shown[: column - 1 - start])
    yield f"    | {shown.rstrip()}"
    yield f"    | {pad}^"

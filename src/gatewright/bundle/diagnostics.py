"""What is wrong with a bundle: every finding, with the place it stands at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from gatewright.bundle.source import NOWHERE, Source
from gatewright.xml import XmlProblem


class Severity(StrEnum):
    ERROR = "error"
    """The bundle cannot be deployed."""
    WARNING = "warning"
    """It can, but something in it has no effect or may not do what its author meant."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `file` is a path inside the bundle; line and column count from 1, 0 when unknown."""

    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    element: str = ""
    """The path of the element, such as `ProxyEndpoint/Flows/Flow[2]/Condition`; "" for the whole file."""
    rule: str = ""
    """A short stable name for this kind of finding, such as `unknown-element`."""

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        where = f"{self.file}{place}: " if self.file else ""
        element = f" [{self.element}]" if self.element else ""
        return f"{where}{self.severity}: {self.message}{element}"


class Report:
    """Findings in the order they were made, each once. Mutable: reading and checking a bundle add to it."""

    __slots__ = ("_diagnostics",)

    def __init__(self, diagnostics: Iterable[Diagnostic] = ()) -> None:
        self._diagnostics = dict.fromkeys(diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._diagnostics)

    def __len__(self) -> int:
        return len(self._diagnostics)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self._diagnostics if d.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self._diagnostics if d.severity is Severity.WARNING)

    def add(self, diagnostic: Diagnostic) -> None:
        self._diagnostics[diagnostic] = None

    def error(self, message: str, source: Source = NOWHERE, *, rule: str = "") -> None:
        self.add(_at(Severity.ERROR, message, source, rule))

    def warning(self, message: str, source: Source = NOWHERE, *, rule: str = "") -> None:
        self.add(_at(Severity.WARNING, message, source, rule))

    def xml_problem(self, problem: XmlProblem, file: str) -> None:
        """A file that cannot be read at all."""
        self.add(
            Diagnostic(
                Severity.ERROR, problem.message, file, problem.line, problem.column, rule="malformed-xml"
            )
        )

    def file_error(self, message: str, file: str, *, rule: str = "") -> None:
        """An error of a whole file or archive entry."""
        self.add(Diagnostic(Severity.ERROR, message, file, rule=rule))

    def file_warning(self, message: str, file: str, *, rule: str = "") -> None:
        self.add(Diagnostic(Severity.WARNING, message, file, rule=rule))


def _at(severity: Severity, message: str, source: Source, rule: str) -> Diagnostic:
    return Diagnostic(severity, message, source.file, source.line, source.column, source.element, rule)

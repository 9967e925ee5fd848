"""A place in an expression that moves forward."""

from gatewright.expr.errors import ExpressionError


class Scanner:
    """Mutable: `position` is the index of the next character. Raises errors of the given type."""

    def __init__(self, text: str, error: type[ExpressionError]) -> None:
        self.text = text
        self.position = 0
        self._error = error

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.text)

    @property
    def peek(self) -> str:
        """The next character, or "" at the end."""
        return self.text[self.position : self.position + 1]

    def next(self) -> str:
        """The next character, stepping over it. Raises at the end."""
        if self.at_end:
            raise self.error("it ends too early")
        self.position += 1
        return self.text[self.position - 1]

    def take(self, expected: str) -> bool:
        """Step over `expected` when it comes next."""
        if not self.text.startswith(expected, self.position):
            return False
        self.position += len(expected)
        return True

    def until(self, end: str, *, may_be_absent: bool = False) -> str:
        """What comes before `end`, stepping over both."""
        at = self.text.find(end, self.position)
        if at < 0 and not may_be_absent:
            raise self.error(f"missing {end}")
        stop = len(self.text) if at < 0 else at
        found = self.text[self.position : stop]
        self.position = min(len(self.text), stop + len(end))
        return found

    def skip(self, characters: str) -> None:
        """Step over any of these that come next."""
        while not self.at_end and self.text[self.position] in characters:
            self.position += 1

    def error(self, message: str, start: int | None = None) -> ExpressionError:
        first = self.position if start is None else start
        return self._error(message, self.text, first, max(self.position, first + 1))

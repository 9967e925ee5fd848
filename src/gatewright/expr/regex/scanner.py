"""A place in a pattern that moves forward."""

from gatewright.expr.errors import RegexError


class Scanner:
    """Mutable: `position` is the index of the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.text)

    @property
    def peek(self) -> str:
        """The next character, or "" at the end."""
        return self.text[self.position : self.position + 1]

    def next(self) -> str:
        """Raises RegexError at the end."""
        if self.at_end:
            raise self.error("the pattern ends too early")
        self.position += 1
        return self.text[self.position - 1]

    def take(self, expected: str) -> bool:
        """Step over `expected` when it comes next."""
        if not self.text.startswith(expected, self.position):
            return False
        self.position += len(expected)
        return True

    def until(self, end: str) -> str:
        """What comes before `end`, stepping over both. Only `\\E` may be absent."""
        at = self.text.find(end, self.position)
        if at < 0 and end != "\\E":
            raise self.error(f"missing {end}")
        stop = len(self.text) if at < 0 else at
        found = self.text[self.position : stop]
        self.position = min(len(self.text), stop + len(end))
        return found

    def skip_line(self) -> None:
        at = self.text.find("\n", self.position)
        self.position = len(self.text) if at < 0 else at + 1

    def error(self, message: str, start: int | None = None) -> RegexError:
        first = self.position if start is None else start
        return RegexError(message, self.text, first, max(self.position, first + 1))

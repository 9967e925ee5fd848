"""What can be wrong with an expression when it is read, with the place where."""


class ExpressionError(ValueError):
    """An expression that cannot be used.

    `start` and `end` count characters of `text` from 0; `str()` gives the message alone and `pointed` the
    message with the line it is about and a marker under the place.
    """

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.start = start
        self.end = max(end, start)

    @property
    def pointed(self) -> str:
        line_start = self.text.rfind("\n", 0, self.start) + 1
        line_end = self.text.find("\n", self.start)
        line = self.text[line_start:] if line_end < 0 else self.text[line_start:line_end]
        width = max(1, min(self.end, line_start + len(line)) - self.start)
        pad = "".join("\t" if char == "\t" else " " for char in line[: self.start - line_start])
        return f"{self.message}\n{line}\n{pad}{'^' * width}"


class ConditionError(ExpressionError):
    """A condition that does not parse."""

    rule = "condition"
    """What a deploy check calls the finding."""


class UnterminatedError(ConditionError):
    """A text in a condition that has no end."""

    rule = "unterminated"


class TemplateError(ExpressionError):
    """A message template that names an unknown function or calls one wrongly."""


class RegexError(ExpressionError):
    """A regular expression that java.util.regex would refuse, or that we cannot run with its meaning."""


class PathError(ExpressionError):
    """A JSONPath that does not parse."""

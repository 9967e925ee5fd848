"""The functions that message templates may call, one family a file. This tuple is their table of contents."""

from gatewright.expr.functions import strings
from gatewright.expr.functions.function import Apply, Function, InvalidArgument

FUNCTIONS: tuple[Function, ...] = (*strings.FUNCTIONS,)

__all__ = ["FUNCTIONS", "Apply", "Function", "InvalidArgument"]

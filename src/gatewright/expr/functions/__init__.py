"""The functions that message templates may call, one family a file. This tuple is their table of contents."""

from gatewright.expr.functions import digests, encodings, queries, randomness, strings, times
from gatewright.expr.functions.function import Apply, Function, InvalidArgument

FUNCTIONS: tuple[Function, ...] = (
    *strings.FUNCTIONS,
    *encodings.FUNCTIONS,
    *digests.FUNCTIONS,
    *times.FUNCTIONS,
    *queries.FUNCTIONS,
    *randomness.FUNCTIONS,
)

__all__ = ["FUNCTIONS", "Apply", "Function", "InvalidArgument"]

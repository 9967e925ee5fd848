"""The functions that may end a path. Source: github.com/json-path/JsonPath, README, Functions."""

from math import fsum, sqrt

from gatewright.expr.jsonpath.syntax import Function, Json


def applied(function: Function, found: list[Json], *, is_definite: bool) -> list[Json]:
    """What the function makes of what a path found: one value, or none where it does not apply.

    After an indefinite path a function of one value is applied to each value found, and an aggregate to all
    numbers found together.
    """
    if function.is_aggregate:
        values = found[0] if is_definite and found else found
        gathered = values if isinstance(values, list) else []
        if not is_definite and len(gathered) == 1 and isinstance(gathered[0], list):
            gathered = gathered[0]
        result = _aggregate(function, gathered)
        return [] if result is None else [result]
    return [result for value in found for result in _of_one(function, value)]


def _of_one(function: Function, value: Json) -> list[Json]:
    match function:
        case Function.LENGTH | Function.SIZE:
            return [len(value)] if isinstance(value, str | list | dict) else []
        case Function.KEYS:
            return [list(value)] if isinstance(value, dict) else []
        case Function.FIRST:
            return value[:1] if isinstance(value, list) else []
        case _:
            return value[-1:] if isinstance(value, list) else []


def _aggregate(function: Function, values: list[Json]) -> float | None:
    """Of the numbers among the values, as a floating-point number, as in Jayway; None without any."""
    numbers = [
        float(value)
        for value in values
        if isinstance(value, int | float) and value is not True and value is not False
    ]
    if not numbers:
        return None
    match function:
        case Function.MIN:
            return min(numbers)
        case Function.MAX:
            return max(numbers)
        case Function.SUM:
            return fsum(numbers)
        case Function.AVERAGE:
            return fsum(numbers) / len(numbers)
        case _:
            mean = fsum(numbers) / len(numbers)
            return sqrt(fsum((number - mean) ** 2 for number in numbers) / len(numbers))

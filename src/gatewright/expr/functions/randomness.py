"""createUuid(), randomLong() and xeger().

Source: docs.apigee.com/api-platform/reference/message-template-intro.
"""

from collections.abc import Sequence
from random import Random
from uuid import UUID

from gatewright.expr.errors import RegexError
from gatewright.expr.functions.function import Apply, Function, InvalidArgument, compiled, integer
from gatewright.expr.functions.xeger import Generator, generator
from gatewright.expr.regex.reader import read_regex

_LONGEST = 2**63 - 1


def create_uuid(random: Random) -> str:
    """A random UUID (RFC 9562 §5.4)."""
    return str(UUID(int=random.getrandbits(128), version=4))


def random_long(random: Random, bounds: Sequence[int]) -> int:
    """A Java long: any, not below the first bound, or between both bounds, these included."""
    if not bounds:
        return random.getrandbits(64) - 2**63
    least, most = bounds[0], bounds[1] if len(bounds) > 1 else _LONGEST
    if least > most:
        raise InvalidArgument(f"no number from {least} to {most}", 0)
    return random.randint(least, most)


def _random_long(arguments: Sequence[str], random: Random) -> str:
    return str(random_long(random, [integer(text, position) for position, text in enumerate(arguments)]))


def _prepare_xeger(literals: Sequence[str | None]) -> Apply:
    generator_of = compiled(_generator, literals[0])
    return lambda arguments, random: generator_of(arguments[0])(random)


def _generator(pattern: str) -> Generator:
    try:
        return generator(read_regex(pattern))
    except RegexError as error:
        raise InvalidArgument(error.message, 0) from error
    except ValueError as error:
        raise InvalidArgument(str(error), 0) from error


FUNCTIONS = (
    Function("createUuid", 0, 0, lambda _: lambda _arguments, random: create_uuid(random)),
    Function("randomLong", 0, 2, lambda _: _random_long),
    Function("xeger", 1, 1, _prepare_xeger),
)

"""ExpiresIn and RefreshTokenExpiresIn: how long tokens live."""

from collections.abc import Callable

from gatewright.bundle.fields import Ref
from gatewright.bundle.values import read_integer
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec
from gatewright.entities import NEVER

ACCESS_TOKEN_MS = 1_800_000
"""Without ExpiresIn: the doc samples report `expires_in` 1799 then."""


def is_lifetime(text: str) -> bool:
    """Whether the text is a positive number of milliseconds, or -1 for never."""
    return _lifetime(text) is not None


def compile_lifetime(
    ref: Ref[str] | None, cx: Compiler, *, default_ms: int, invalid: FaultSpec
) -> Callable[[FlowContext], int]:
    """Milliseconds, or NEVER. The variable wins, then the text, then the default.

    What the variable holds may come from the request: a value that is no lifetime raises `invalid`.
    """
    if ref is None:
        return lambda _: default_ms
    read = cx.ref_text(ref)

    def lifetime(flow: FlowContext) -> int:
        text = read(flow)
        if text is None:
            return default_ms
        found = _lifetime(text)
        if found is None:
            raise invalid(value=text)
        return found

    return lifetime


def expiry(now_ms: int, lifetime_ms: int) -> int:
    """Epoch milliseconds, or NEVER."""
    return NEVER if lifetime_ms == NEVER else now_ms + lifetime_ms


def seconds_left(expires_at: int, now_ms: int) -> int:
    """Whole seconds as Edge reports them: 3599 for a token of an hour that has just been issued; 0 for never.

    By the time a client reads the answer, the second in which the token was issued has begun.
    """
    if expires_at == NEVER:
        return 0
    return max(0, (expires_at - now_ms - 1) // 1_000)


def _lifetime(text: str) -> int | None:
    try:
        value = read_integer(text.strip())
    except ValueError:
        return None
    return value if value > 0 or value == NEVER else None

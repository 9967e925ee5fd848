"""What the HTTP side and whoever answers requests say to each other.

A call is a generator. It yields a TargetCall to have a request sent to a target, and is resumed with the
Response or has TargetFailed thrown in; it yields any other awaitable to have it awaited. What it returns is
the Response for the client. Nothing here does I/O.
"""

from enum import Enum
from typing import Protocol, TypeAlias

from gatewright.engine.context import Peer
from gatewright.engine.flow import WholeRun
from gatewright.engine.target import Failure, Origin, TargetCall, TargetFailed, TargetTls
from gatewright.message import Request, Response

__all__ = [
    "Application",
    "Failure",
    "Handling",
    "Origin",
    "Outcome",
    "Peer",
    "Run",
    "TargetCall",
    "TargetFailed",
    "TargetTls",
]


Run: TypeAlias = WholeRun


class Outcome(Enum):
    """How a call ended for its client."""

    SENT = "the response was written"
    CLIENT_LEFT = "the client closed the connection first"
    BROKEN_OFF = "the response had begun and could not be completed"


class Handling(Protocol):
    """One request being answered: what the application made of its head."""

    buffers_request: bool
    """Wait for the whole request body before `run` starts."""
    request_limit: int | None
    """Bytes of request body accepted; None for no limit."""
    wants_finish: bool
    """Whether `finish` has anything to do."""

    def run(self) -> Run: ...

    def fail(self) -> Response:
        """The answer when `run` ended with a defect; called while that is being handled. Must not raise."""
        ...

    def finish(self, outcome: Outcome) -> None:
        """Called once where it is wanted, off the client's path, after the last byte of the response was
        handed over.
        """
        ...


class Application(Protocol):
    """Whoever answers requests."""

    def handle(self, request: Request, peer: Peer) -> Handling:
        """Called with the head. The body is in `request.content` if already here, else in a stream."""
        ...

"""A request's body while it is still arriving: counted, timed, and held or passed on."""

from typing import Protocol

from gatewright.gateway.http.body import Body
from gatewright.gateway.http.decoders import decoder_of
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.refusal import body_too_big, too_slow
from gatewright.gateway.http.request_head import RequestHead
from gatewright.gateway.http.timers import TICK_MS, Timers


class Line(Protocol):
    """The client's connection, as far as a body needs it."""

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def send_continue(self) -> None:
        """Tell the client to go ahead (RFC 9110 §10.1.1)."""
        ...


class Incoming:
    """The source of a request's Body. Mutable, of one request."""

    __slots__ = (
        "_awaits_continue",
        "_decoder",
        "_is_wanted",
        "_limit",
        "_limits",
        "_line",
        "_paused_at",
        "_since",
        "_timers",
        "body",
        "received",
    )

    def __init__(self, head: RequestHead, line: Line, timers: Timers, limits: Limits) -> None:
        self._decoder = decoder_of(head.length)
        self._line = line
        self._timers = timers
        self._limits = limits
        self._limit: int | None = None
        self._awaits_continue = head.expects_continue
        self._is_wanted = True
        self._since = timers.now
        self._paused_at = 0
        self.received = 0
        self.body = Body(self, head.length if head.length >= 0 else None, limits.held_bytes)

    @property
    def is_complete(self) -> bool:
        return self._decoder.complete

    def set_limit(self, limit: int | None) -> None:
        """Accept so many bytes in all. Raises Refused when there are more already."""
        self._limit = limit
        self._check_size()

    def hold_all(self) -> None:
        """Keep the whole body: nothing runs before it is complete."""
        self.body.hold_all()
        self.start_body()

    def feed(self, data: bytes) -> bytes:
        """Take what belongs to the body and return what follows it. Raises Refused."""
        self._awaits_continue = False
        payload, rest = self._decoder.feed(data)
        self.received += len(payload)
        self._check_size()
        if not self._decoder.complete:
            self._check_rate()
        if payload and self._is_wanted:
            self.body.push(payload)
        return rest

    # What the body's sink asks for.

    def start_body(self) -> None:
        if self._awaits_continue:
            self._awaits_continue = False
            self._line.send_continue()

    def pause_body(self) -> None:
        if not self._paused_at:
            self._paused_at = self._timers.now
            self._line.pause_reading()

    def resume_body(self) -> None:
        if self._paused_at:
            self._since += self._timers.now - self._paused_at
            self._paused_at = 0
            self._line.resume_reading()

    def abandon_body(self) -> None:
        self._is_wanted = False
        self.resume_body()

    def _check_size(self) -> None:
        if self._limit is not None and self.received > self._limit:
            raise body_too_big()

    def _check_rate(self) -> None:
        """A body may not trickle for ever, however regularly."""
        elapsed_ms = (self._timers.now - self._since) * TICK_MS
        is_slow = self.received * 1000 < elapsed_ms * self._limits.body_bytes_per_s
        if is_slow and elapsed_ms > self._limits.body_idle_ms:
            raise too_slow()

"""One client's connection: reads requests strictly, one at a time, and writes their answers in order.

Pipelined requests wait as bytes until their turn. Whatever breaks a rule is answered with the rule it breaks
and the connection is closed; what had not been passed on by then never is.
"""

import asyncio
import socket
import struct
from enum import Enum, auto
from typing import Protocol, cast

from gatewright.gateway.http.answer import Answer, bodiless_length, streamed_length
from gatewright.gateway.http.body import Body
from gatewright.gateway.http.calls import Handling, Outcome, Peer
from gatewright.gateway.http.dates import Dates
from gatewright.gateway.http.exchange import Exchange
from gatewright.gateway.http.framing import CHUNKED, UNTIL_CLOSE
from gatewright.gateway.http.incoming import Incoming
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.outbox import Outbox
from gatewright.gateway.http.pool import Pools
from gatewright.gateway.http.refusal import Refused, body_too_big, too_slow
from gatewright.gateway.http.request_head import VERBS, RequestHead, check_unfinished_head, read_request_head
from gatewright.gateway.http.timers import Timers
from gatewright.gateway.http.unread import FieldBlock, UnreadFields
from gatewright.gateway.http.writer import CLOSE, CONTINUE, KEEP_ALIVE, response_head
from gatewright.gateway.tasks import Tasks
from gatewright.message import Headers, Request, Response

_RESET = struct.pack("ii", 1, 0)  # the SO_LINGER with which closing sends RST
_VERSIONS = ("1.0", "1.1")
_BODILESS = frozenset({204, 304})
"""Statuses whose answers end with the head, as does every answer to HEAD (RFC 9112 §6.3)."""


class Phase(Enum):
    """What the connection is waiting for."""

    IDLE = auto()
    HEAD = auto()
    ANSWER = auto()
    LINGER = auto()
    CLOSED = auto()


# Looking a member up costs as much as everything else in some of the lines below.
_IDLE, _HEAD, _ANSWER, _LINGER, _CLOSED = Phase


class House(Protocol):
    """What the connection is part of: its server."""

    outbox: Outbox
    timers: Timers
    limits: Limits
    dates: Dates
    is_draining: bool

    def admit(self, connection: "Downstream", peer: Peer) -> None:
        """Count the connection. Raises Refused when it may not stay."""
        ...

    def dismiss(self, connection: "Downstream", peer: Peer) -> None: ...

    pools: Pools
    tasks: Tasks

    def handle(self, request: Request, peer: Peer) -> Handling:
        """Ask the application. Raises Refused when it has failed."""
        ...

    def finished(self, exchange: Exchange, outcome: Outcome) -> None:
        """Call the application's hook, once the client's bytes are on their way."""
        ...


class Entrance(Protocol):
    """The listener that the connection came in by."""

    def peer_of(self, transport: asyncio.BaseTransport) -> Peer: ...


class Downstream(asyncio.Protocol):
    """Mutable. `_exchange` is the request being answered, `_incoming` its body while that still arrives."""

    __slots__ = (
        "_answer",
        "_buffer",
        "_entrance",
        "_exchange",
        "_fields",
        "_head",
        "_house",
        "_incoming",
        "_is_deaf",
        "_is_pumping",
        "_peer",
        "_phase",
        "_refused",
        "_request",
        "_scanned",
        "_transport",
        "_unsent",
        "_will_close",
        "deadline",
        "entered_at",
    )

    _transport: asyncio.Transport
    _peer: Peer

    def __init__(self, house: House, entrance: Entrance) -> None:
        self._house = house
        self._entrance = entrance
        self._phase = _HEAD
        self._buffer = b""
        self._scanned = 0
        self._fields: FieldBlock | None = None  # of the last request, where they were plain
        self._is_deaf = False  # nothing that arrives will be read any more
        self._is_pumping = False
        self._unsent: int | None = None  # size of the write buffer when last looked at, while it is full
        self.deadline = 0
        self.entered_at = 0
        self._forget_request()

    def _forget_request(self) -> None:
        self._head: RequestHead | None = None
        self._request: Request | None = None  # while it waits for its whole body
        self._exchange: Exchange | None = None
        self._incoming: Incoming | None = None
        self._answer: Answer | None = None
        self._refused: Refused | None = None
        self._will_close = False

    # The transport's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._peer = self._entrance.peer_of(transport)
        self._set_deadline()
        try:
            self._house.admit(self, self._peer)
        except Refused as refused:
            self._refuse(refused)

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        if self._incoming is not None:
            self._receive_body(self._incoming, data)
            return
        self._buffer = self._buffer + data if self._buffer else data
        if self._exchange is None and self._unsent is None:
            self._pump()
        elif len(self._buffer) > self._house.limits.held_bytes:
            self._transport.pause_reading()

    def eof_received(self) -> None:
        """The client has left, or at least will send no more: whatever it is waiting for is given up."""
        if self._exchange is None and self._buffer:
            self._refuse(Refused("the request broke off"))

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._phase = _CLOSED
        self._house.timers.forget(self)
        answer, incoming = self._answer, self._incoming
        self._give_up(Outcome.CLIENT_LEFT)
        if answer is not None:
            answer.abandon()
        if incoming is not None:
            incoming.body.fail()
        self._buffer = b""
        self._forget_request()
        self._house.dismiss(self, self._peer)

    def pause_writing(self) -> None:
        self._unsent = self._transport.get_write_buffer_size()
        self._house.timers.set(self, self._house.limits.write_idle_ms)
        if self._answer is not None:
            self._answer.pause()

    def resume_writing(self) -> None:
        self._unsent = None
        self._set_deadline()
        if self._answer is not None:
            self._answer.resume()
        elif self._exchange is None:
            self._pump()

    # Reading requests.

    def _pump(self) -> None:
        """Answer what has arrived, request by request, as far as that goes without waiting."""
        self._is_pumping = True
        try:
            while self._buffer and self._exchange is None and self._unsent is None and not self._is_deaf:
                if not self._read_request():
                    break
        except Refused as refused:
            self._refuse(refused)
        finally:
            self._is_pumping = False

    def _read_request(self) -> bool:
        """Take one request off the buffer; False when its head is not all here. Raises Refused."""
        data, seen = self._buffer, self._scanned
        if data[0] == 13 and not seen:  # CR
            data = _without_empty_line(data)
            if not data:
                return False
        end = data.find(b"\r\n\r\n", seen - 3 if seen > 3 else 0)
        if end < 0:
            self._await_head(data, seen)
            return False
        self._buffer = data[end + 4 :]
        self._scanned = 0
        head, headers = read_request_head(data[: end + 2], self._house.limits, self._fields)
        self._fields = headers.block if type(headers) is UnreadFields else None
        self._begin(head, headers)
        return True

    def _await_head(self, data: bytes, seen: int) -> None:
        check_unfinished_head(data, seen, self._house.limits)
        self._buffer = data
        self._scanned = len(data)
        if self._phase is _IDLE:
            self._phase = _HEAD
            self._set_deadline()

    def _begin(self, head: RequestHead, headers: Headers) -> None:
        self.deadline = 0
        self._phase = _ANSWER
        self._head = head
        request = Request(head.verb, head.uri, headers, version=_VERSIONS[head.minor])
        if head.length:
            self._incoming = self._take_body(head, request)
        if head.uri == "*":
            self.respond(_options_response())
            return
        handling = self._house.handle(request, self._peer)
        self._exchange = exchange = Exchange(handling, self, self._house)
        if head.length:
            self._check_length(head, request, handling.request_limit)
        if self._incoming is None:
            exchange.start()
            return
        self._set_deadline()
        if handling.buffers_request:
            self._request = request
            self._incoming.hold_all()
        else:
            exchange.start()

    def _take_body(self, head: RequestHead, request: Request) -> Incoming | None:
        """Give the request its body where that is all here; else its stream. Raises Refused."""
        data, length = self._buffer, head.length
        if 0 < length <= len(data):
            request.content, self._buffer = data[:length], data[length:]
            return None
        incoming = Incoming(head, self, self._house.timers, self._house.limits)
        if data:
            self._buffer = incoming.feed(data)
        if incoming.is_complete:
            request.content = incoming.body.take_held()
            return None
        request.stream = incoming.body
        return incoming

    def _check_length(self, head: RequestHead, request: Request, limit: int | None) -> None:
        if limit is None:
            return
        if self._incoming is not None:
            self._incoming.set_limit(limit)
        elif len(request.content) > limit:
            raise body_too_big()
        if head.length > limit:
            raise body_too_big()

    def _receive_body(self, incoming: Incoming, data: bytes) -> None:
        self._house.timers.set(self, self._house.limits.body_idle_ms)
        try:
            rest = incoming.feed(data)
        except Refused as refused:
            self._refuse(refused)
            return
        if not incoming.is_complete:
            return
        incoming.resume_body()
        self.deadline = 0
        self._incoming = None
        self._buffer = rest
        request, self._request = self._request, None
        if request is None:
            incoming.body.end()
        elif self._exchange is not None:
            request.content = incoming.body.take_held()
            self._exchange.start()

    # What a body that arrives asks of its connection.

    def pause_reading(self) -> None:
        self.deadline = 0
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()
        self._set_deadline()

    def send_continue(self) -> None:
        if self._answer is None and self._phase is _ANSWER:
            self._house.outbox.flush()
            self._transport.write(CONTINUE)

    # Writing answers.

    def respond(self, response: Response) -> None:
        """Write the answer to the request in hand."""
        head = self._head
        if head is None:
            return
        if self._refused is not None:
            _drop_stream(response)
            response = self._refused.response()
        self._will_close = self._is_last(head, response)
        if head.verb == "HEAD" or response.status in _BODILESS:
            message = response_head(response, bodiless_length(response), self._own_lines(head, response))
            _drop_stream(response)
        elif response.stream is None:
            content = response.content
            message = response_head(response, len(content), self._own_lines(head, response)) + content
        else:
            self._relay(response, cast(Body, response.stream), head)
            return
        self._house.outbox.write(self._transport, message)
        self.answer_ended()

    def _own_lines(self, head: RequestHead, response: Response) -> bytes:
        """What the gateway itself says in the head, besides the framing."""
        date = self._house.dates.line_for(response.headers)
        if self._will_close:
            return CLOSE + date
        return date if head.minor else KEEP_ALIVE + date

    def _relay(self, response: Response, body: Body, head: RequestHead) -> None:
        length = streamed_length(body, head.minor)
        self._will_close = self._will_close or length == UNTIL_CLOSE
        is_chunked = length == CHUNKED
        self._answer = Answer(body, self._transport, self, is_chunked=is_chunked)
        self._house.outbox.flush()
        self._answer.begin(response_head(response, length, self._own_lines(head, response)))

    def _is_last(self, head: RequestHead, response: Response) -> bool:
        """Whether the connection ends with this answer: it must when the request's rest will not be read."""
        if not head.keeps_alive or self._house.is_draining or self._refused is not None:
            return True
        if self._incoming is None:
            return False
        body = self._incoming.body
        return not body.has_sink and response.stream is not body

    def answer_ended(self) -> None:
        """The answer's last byte is written: go on to the next request, or close."""
        exchange, self._exchange, self._head, self._answer = self._exchange, None, None, None
        if exchange is not None and exchange.handling.wants_finish:
            self._house.finished(exchange, Outcome.SENT)
        if self._will_close or self._incoming is not None or self._refused is not None:
            is_unread = self._incoming is not None or self._refused is not None
            self._forget_request()
            self._close(lingers=is_unread or bool(self._buffer))
            return
        self._phase = _IDLE
        if self._unsent is None:
            self._house.timers.set(self, self._house.limits.keepalive_ms)
        if self._buffer:
            self._transport.resume_reading()
            if not self._is_pumping:
                self._pump()

    def answer_failed(self) -> None:
        """The answer cannot be completed, so the connection must not end as if it had been."""
        exchange, self._exchange, self._answer = self._exchange, None, None
        if exchange is not None:
            self._house.finished(exchange, Outcome.BROKEN_OFF)
        self._reset()

    def _refuse(self, refused: Refused) -> None:
        """Say which rule was broken, once; a call that already runs is told that its request broke off."""
        if self._answer is not None:
            self.answer_failed()
        elif self._exchange is not None and self._exchange.is_running and self._incoming is not None:
            self._refused = refused
            self._is_deaf = True
            self._incoming.body.fail()
        else:
            self._give_up(Outcome.CLIENT_LEFT)
            response = refused.response()
            lines = CLOSE + self._house.dates.line_for(response.headers)
            self._house.outbox.flush()
            self._transport.write(response_head(response, len(response.content), lines) + response.content)
            self._close(lingers=True)

    def _give_up(self, outcome: Outcome) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.cancel()
            self._house.finished(exchange, outcome)

    # Ends.

    def drain(self) -> None:
        """Close now if no request is in hand; else the answer will say that it is the last."""
        if self._phase is _IDLE or (self._phase is _HEAD and not self._buffer):
            self._close(lingers=False)

    def abort(self) -> None:
        """Close without regard to what is going on."""
        self._transport.abort()

    def _close(self, *, lingers: bool) -> None:
        """Close once what was written is sent.

        Where more may be on its way here, it is read and dropped for a while: closing over unread bytes
        sends a reset, which can destroy the answer before the client has read it (RFC 9112 §9.6).
        """
        self._house.outbox.flush()
        self._buffer = b""
        self._is_deaf = True
        if lingers:
            self._phase = _LINGER
            self._transport.resume_reading()
            if self._transport.can_write_eof():
                self._transport.write_eof()
        else:
            self._phase = _CLOSED
            self._transport.close()
        self._set_deadline()

    def _reset(self) -> None:
        self._house.outbox.flush()
        self._phase = _CLOSED
        self._is_deaf = True
        raw = self._transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    # Deadlines.

    def _set_deadline(self) -> None:
        limits = self._house.limits
        if self._phase is _ANSWER:
            after_ms = limits.body_idle_ms if self._incoming is not None else 0
        elif self._phase is _IDLE:
            after_ms = limits.keepalive_ms
        elif self._phase is _HEAD:
            after_ms = limits.head_ms
        else:
            after_ms = limits.linger_ms if self._phase is _LINGER else limits.write_idle_ms
        if after_ms:
            self._house.timers.set(self, after_ms)
        else:
            self.deadline = 0

    def on_deadline(self) -> None:
        if self._unsent is not None:
            self._check_reader(self._unsent)
        elif self._phase is _ANSWER or (self._phase is _HEAD and self._buffer):
            self._refuse(too_slow())
        elif self._phase in (_IDLE, _HEAD) and not self._transport.get_write_buffer_size():
            self._close(lingers=False)
        else:
            self._transport.abort()

    def _check_reader(self, unsent: int) -> None:
        """Close on a client that hardly takes what it asked for."""
        limits = self._house.limits
        taken = unsent - self._transport.get_write_buffer_size()
        if not taken or taken * 1000 < limits.body_bytes_per_s * limits.write_idle_ms:
            self._reset()
        else:
            self.pause_writing()


def _without_empty_line(data: bytes) -> bytes:
    """Drop one empty line before a request (RFC 9112 §2.2). Raises Refused."""
    if data.startswith(b"\r\n"):
        return data[2:]
    if data == b"\r":
        return b""
    raise Refused("the request does not begin with a method")


def _drop_stream(response: Response) -> None:
    if response.stream is not None:
        cast(Body, response.stream).abandon()


def _options_response() -> Response:
    """The answer to `OPTIONS *`, which asks about this server and no other (RFC 9110 §9.3.7)."""
    return Response(200, "OK", Headers([(b"Allow", b", ".join(VERBS))]))

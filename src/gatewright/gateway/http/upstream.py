"""One connection to a target: sends a request, reads the answer strictly, and may be used again.

The answer's head resumes whoever made the call straight from `data_received`, without a task or a future.
"""

import asyncio
from typing import Protocol, cast

from gatewright.engine.target import Failure, TargetCall, TargetFailed
from gatewright.gateway.http.body import Body
from gatewright.gateway.http.decoders import BodyDecoder, decoder_of
from gatewright.gateway.http.framing import CHUNKED, UNTIL_CLOSE
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.outbox import Outbox
from gatewright.gateway.http.refusal import Refused
from gatewright.gateway.http.response_head import ResponseHead, check_unfinished_head, read_response_head
from gatewright.gateway.http.timers import Timers
from gatewright.gateway.http.unread import FieldBlock
from gatewright.gateway.http.writer import LAST_CHUNK, NONE, chunk, request_head
from gatewright.message import Response

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})  # RFC 9110 §9.2.2
_EXPECTS_BODY = frozenset({"POST", "PUT", "PATCH"})


class Carrier(Protocol):
    """Whatever has a call in hand: a connection, or the attempt to make one."""

    def cancel(self) -> None:
        """Nobody waits for the answer any more."""
        ...


class Caller(Protocol):
    """Whoever waits for an answer. Exactly one of the two methods is called, once, unless cancelled."""

    carrier: Carrier | None

    def target_answered(self, response: Response) -> None: ...

    def target_failed(self, failed: TargetFailed) -> None: ...


class Keeper(Protocol):
    """Whoever keeps the connection between calls: its pool."""

    host_header: str

    def put_back(self, connection: "Upstream") -> None: ...

    def forget(self, connection: "Upstream") -> None: ...

    def send_afresh(self, call: TargetCall, caller: Caller) -> None:
        """Send over a new connection."""
        ...


class Upstream(asyncio.Protocol):
    """Mutable; between calls `_call` is None."""

    __slots__ = (
        "_answer_begun",
        "_body",
        "_buffer",
        "_call",
        "_caller",
        "_decoder",
        "_head",
        "_interims",
        "_is_paused",
        "_is_reused",
        "_keeper",
        "_known",
        "_known_head",
        "_limits",
        "_outbox",
        "_pieces",
        "_received",
        "_request_body",
        "_timers",
        "_transport",
        "deadline",
        "entered_at",
    )

    _transport: asyncio.Transport

    def __init__(self, keeper: Keeper, outbox: Outbox, timers: Timers, limits: Limits) -> None:
        self._keeper = keeper
        self._outbox = outbox
        self._timers = timers
        self._limits = limits
        self._is_reused = False
        self._is_paused = False
        self._known = b""  # the last answer's head, where it was a plain one, with the empty line
        self._known_head: ResponseHead | None = None
        self.deadline = 0
        self.entered_at = 0
        self._forget_call()

    def _forget_call(self) -> None:
        self._call: TargetCall | None = None
        self._caller: Caller | None = None  # until it has its answer
        self._request_body: Body | None = None  # while it is being sent
        self._buffer = b""
        self._answer_begun = False
        self._interims = 0
        self._head: ResponseHead | None = None
        self._decoder: BodyDecoder | None = None
        self._body: Body | None = None  # while it is relayed
        self._pieces: list[bytes] = []
        self._received = 0

    # What the pool and callers ask for.

    def send(self, call: TargetCall, caller: Caller) -> None:
        """Write the request; `caller` hears of the answer."""
        self._call = call
        self._caller = caller
        caller.carrier = self
        request = call.request
        host = call.host_header or self._keeper.host_header
        stream = request.stream
        self._timers.set(self, call.origin.io_timeout_ms)
        if stream is None:
            content = request.content
            length = len(content) if content or request.verb in _EXPECTS_BODY else NONE
            self._outbox.write(self._transport, request_head(request, host, length) + content)
        else:
            body = cast(Body, stream)
            length = CHUNKED if body.length is None else body.length
            self._transport.write(request_head(request, host, length))
            self._request_body = body
            body.drain_into(self)

    def keep(self, keepalive_ms: int) -> None:
        """Wait for the next call so long."""
        self._is_reused = True
        if self._is_paused:
            self.resume_body()
        self._timers.set(self, keepalive_ms)

    def close(self) -> None:
        self._transport.close()

    def cancel(self) -> None:
        self._stop_request()
        self._forget_call()
        self._abort()

    # The transport's side.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        call = self._call
        if call is None:
            self._leave()  # nobody asked: whatever it is, the next answer could not be trusted
            return
        self._answer_begun = True
        try:
            if self._head is not None:
                self._read_body(data)
            else:
                self._read_head(call, data)
        except Refused as refused:
            self._fail(TargetFailed(Failure.MALFORMED, refused.rule))
        if self._call is call and not self._is_paused:
            self._timers.set(self, call.origin.io_timeout_ms)

    def eof_received(self) -> bool:
        if self._head is not None and self._head.length == UNTIL_CLOSE:
            self._finish_answer(b"")
        elif self._call is None:
            self._leave()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._keeper.forget(self)
        self._timers.forget(self)
        call, caller = self._call, self._caller
        if call is None:
            return
        if caller is not None and self._may_retry(call):
            self._forget_call()
            self._keeper.send_afresh(call, caller)
        else:
            self._fail(TargetFailed(Failure.EOF, "" if exc is None else str(exc)))

    def pause_writing(self) -> None:
        if self._request_body is not None:
            self._request_body.pause()

    def resume_writing(self) -> None:
        if self._request_body is not None:
            self._request_body.resume()

    def on_deadline(self) -> None:
        if self._call is None:
            self._leave()
        else:
            self._fail(TargetFailed(Failure.TIMEOUT))

    # The request's body on its way out.

    def body_piece(self, data: bytes) -> None:
        call, body = self._call, self._request_body
        if call is None or body is None:
            return
        self._timers.set(self, call.origin.io_timeout_ms)
        self._transport.write(chunk(data) if body.length is None else data)

    def body_end(self) -> None:
        if self._request_body is not None and self._request_body.length is None:
            self._transport.write(LAST_CHUNK)
        self._request_body = None

    def body_failed(self) -> None:
        """The client's request broke off. Closing here is what tells the target that it is not complete."""
        self._request_body = None
        self._fail(TargetFailed(Failure.REQUEST))

    # The answer's body, of which this is the source.

    def pause_body(self) -> None:
        self._is_paused = True
        self._transport.pause_reading()
        self._timers.clear(self)  # it is the client who is slow now

    def resume_body(self) -> None:
        self._is_paused = False
        self._transport.resume_reading()
        if self._call is not None:
            self._timers.set(self, self._call.origin.io_timeout_ms)

    def start_body(self) -> None:
        """Nothing to do: a target sends its body unasked."""

    def abandon_body(self) -> None:
        self.cancel()

    # Reading the answer.

    def _read_head(self, call: TargetCall, data: bytes) -> None:
        known, seen = self._known_head, len(self._buffer)
        if known is not None and not seen and data.startswith(self._known) and call.request.verb != "HEAD":
            self._begin_answer(call, known, data[len(self._known) :])  # the same bytes mean the same again
            return
        if seen:
            data = self._buffer + data
        end = data.find(b"\r\n\r\n", max(seen - 3, 0))
        if end < 0:
            check_unfinished_head(data, seen, self._limits)
            self._buffer = data
            return
        self._buffer = b""
        head = read_response_head(data[: end + 2], call.request.verb, self._limits)
        rest = data[end + 4 :]
        if head.status >= 200:
            is_plain = type(head.fields) is FieldBlock
            self._known, self._known_head = (data[: end + 4], head) if is_plain else (b"", None)
            self._begin_answer(call, head, rest)
            return
        self._interims += 1
        if self._interims > self._limits.interim_responses:
            raise Refused("too many interim answers")
        if rest:
            self._read_head(call, rest)

    def _begin_answer(self, call: TargetCall, head: ResponseHead, rest: bytes) -> None:
        if call.response_limit is not None and head.length > call.response_limit:
            self._fail(TargetFailed(Failure.TOO_BIG))
            return
        if len(rest) == head.length and self._request_body is None:
            self._take_whole(head, rest)
            return
        self._head = head
        self._decoder = decoder_of(head.length)
        if rest or self._decoder.complete:
            self._read_body(rest)
        if self._head is head and not call.buffer_response:
            self._relay(head)

    def _take_whole(self, head: ResponseHead, content: bytes) -> None:
        """All of the answer is here at once, as of most answers: nothing was begun that must be undone."""
        caller = self._caller
        self._call = self._caller = None
        self._answer_begun = False
        self._interims = 0
        if head.keeps_alive:
            self._keeper.put_back(self)
        else:
            self._abort()
        if caller is not None:
            caller.target_answered(_response(head, content, None))

    def _relay(self, head: ResponseHead) -> None:
        """Resume the caller with the head; the body follows as it arrives."""
        body = Body(self, head.length if head.length >= 0 else None, self._limits.held_bytes)
        for piece in self._pieces:
            body.push(piece)
        self._pieces = []
        self._body = body
        caller, self._caller = self._caller, None
        if caller is not None:
            caller.target_answered(_response(head, b"", body))

    def _read_body(self, data: bytes) -> None:
        call, decoder = self._call, self._decoder
        if call is None or decoder is None:
            return
        payload, rest = decoder.feed(data)
        self._received += len(payload)
        if call.response_limit is not None and self._received > call.response_limit:
            self._fail(TargetFailed(Failure.TOO_BIG))
            return
        if payload:
            self._pieces.append(payload) if self._body is None else self._body.push(payload)
        if decoder.complete:
            self._finish_answer(rest)

    def _finish_answer(self, rest: bytes) -> None:
        """The last byte of the answer is here: give the connection back, then hand the answer over."""
        head, body, caller, pieces = self._head, self._body, self._caller, self._pieces
        can_be_kept = head is not None and head.keeps_alive and not rest and self._request_body is None
        if self._request_body is not None:
            self._stop_request()
        self._forget_call()
        if can_be_kept:
            self._keeper.put_back(self)
        else:
            self._abort()
        if body is not None:
            body.end()
        elif caller is not None and head is not None:
            content = pieces[0] if len(pieces) == 1 else b"".join(pieces)
            caller.target_answered(_response(head, content, None))

    # Ends.

    def _fail(self, failed: TargetFailed) -> None:
        caller, body = self._caller, self._body
        self._stop_request()
        self._forget_call()
        self._abort()
        if caller is not None:
            caller.target_failed(failed)
        elif body is not None:
            body.fail()

    def _may_retry(self, call: TargetCall) -> bool:
        """The target may have closed a kept connection just as the request was sent (RFC 9112 §9.3.1)."""
        is_untouched = self._is_reused and not self._answer_begun
        return is_untouched and call.request.stream is None and call.request.verb in _IDEMPOTENT

    def _stop_request(self) -> None:
        """Whatever is left of the request's body has nowhere to go."""
        body, self._request_body = self._request_body, None
        if body is not None:
            body.abandon()

    def _leave(self) -> None:
        """Be gone from the pool at once, before anybody takes this connection for the next call."""
        self._keeper.forget(self)
        self._abort()

    def _abort(self) -> None:
        self._timers.clear(self)
        self._transport.abort()


def _response(head: ResponseHead, content: bytes, body: Body | None) -> Response:
    version = "1.1" if head.minor else "1.0"
    return Response(head.status, head.reason, head.new_headers(), content, body, version)

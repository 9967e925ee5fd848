"""A response on its way to the client whose body is still arriving: framed, relayed, with back-pressure."""

import asyncio
from typing import Protocol

from gatewright.gateway.http.body import Body
from gatewright.gateway.http.framing import CHUNKED, UNTIL_CLOSE
from gatewright.gateway.http.writer import LAST_CHUNK, NONE, chunk
from gatewright.message import Response


class Recipient(Protocol):
    """The client's connection."""

    def answer_ended(self) -> None: ...

    def answer_failed(self) -> None:
        """The body will never be complete: the client must see that."""
        ...


class Answer:
    """The sink of a response's body. Mutable, of one response."""

    __slots__ = ("_body", "_is_chunked", "_recipient", "_transport")

    def __init__(
        self, body: Body, transport: asyncio.Transport, recipient: Recipient, *, is_chunked: bool
    ) -> None:
        self._body = body
        self._transport = transport
        self._recipient = recipient
        self._is_chunked = is_chunked

    def begin(self, head: bytes) -> None:
        """Write the head, together with what is here of the body."""
        held = self._body.take_held()
        self._transport.write(head + self._framed(held) if held else head)
        self._body.drain_into(self)

    def pause(self) -> None:
        self._body.pause()

    def resume(self) -> None:
        self._body.resume()

    def abandon(self) -> None:
        """The client is gone."""
        self._body.abandon()

    def body_piece(self, data: bytes) -> None:
        self._transport.write(self._framed(data))

    def body_end(self) -> None:
        if self._is_chunked:
            self._transport.write(LAST_CHUNK)
        self._recipient.answer_ended()

    def body_failed(self) -> None:
        self._recipient.answer_failed()

    def _framed(self, data: bytes) -> bytes:
        return chunk(data) if self._is_chunked else data


def bodiless_length(response: Response) -> int:
    """What Content-Length may say without a body: what the target said it would be (RFC 9110 §8.6)."""
    if response.status == 204:
        return NONE
    if response.stream is None and response.content:
        return len(response.content)
    declared = response.headers.raw(b"content-length")
    return int(declared) if declared is not None and declared.isdigit() else NONE


def streamed_length(body: Body, minor: int) -> int:
    """How to frame a body of which not all is known, for a client of HTTP/1.`minor`."""
    if body.length is not None:
        return body.length
    return CHUNKED if minor else UNTIL_CLOSE

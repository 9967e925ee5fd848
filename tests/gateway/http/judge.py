"""A second opinion on byte streams: what h11, which is no part of the gateway, reads in them."""

import re
from contextlib import suppress
from dataclasses import dataclass

import h11


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as h11 reads it. `start` is (verb, target) or (status,); `rest` is what follows it."""

    start: tuple[str, ...]
    body: bytes
    is_complete: bool
    rest: bytes


def read_request(stream: bytes) -> Seen | None:
    """The first request of a stream, or as much as there is of it; None without a head that is one."""
    judge = h11.Connection(h11.SERVER)
    if stream:  # nothing would mean that the connection has ended
        judge.receive_data(stream)
    return _read_message(judge)


def read_answer(stream: bytes, verb: str, *, has_ended: bool) -> Seen | None:
    """The final answer to a request, or as much as there is of it; None without a head that is one."""
    judge = h11.Connection(h11.CLIENT)
    judge.send(h11.Request(method=verb, target="/", headers=[("Host", "a")]))
    judge.send(h11.EndOfMessage())
    if stream:
        judge.receive_data(stream)
    if has_ended:
        judge.receive_data(b"")
    return _read_message(judge)


def requests_meant(stream: bytes) -> list[tuple[str, str, bytes]]:
    """The requests in what a client sent, up to the first that is malformed: verb, path and query, body."""
    meant = []
    while stream:
        seen = read_request(stream.removeprefix(b"\r\n"))  # RFC 9112 §2.2
        if seen is None or not seen.is_complete:
            break
        stream = seen.rest
        verb, target = seen.start
        if (verb, target) != ("OPTIONS", "*"):  # answered by the gateway itself
            meant.append((verb, in_origin_form(target), seen.body))
    return meant


def in_origin_form(target: str) -> str:
    """The path and query of a request target, which may be a whole URL."""
    path = re.sub(r"^https?://[^/?]*", "", target, flags=re.IGNORECASE)
    return path if path.startswith("/") else "/" + path


def _read_message(judge: h11.Connection) -> Seen | None:
    start: tuple[str, ...] | None = None
    body = b""
    is_complete = False
    with suppress(h11.RemoteProtocolError):
        while not is_complete:
            event = judge.next_event()
            if isinstance(event, h11.Request):
                start = (event.method.decode(), event.target.decode())
            elif isinstance(event, h11.Response):
                start = (str(event.status_code),)
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                is_complete = True
            elif not isinstance(event, h11.InformationalResponse):
                break
    return None if start is None else Seen(start, body, is_complete, judge.trailing_data[0])

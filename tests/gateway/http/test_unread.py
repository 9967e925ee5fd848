"""The short way through a head says what the long way says, or nothing; unread fields pass as they came."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gatewright.gateway.http import request_head, response_head
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.refusal import Refused
from gatewright.gateway.http.unread import NOT_RELAYED, FieldBlock, UnreadFields
from gatewright.gateway.http.writer import NONE
from gatewright.gateway.http.writer import request_head as request_head_bytes
from gatewright.message import Headers, Request

LIMITS = Limits(field_count=4)
FOLDER = Path(__file__).parent

NAMES = st.sampled_from(
    [
        "Host",
        "host",
        "X-A",
        "Content-Length",
        "content-length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "X-Apigee-A",
        "Hosts",
        "Contents",
        "T",
        "Te",
        "x-y",
        "Connection-X",
        "é",
    ]
)
COLONS = st.sampled_from([": ", ": ", ": ", ":", ":  ", " : ", ":\t"])
VALUES = st.sampled_from(
    [
        "a",
        "a b",
        " a",
        "a ",
        "a\t",
        "",
        "5",
        "chunked",
        "keep-alive",
        "close",
        "é",
        "a\rb",
        "a\nb",
        "\0",
        "a:80",
    ]
)
ENDS = st.sampled_from(["\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r", ""])
FIELDS = st.lists(st.tuples(NAMES, COLONS, VALUES, ENDS).map("".join), max_size=6).map("".join)
REQUEST_LINES = st.sampled_from(
    [
        "GET / HTTP/1.1",
        "POST /a?b HTTP/1.1",
        "GET /#a HTTP/1.1",
        "get / HTTP/1.1",
        "GET / HTTP/1.0",
        "GET / HTTP/1.1 ",
    ]
)
STATUS_LINES = st.sampled_from(
    [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 204 No",
        "HTTP/1.1 304 ",
        "HTTP/1.1 404",
        "HTTP/1.0 200 OK",
        "HTTP/1.1 100 C",
    ]
)


def rows(name: str, key: str) -> list[bytes]:
    table = tomllib.loads((FOLDER / name).read_text("utf-8"))["row"]
    return [row[key].encode("latin-1") for row in table]


def check_request(head: bytes) -> None:
    short = request_head.read_plain_head(head, LIMITS)
    if short is None:
        return
    relayed = getattr(short[1], "relayed", b"")
    long = request_head.read_any_head(head, LIMITS)  # raises, and so fails the test, if it refuses
    assert short == long
    kept = [f for f in long[1] if f[0].lower() not in (b"host", b"connection")]
    assert relayed == b"".join(b"%b: %b\r\n" % field for field in kept)


def check_response(head: bytes, verb: str) -> None:
    short = response_head.read_plain_head(head, verb, LIMITS)
    if short is None:
        return
    headers = short.new_headers()
    relayed = getattr(headers, "relayed", b"")
    long = response_head.read_any_head(head, verb, LIMITS)
    assert replace(short, fields=()) == replace(long, fields=())
    assert headers == long.new_headers()
    dropped = (b"connection", b"keep-alive", b"content-length", b"transfer-encoding")
    kept = [f for f in long.new_headers() if f[0].lower() not in dropped]
    assert relayed == b"".join(b"%b: %b\r\n" % field for field in kept)


@given(REQUEST_LINES, FIELDS)
@example("GET / HTTP/1.1", "Host: a\r\nX-A: b\r\n")
def test_a_request_read_the_short_way_is_what_it_is_the_long_way(line: str, fields: str) -> None:
    check_request(f"{line}\r\n{fields}".encode("latin-1"))


@given(STATUS_LINES, FIELDS, st.sampled_from(["GET", "HEAD"]))
@example("HTTP/1.1 200 OK", "X-A: b\r\nContent-Length: 5\r\nConnection: keep-alive\r\n", "GET")
def test_an_answer_read_the_short_way_is_what_it_is_the_long_way(line: str, fields: str, verb: str) -> None:
    check_response(f"{line}\r\n{fields}".encode("latin-1"), verb)


@pytest.mark.parametrize("request_bytes", rows("hostile_requests.toml", "request"))
def test_the_short_way_takes_no_hostile_request(request_bytes: bytes) -> None:
    head = request_bytes.partition(b"\r\n\r\n")[0] + b"\r\n"
    try:
        request_head.read_any_head(head, Limits())
    except Refused:
        assert request_head.read_plain_head(head, Limits()) is None


@pytest.mark.parametrize("response", rows("hostile_responses.toml", "response"))
def test_the_short_way_takes_no_hostile_answer(response: bytes) -> None:
    head = response.partition(b"\r\n\r\n")[0] + b"\r\n"
    try:
        response_head.read_any_head(head, "GET", Limits())
    except Refused:
        assert response_head.read_plain_head(head, "GET", Limits()) is None


def test_the_short_way_is_the_common_way() -> None:
    assert request_head.read_plain_head(b"GET /a HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n", Limits())
    kept = b"GET /a HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nConnection: keep-alive\r\n"
    assert request_head.read_plain_head(kept, Limits())
    answer = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 5\r\nConnection: keep-alive\r\n"
    assert response_head.read_plain_head(answer, "GET", Limits())


BLOCK = b"\nHost: a\r\nX-Key: 1\r\nx-key: 2\r\nXX-Key: 3\r\n"
RELAYED = b"X-Key: 1\r\nx-key: 2\r\nXX-Key: 3\r\n"


def test_reading_one_field_leaves_the_fields_as_they_came() -> None:
    headers = UnreadFields(FieldBlock(BLOCK, RELAYED))
    assert headers.get("X-KEY") == "1"
    assert headers.get("key") is None
    assert headers.raw(b"host") == b"a"
    assert headers.relayed == RELAYED


def test_taking_the_fields_apart_ends_the_passing_on_as_they_came() -> None:
    headers = UnreadFields(FieldBlock(BLOCK, RELAYED))
    assert headers.get_all("x-key") == ["1", "2"]
    assert headers.relayed is None
    assert headers.get("xx-key") == "3"
    headers.set("X-Key", "9")
    assert list(headers) == [(b"Host", b"a"), (b"X-Key", b"9"), (b"XX-Key", b"3")]


def test_what_is_added_follows_the_fields_as_they_came() -> None:
    headers = UnreadFields(FieldBlock(BLOCK, RELAYED))
    headers.add("X-New", " 1\x01 ")
    headers.set("X-Other", "2")
    assert headers.relayed == RELAYED
    assert headers.get("x-new") == " 1\x01 "
    assert request_head_of(headers).endswith(RELAYED + b"X-New:  1\x01 \r\nX-Other: 2\r\n\r\n")
    assert headers.get_all("x-other") == ["2"]
    assert request_head_of(headers).endswith(RELAYED + b"X-New:  1\x01 \r\nX-Other: 2\r\n\r\n")


@pytest.mark.parametrize("name", sorted(NOT_RELAYED))
def test_fields_that_do_not_pass_do_not_pass_when_they_are_added_either(name: bytes) -> None:
    for change in (UnreadFields.append, UnreadFields.put, lambda headers, field: headers.extend([field])):
        headers = UnreadFields(FieldBlock(BLOCK, RELAYED))
        change(headers, (name.title(), b"5"))
        assert headers.raw(name) is not None
        assert request_head_of(headers) == b"GET / HTTP/1.1\r\nHost: a\r\n" + RELAYED + b"\r\n"


def test_messages_with_the_same_fields_do_not_see_each_others_changes() -> None:
    block = FieldBlock(BLOCK, RELAYED)
    first, second, third = (UnreadFields(block) for _ in range(3))
    first.add("X-New", "1")
    second.set("X-Key", "9")
    second.remove("XX-Key")
    assert third.get("x-new") is None
    assert list(third) == list(UnreadFields(FieldBlock(BLOCK, RELAYED)))


def request_head_of(headers: UnreadFields) -> bytes:
    return request_head_bytes(Request("GET", "/", headers), "a", NONE)


NAME = st.sampled_from(["Host", "X-Key", "x-KEY", "XX-Key", "X-New", "Connection", "Upgrade"])
CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "set", "remove", "remove_nth", "clear", "get", "get_all"]), NAME),
    max_size=8,
)


def arguments(change: str, name: str, number: int) -> tuple[object, ...]:
    if change == "clear":
        return ()
    if change == "remove_nth":
        return (name, 2)
    return (name, str(number)) if change in ("add", "set") else (name,)


@given(CHANGES)
def test_unread_fields_behave_as_fields_that_were_read(changes: list[tuple[str, str]]) -> None:
    unread, read = UnreadFields(FieldBlock(BLOCK, RELAYED)), Headers(UnreadFields(FieldBlock(BLOCK, RELAYED)))
    for number, (change, name) in enumerate(changes):
        values = arguments(change, name, number)
        assert getattr(unread, change)(*values) == getattr(read, change)(*values)
        written = request_head_bytes(Request("GET", "/", read), "a", NONE)
        assert request_head_bytes(Request("GET", "/", unread), "a", NONE) == written
    assert unread == read


@pytest.mark.parametrize("change", ["add", "set", "remove", "discard", "clear"])
def test_every_change_is_seen_by_whoever_passes_the_fields_on(change: str) -> None:
    headers = UnreadFields(FieldBlock(BLOCK, RELAYED))
    if change in ("add", "set"):
        getattr(headers, change)("X-Key", "9")
    elif change == "remove":
        headers.remove("X-Key")
    elif change == "discard":
        headers.discard(frozenset({b"x-key"}))
    else:
        headers.clear()
    assert headers.relayed is None or headers.added

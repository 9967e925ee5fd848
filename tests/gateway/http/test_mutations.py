"""Mutated streams: whatever is sent, both ends agree where each message begins and ends (fuzz.py says how).

`make fuzz` draws a hundred thousand of them; here it is always the same few hundred.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, example, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from tests.gateway.http import grammar, mutations
from tests.gateway.http.fuzz import (
    DRAWN,
    Desync,
    check_answer_stream,
    check_request_stream,
    run,
)
from tests.gateway.http.judge import read_answer, read_request, requests_meant
from tests.gateway.http.mutations import AnswerStream, RequestStream, answer_streams, request_streams
from tests.gateway.http.test_lenient_builds import LENIENT, Patch, any_chunk_end, any_coding

FEW = settings(DRAWN, derandomize=True, max_examples=300)
UNTIL_FOUND = settings(FEW, max_examples=20_000, phases=[Phase.generate])


@FEW
@given(request_streams())
@example(RequestStream(b"GET http://[ HTTP/1.1\r\nHost: [\r\n\r\n"))
@example(RequestStream(b"GET /? HTTP/1.1\r\nHost: a\r\n\r\n"))
@example(
    RequestStream(
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: +5\r\n\r\n"
    )
)
async def test_a_mutated_stream_of_requests_desynchronises_nobody(stream: RequestStream) -> None:
    check_request_stream(stream)


@FEW
@given(answer_streams())
@example(AnswerStream(b""))  # the target closed the connection as the request went out: it is asked again
async def test_a_mutated_answer_desynchronises_nobody(stream: AnswerStream) -> None:
    check_answer_stream(stream)


# The detector is worth something.


def finds(streams: SearchStrategy[Any], examine: Callable[[Any], str]) -> bool:
    """Whether a stream is drawn that the gateway misunderstands."""

    @UNTIL_FOUND
    @given(streams)
    def judge(stream: Any) -> None:
        examine(stream)

    try:
        judge()
    except Desync:
        return True
    return False


# Nearly every change to a chunk's end is a change to the next size as well.
@pytest.mark.parametrize(
    "lenient", [each for each in LENIENT if each is not any_chunk_end], ids=lambda each: each.__doc__
)
async def test_a_lenient_build_is_found_out(lenient: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    lenient(monkeypatch)
    assert finds(request_streams(), check_request_stream)
    assert finds(answer_streams(), check_answer_stream)


async def test_what_is_found_is_told_as_a_small_stream_that_fails_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    any_coding(monkeypatch)
    tally = await run(0, 2_000)
    for kind, examine in ((RequestStream, check_request_stream), (AnswerStream, check_answer_stream)):
        told = re.search(rf"stream=({kind.__name__}\(.*?\)),\n\)", "\n".join(tally.findings), re.DOTALL)
        assert told is not None, tally.findings
        stream = eval(told[1], {kind.__name__: kind})
        assert (len(stream.content) < 120, stream.cuts) == (True, ())
        with pytest.raises(Desync):
            examine(stream)


async def test_a_run_counts_every_stream() -> None:
    tally = await run(7, 100)
    assert tally.judged == 100
    assert tally.findings == []


# The streams are what they are said to be.


@pytest.mark.parametrize("change", mutations.REQUEST_CHANGES, ids=lambda change: change.__name__)
def test_every_change_can_change_a_stream(change: mutations.Change) -> None:
    stream = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na"

    @st.composite
    def changed(draw: st.DrawFn) -> bytes:
        return change(draw, stream)

    assert find(changed(), lambda found: found != stream, settings=FEW) != stream


def test_unchanged_streams_are_legal() -> None:
    @FEW
    @given(grammar.requests())
    def judge_request(content: bytes) -> None:
        seen = read_request(content)
        assert seen is not None
        assert (seen.is_complete, seen.rest) == (True, b"")

    @FEW
    @given(grammar.answers())
    def judge_answer(content: bytes) -> None:
        seen = read_answer(content, "GET", has_ended=True)
        assert seen is not None
        assert (seen.is_complete, seen.rest) == (True, b"")

    judge_request()
    judge_answer()


def test_the_packets_of_a_stream_are_its_bytes() -> None:
    content = b"abcdef"
    assert RequestStream(content).packets == [content]
    assert RequestStream(content, (2, 5)).packets == [b"ab", b"cde", b"f"]
    assert AnswerStream(content, None).packets == [b"a", b"b", b"c", b"d", b"e", b"f"]
    assert AnswerStream(b"", None).packets == []


# The judge is worth something.


def test_the_judge_tells_whole_requests_from_others() -> None:
    whole = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"
    assert requests_meant(whole + b"GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n" + whole[:-1]) == [
        ("POST", "/a", b"ok"),
        ("GET", "/b", b""),
    ]
    cut = read_request(whole[:-1])
    assert cut is not None
    assert not cut.is_complete
    assert read_request(b"nonsense\r\n\r\n") is None


def test_the_judge_tells_whole_answers_from_others() -> None:
    answer = b"HTTP/1.1 200 OK\r\n\r\nhello"
    closed = read_answer(answer, "GET", has_ended=True)
    cut = read_answer(answer, "GET", has_ended=False)
    head = read_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HEAD", has_ended=False)
    assert closed is not None
    assert cut is not None
    assert head is not None
    assert (closed.is_complete, closed.body) == (True, b"hello")
    assert not cut.is_complete
    assert (head.is_complete, head.rest) == (True, b"hello")

"""Mutated streams: whatever is sent, both ends agree where each message begins and ends (fuzz.py says how).

`make fuzz` runs a hundred thousand of them.
"""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.gateway.http.fuzz import (
    Desync,
    check_answer_stream,
    check_request_stream,
    read_answer,
    read_request,
    requests_meant,
    run,
)
from tests.gateway.http.test_lenient_builds import LENIENT, Patch, any_chunk_end

NUMBERS = st.integers(0, 2**40)


@settings(max_examples=300, deadline=None)
@given(NUMBERS)
@example(1923)  # half an IPv6 literal in absolute form
async def test_a_mutated_stream_of_requests_desynchronises_nobody(number: int) -> None:
    check_request_stream(number)


@settings(max_examples=300, deadline=None)
@given(NUMBERS)
async def test_a_mutated_answer_desynchronises_nobody(number: int) -> None:
    check_answer_stream(number)


# Nearly every change to a chunk's end is a change to the next size as well.
@pytest.mark.parametrize(
    "lenient", [each for each in LENIENT if each is not any_chunk_end], ids=lambda each: each.__doc__
)
async def test_a_lenient_build_is_found_out(lenient: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    lenient(monkeypatch)
    found = set()
    for number in range(4_000):
        for examine in (check_request_stream, check_answer_stream):
            try:
                examine(number)
            except Desync:
                found.add(examine)
    assert found == {check_request_stream, check_answer_stream}


async def test_a_run_counts_every_stream() -> None:
    fates, wrong = await run(7, 100)
    assert fates.total() == 100
    assert wrong == []


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

"""Every answer says when it was made (RFC 9110 §6.6.1)."""

import pytest
from tests.gateway.http.rig import Rig, answering, status_of

from gatewright.gateway.http.dates import Dates
from gatewright.message import Headers, Response

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
NOW_MS = 784_111_777_900
DATE = b"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"  # the example of RFC 9110 §5.6.7
OTHER = b"Date: Mon, 07 Nov 1994 08:49:37 GMT\r\n"


def dates() -> Dates:
    return Dates(lambda: NOW_MS)


async def test_an_answer_of_ours_has_a_date() -> None:
    client = Rig(answering(lambda _: Response(200, "OK", content=b"x")), dates=dates()).client()
    client.send(GET)
    assert client.received.count(DATE) == 1


@pytest.mark.parametrize("request_", [b"GET / HTTP/1.1\r\n\r\n", b"\0\r\n\r\n"])
async def test_a_refusal_has_a_date(request_: bytes) -> None:
    client = Rig(dates=dates()).client()
    client.send(request_)
    assert status_of(client.received) == 400
    assert client.received.count(DATE) == 1


async def test_a_date_that_a_policy_has_set_stays() -> None:
    headers = Headers([(b"Date", b"Mon, 07 Nov 1994 08:49:37 GMT")])
    client = Rig(answering(lambda _: Response(200, "OK", headers)), dates=dates()).client()
    client.send(GET)
    assert OTHER in client.received
    assert DATE not in client.received


@pytest.mark.parametrize("framing", [b"Content-Length: 2\r\n\r\nok", b"\r\nok"])
@pytest.mark.parametrize(("its_own", "expected"), [(b"", DATE), (OTHER, OTHER), (OTHER.lower(), None)])
async def test_a_targets_answer_has_one_date(framing: bytes, its_own: bytes, expected: bytes | None) -> None:
    rig = Rig(dates=dates())
    target, client = rig.target(), rig.client()
    client.send(GET)
    target.send(b"HTTP/1.1 200 OK\r\n" + its_own + framing)
    assert client.received.lower().count(b"\r\ndate: ") == 1
    assert expected is None or expected in client.received


def test_the_date_moves_with_the_clock() -> None:
    times = iter([NOW_MS, NOW_MS + 50, NOW_MS + 100])
    moving = Dates(lambda: next(times))
    lines = [moving.line_for(Headers()) for _ in range(3)]
    assert lines == [DATE, DATE, DATE.replace(b":37", b":38")]

"""Connections to targets between calls: newest first, for a time, and only while somebody wants them."""

from typing import cast

from tests.gateway.http.rig import ORIGIN, End, Rig, end_of, status_of

from gatewright.engine.target import Origin
from gatewright.gateway.http.pool import VISITED_AT_MOST
from gatewright.gateway.http.upstream import Upstream

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def test_the_newest_connection_is_used_first() -> None:
    rig = Rig()
    older, newer = rig.target(), rig.target()
    rig.client().send(GET)
    assert newer.received
    assert not older.received


async def test_a_kept_connection_is_closed_after_its_time() -> None:
    rig = Rig()
    target = rig.target()
    rig.pass_ms(ORIGIN.keepalive_timeout_ms - 1_000)
    assert rig.pools.of(ORIGIN).idle_count == 1
    rig.pass_ms(1_000)
    assert target.transport.is_closed
    assert rig.pools.of(ORIGIN).idle_count == 0


async def test_a_kept_connection_that_speaks_unasked_is_given_up() -> None:
    rig = Rig()
    target = rig.target()
    target.send(OK)
    assert target.transport.is_aborted
    assert rig.pools.of(ORIGIN).idle_count == 0


async def test_a_kept_connection_that_ends_is_not_used() -> None:
    rig = Rig()
    older, newer = rig.target(), rig.target()
    newer.send_eof()
    rig.client().send(GET)
    assert older.received


async def test_a_released_pool_closes_what_is_idle_and_finishes_what_is_not() -> None:
    rig = Rig()
    rig.pools.hold(ORIGIN)
    pool = rig.pools.of(ORIGIN)
    idle, busy = end_of(pool), end_of(pool)
    for end in (idle, busy):
        pool.put_back(cast(Upstream, end.protocol))
    client = rig.client()
    client.send(GET)
    rig.pools.release(ORIGIN)
    assert idle.transport.is_closed
    busy.send(OK)
    assert status_of(client.received) == 200
    assert busy.transport.is_closed
    idle.lose()
    busy.lose()
    assert len(rig.pools) == 0


async def test_a_pool_outlives_one_holder_of_two() -> None:
    rig = Rig()
    rig.pools.hold(ORIGIN)
    rig.pools.hold(Origin(ORIGIN.scheme, ORIGIN.host, ORIGIN.port))  # an equal one, of the next snapshot
    pool = rig.pools.of(ORIGIN)
    kept = end_of(pool)
    pool.put_back(cast(Upstream, kept.protocol))
    rig.pools.release(ORIGIN)
    assert pool.idle_count == 1
    rig.pools.release(ORIGIN)
    assert kept.transport.is_closed


async def test_only_what_the_newest_snapshot_names_is_held() -> None:
    rig = Rig()
    other = Origin("http", "other.example", 80)
    rig.pools.hold_only(frozenset({ORIGIN, other}))
    pools = [rig.pools.of(ORIGIN), rig.pools.of(other)]
    ends = [end_of(pool) for pool in pools]
    for pool, end in zip(pools, ends, strict=True):
        pool.put_back(cast(Upstream, end.protocol))
    rig.pools.hold_only(frozenset({other}))
    assert [end.transport.is_closed for end in ends] == [True, False]
    assert len(rig.pools) == 1
    rig.pools.hold_only(frozenset())
    assert ends[1].transport.is_closed
    assert len(rig.pools) == 0


async def test_an_origin_that_is_called_after_its_release_has_a_pool_that_keeps_connections() -> None:
    rig = Rig()
    rig.pools.hold_only(frozenset({ORIGIN}))
    retired = rig.pools.of(ORIGIN)
    busy = end_of(retired)
    retired.put_back(cast(Upstream, busy.protocol))
    rig.client().send(GET)
    rig.pools.hold_only(frozenset())
    fresh = rig.pools.of(ORIGIN)
    assert fresh is not retired
    kept = end_of(fresh)
    fresh.put_back(cast(Upstream, kept.protocol))
    busy.send(OK)
    busy.lose()
    assert busy.transport.is_closed
    assert rig.pools.of(ORIGIN) is fresh
    assert fresh.idle_count == 1


async def test_an_origin_that_a_snapshot_comes_to_name_makes_room_for_no_other() -> None:
    rig = Rig()

    def visit(origin: Origin) -> End:
        pool = rig.pools.of(origin)
        end = end_of(pool)
        pool.put_back(cast(Upstream, end.protocol))
        return end

    named = visit(ORIGIN)
    rig.pools.hold_only(frozenset({ORIGIN}))
    visits = [visit(Origin("http", f"o{number}.example", 80)) for number in range(VISITED_AT_MOST + 2)]
    assert not named.transport.is_closed
    assert [end.transport.is_closed for end in visits[:3]] == [True, True, False]


async def test_a_call_under_way_to_an_origin_that_made_room_is_finished() -> None:
    rig = Rig()
    pool = rig.pools.of(ORIGIN)
    idle, busy = end_of(pool), end_of(pool)
    for end in (idle, busy):
        pool.put_back(cast(Upstream, end.protocol))
    client = rig.client()
    client.send(GET)
    for number in range(VISITED_AT_MOST):
        other = rig.pools.of(Origin("http", f"o{number}.example", 80))
        other.put_back(cast(Upstream, end_of(other).protocol))
    assert idle.transport.is_closed
    busy.send(OK)
    assert status_of(client.received) == 200
    assert busy.transport.is_closed


async def test_other_timeouts_make_another_pool() -> None:
    rig = Rig()
    assert rig.pools.of(ORIGIN) is not rig.pools.of(
        Origin(ORIGIN.scheme, ORIGIN.host, ORIGIN.port, io_timeout_ms=1)
    )

"""Kept holds no more and no longer than it says."""

from gatewright.services.sql.kept import Kept


class Stopwatch:
    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        return self.ms


def kept(capacity: int = 2, ttl_ms: int = 180_000, now_ms: Stopwatch | None = None) -> Kept[str, int]:
    return Kept(capacity, ttl_ms, now_ms or Stopwatch())


def test_a_record_is_kept_until_its_time_is_up() -> None:
    watch = Stopwatch()
    records = kept(now_ms=watch)
    assert records.put("a", 1) == 1
    watch.ms = 179_999
    assert records.get("a") == 1
    watch.ms = 180_000
    assert records.get("a") is None
    assert len(records) == 0


def test_reading_does_not_lengthen_a_records_time() -> None:
    watch = Stopwatch()
    records = kept(now_ms=watch)
    records.put("a", 1)
    for ms in range(0, 180_000, 1_000):
        watch.ms = ms
        assert records.get("a") == 1
    watch.ms = 180_000
    assert records.get("a") is None


def test_the_record_used_longest_ago_goes_first() -> None:
    records = kept(capacity=2)
    records.put("a", 1)
    records.put("b", 2)
    records.get("a")
    records.put("c", 3)
    assert [records.get(key) for key in "abc"] == [1, None, 3]


def test_records_are_dropped_by_key_by_value_or_all() -> None:
    records = kept(capacity=9)
    for number, key in enumerate("abcd"):
        records.put(key, number)
    records.drop("a")
    records.drop("never there")
    records.drop_where(lambda value: value == 1)
    assert [records.get(key) for key in "abcd"] == [None, None, 2, 3]
    records.clear()
    assert len(records) == 0

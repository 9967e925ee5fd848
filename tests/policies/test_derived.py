"""A value is made once for each record, and not for its equals."""

from gatewright.policies.derived import Derived


def test_a_value_is_made_once_as_long_as_the_record_is_the_same() -> None:
    made: list[list[int]] = []

    def make(record: list[int]) -> int:
        made.append(record)
        return len(made)

    derived = Derived(make)
    record, equal = [1], [1]
    assert [derived.of(record), derived.of(record), derived.of(equal), derived.of(record)] == [1, 1, 2, 1]


def test_no_more_values_are_kept_than_the_capacity_and_none_is_taken_for_anothers() -> None:
    derived: Derived[list[int], str] = Derived(lambda record: f"of {record[0]}", capacity=3)
    for number in range(1_000):
        assert derived.of([number]) == f"of {number}"
    record = [0]
    assert derived.of(record) is derived.of(record)

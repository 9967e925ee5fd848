import pytest

from gatewright.expr import ConditionError, parse_condition


def test_an_error_points_at_its_place() -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition('request.verb = "GET"\nand x SeemsLike "y"')
    assert caught.value.pointed == 'unknown operator SeemsLike\nand x SeemsLike "y"\n      ^^^^^^^^^'

"""Reading JSONPath: bounds, and where errors point. What is refused is in conformance/jsonpath.toml."""

import pytest

from gatewright.expr import PathError, compile_jsonpath
from gatewright.expr.jsonpath.reader import read_jsonpath
from gatewright.expr.jsonpath.syntax import Filter, Indexes, Names, Pick


@pytest.mark.parametrize(
    "path", ["$" + "[?(@" * 200, "$[?(" + "!" * 500 + "@.a)]", "$[?(" + "(" * 500, "$" + ".a" * 5000]
)
def test_a_path_is_bounded(path: str) -> None:
    with pytest.raises(PathError):
        compile_jsonpath(path)


def test_an_error_points_at_its_place() -> None:
    with pytest.raises(PathError) as caught:
        compile_jsonpath("$.a[?(@.b =~ /x(/)]")
    assert caught.value.pointed == "missing closing parenthesis\n$.a[?(@.b =~ /x(/)]\n              ^^^"


def test_an_index_picks_from_a_filter_only_right_after_it() -> None:
    after_filter = read_jsonpath("$.a[?(@.b)][0][1]").selectors
    assert isinstance(after_filter[1], Filter)
    assert after_filter[2:] == (Pick(0), Indexes((1,)))
    assert read_jsonpath("$.a[0]").selectors == (Names(("a",)), Indexes((0,)))


def test_a_missing_root_is_read_as_if_it_were_there() -> None:
    assert read_jsonpath("a.b[0]") == read_jsonpath("$.a.b[0]")
    assert read_jsonpath("['a']") == read_jsonpath("$['a']")

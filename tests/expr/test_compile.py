"""What conditions mean: the conformance rows, nulls, messages, and how little a test does."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import pytest
from tests.expr.rows import rows

from gatewright.expr import Reader, RegexTimeout, compile_condition, parse_condition
from gatewright.expr.nodes import Literal, variables_of
from gatewright.message import BodyNotBuffered, Request, Value

Context = Mapping[str, Value]
ROWS = rows("conditions")


def reader(name: str) -> Reader[Context]:
    return lambda context: context.get(name)


def compiled(text: str, *, and_binds_tighter: bool = True) -> Callable[[Context], bool]:
    return compile_condition(parse_condition(text), reader, and_binds_tighter=and_binds_tighter)


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_a_condition_holds_and_fails_as_published(row: dict[str, Any]) -> None:
    test = compiled(row["condition"], and_binds_tighter=not row.get("or_binds_tighter", False))
    for context in row.get("holds", ()):
        assert test(context) is True, context
    for context in row.get("fails", ()):
        assert test(context) is False, context


@pytest.mark.parametrize(
    ("operator", "row"),
    [(operator, row) for row in rows("conditions", "null") for operator in row["operators"]],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nulls_compare_by_the_published_table(operator: str, row: dict[str, Any]) -> None:
    literal = '"5"' if operator in ("=|", "~", "~~", "~/", "!~") else "5"
    assert compiled(f"a {operator} {literal}")({}) is row["left"]
    assert compiled(f"a {operator} null")({}) is row["both"]
    if "right" in row:
        assert compiled(f"a {operator} null")({"a": "5"}) is row["right"]
    if "~" not in operator:
        assert compiled(f"a {operator} b")({"b": "5"}) is row["left"]
        assert compiled(f"a {operator} b")({"a": "5"}) is row["right"]
        assert compiled(f"a {operator} b")({}) is row["both"]


def candidates(text: str) -> list[Value]:
    """Values worth trying for a variable: the literals of the text, what extends them, null and another."""
    found: list[Value] = [None, "other", "1234"]
    root = parse_condition(text).root
    for literal in literals_of(root):
        found += [literal, f"{literal}x"] if isinstance(literal, str) else [literal]
        if isinstance(literal, int | float) and not isinstance(literal, bool):
            found += [literal + 1]
    return found


def literals_of(node: Any) -> list[Any]:
    if isinstance(node, Literal):
        return [node.value]
    fields = getattr(node, "__dataclass_fields__", {})
    children = [getattr(node, name) for name in fields]
    flat = [child for value in children for child in (value if isinstance(value, tuple) else (value,))]
    return [literal for child in flat for literal in literals_of(child)]


TRUTH = rows("conditions_truth")


@pytest.mark.parametrize(
    "row", [row for row in TRUTH if "can_hold" in row], ids=lambda row: row["condition"][:60] or "empty"
)
def test_a_condition_can_hold_unless_it_contradicts_itself(row: dict[str, Any]) -> None:
    text = row["condition"]
    names = list(dict.fromkeys(variable.name for variable in variables_of(parse_condition(text).root)))
    test = compiled(text)
    values = list(dict.fromkeys(candidates(text))) if len(names) < 5 else [None, "other", "x"]
    can_hold = any(
        test(dict(zip(names, chosen, strict=True))) for chosen in product(values, repeat=len(names))
    )
    assert can_hold is row["can_hold"]


def test_a_path_without_wildcards_is_one_comparison() -> None:
    class Counting(str):
        __slots__ = ()
        compared = 0

        def __eq__(self, other: object) -> bool:
            Counting.compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    assert compiled('proxy.pathsuffix MatchesPath "/token"')({"proxy.pathsuffix": Counting("/token")})
    assert Counting.compared == 1


def test_a_message_can_be_asked_whether_it_is_there_without_reading_its_body() -> None:
    streaming = Request(stream=object())
    with pytest.raises(BodyNotBuffered):
        _ = streaming.content
    assert compiled("response != null and request is null")({"response": streaming})
    assert not compiled("response = null")({"response": streaming})


@pytest.mark.parametrize("operator", ["=", "!=", ">", "<=", "=|", ":=", "~", "~/", "~~"])
def test_a_message_compares_to_nothing(operator: str) -> None:
    context: Context = {"response": Request(content=b"text")}
    assert compiled(f'response {operator} "text"')(context) is False


def test_what_is_decided_is_not_read() -> None:
    def refuse(name: str) -> Reader[Context]:
        def read(_: Context) -> Value:
            raise AssertionError(name)

        return read

    for text in ("true or a = 1", "a = 1 or true", "false and a", "not (a and false)", "a ~ null"):
        condition = parse_condition(text)
        compile_condition(condition, refuse)({})


def test_reading_stops_where_the_result_is_known() -> None:
    read: list[str] = []

    def logging(name: str) -> Reader[Context]:
        def reader(context: Context) -> Value:
            read.append(name)
            return context.get(name)

        return reader

    condition = parse_condition('a = "x" and b = "y" and c = "z"')
    assert not compile_condition(condition, logging)({"a": "x"})
    assert read == ["a", "b"]


def test_a_regular_expression_that_takes_too_long_is_given_up() -> None:
    test = compiled('a ~~ "(?=a)(a|aa)+$"')
    assert test({"a": "aaa"})
    with pytest.raises(RegexTimeout):
        test({"a": "a" * 40 + "!"})


def test_a_linear_regular_expression_is_not_hurt_by_evil_text() -> None:
    assert not compiled('a ~~ "^(a+)+$"')({"a": "a" * 50_000 + "!"})

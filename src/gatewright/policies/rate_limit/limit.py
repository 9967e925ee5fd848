"""How many calls a quota allows: `<Allow>`, for everybody or by class of callers."""

from collections.abc import Callable
from typing import NamedTuple

from gatewright.bundle.fields import Node, attribute, child, children
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext


class ClassAllow(Node, xml="Allow"):
    """The limit of one class of callers."""

    name: str = attribute(xml="class", doc="The class.")
    count: int | None = attribute(default=None, doc="How many calls one period allows.")
    count_ref: str | None = attribute(default=None, doc="The variable that says how many.")


class CallerClass(Node, xml="Class"):
    """Limits by class of callers."""

    ref: str = attribute(doc="The variable that tells the caller's class.")
    allows: tuple[ClassAllow, ...] = children(default=(), doc="The limit of each class.")


class Allow(Node):
    """How many calls a period allows."""

    count: int | None = attribute(default=None, doc="How many calls one period allows.")
    count_ref: str | None = attribute(
        default=None, doc="The variable that says how many; without a value `count` does."
    )
    by_class: CallerClass | None = child(
        default=None, xml="Class", doc="Limits by class of callers; callers of no listed class have `count`."
    )


class Limit(NamedTuple):
    """The limit that holds for one call. `caller_class` is "" for callers of no listed class."""

    calls: int
    caller_class: str


def compile_limit(allow: Allow, cx: Compiler) -> Callable[[FlowContext], Limit]:
    """The limit of a call: its class's, else the common one. Where nothing gives a number it is 0."""
    by_class = allow.by_class
    if by_class is None:
        common = _compile_count(allow.count, allow.count_ref, cx)
        return lambda flow: Limit(common(flow), "")
    return _compile_limit_by_class(allow, by_class, cx)


def constant_limit(allow: Allow) -> Limit | None:
    """The limit where it is the same for every call."""
    if allow.by_class is not None or allow.count_ref:
        return None
    return Limit(_literal(allow.count), "")


def _compile_limit_by_class(
    allow: Allow, by_class: CallerClass, cx: Compiler
) -> Callable[[FlowContext], Limit]:
    common = _compile_count(allow.count, allow.count_ref, cx)
    class_of = cx.text(by_class.ref)
    counts = {each.name: _compile_count(each.count, each.count_ref, cx) for each in by_class.allows}

    def limit_of(flow: FlowContext) -> Limit:
        name = class_of(flow) or ""
        count = counts.get(name)
        return Limit(common(flow), "") if count is None else Limit(count(flow), name)

    return limit_of


def whole_number(text: str) -> int | None:
    """A number from 0 up, of at most 18 digits; None for anything else."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def _compile_count(literal: int | None, ref: str | None, cx: Compiler) -> Callable[[FlowContext], int]:
    fallback = _literal(literal)
    if not ref:
        return lambda _: fallback
    text_of = cx.text(ref)

    def count(flow: FlowContext) -> int:
        number = whole_number(text_of(flow) or "")
        return fallback if number is None else number

    return count


def _literal(count: int | None) -> int:
    return max(count or 0, 0)

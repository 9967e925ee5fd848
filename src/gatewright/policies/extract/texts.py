"""Values out of the path, parameters, header fields and variables, by pattern."""

from collections.abc import Callable
from typing import TypeAlias

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.message import Message, Request
from gatewright.policies.extract.elements import Extraction, FormParam, Header, Pattern, QueryParam, URIPath
from gatewright.policies.extract.faults import ExtractFaults
from gatewright.policies.extract.patterns import (
    Found,
    InvalidPattern,
    Match,
    PathPattern,
    path_pattern,
    text_pattern,
)
from gatewright.policies.extract.setting import compile_put

Extract: TypeAlias = Callable[[FlowContext, "Message | None"], Found | None]
"""What is taken out of the call, given the source where that is a message; None when no pattern fits."""
TakeOut: TypeAlias = Callable[[FlowContext, "Message | None"], bool]
"""Takes values out and sets the variables; whether a pattern fitted."""


def compile_extraction(
    extraction: Extraction, source: str, prefix: str, cx: Compiler, faults: ExtractFaults, *, ignores: bool
) -> TakeOut:
    """One extraction, its variables named with the prefix."""
    if isinstance(extraction, URIPath):
        extract, names = _path(extraction.patterns, cx, faults)
    else:
        extract, names = _text(extraction, source, cx, faults, ignores=ignores)
    puts = {name: compile_put(prefix + name, cx, faults) for name in names}

    def take_out(flow: FlowContext, message: Message | None) -> bool:
        found = extract(flow, message)
        if found is None:
            return False
        for name, value in found:
            puts[name](flow, value)
        return True

    return take_out


def _path(patterns: tuple[Pattern, ...], cx: Compiler, faults: ExtractFaults) -> tuple[Extract, set[str]]:
    """Of the patterns that fit the one with most segments, then the first (docs: multiple patterns)."""
    read: list[PathPattern] = []
    for pattern in patterns:
        try:
            found = path_pattern(pattern.pattern, ignore_case=pattern.ignore_case)
        except InvalidPattern as problem:
            _refuse(pattern, problem, cx, faults)
            continue
        if found.names:
            read.append(found)
        else:
            _without_variable(pattern, cx, faults)
    read.sort(key=lambda one: -one.segments)
    matches = tuple(one.match for one in read)

    def extract(flow: FlowContext, message: Message | None) -> Found | None:
        # A response has no path to look at.
        if not isinstance(message, Request):
            return None
        return _first(matches, flow.path_suffix)

    return extract, {name for one in read for name in one.names}


def _text(
    extraction: Extraction, source: str, cx: Compiler, faults: ExtractFaults, *, ignores: bool
) -> tuple[Extract, set[str]]:
    read: list[Match] = []
    names: set[str] = set()
    for pattern in extraction.patterns:
        try:
            match, variables = text_pattern(pattern.pattern, ignore_case=pattern.ignore_case)
        except InvalidPattern as problem:
            _refuse(pattern, problem, cx, faults)
            continue
        if not variables:
            _without_variable(pattern, cx, faults)
        read.append(match)
        names.update(variables)
    matches = tuple(read)
    variable, must_resolve = _variable(extraction, source, ignores=ignores)
    text = cx.text(variable)

    def extract(flow: FlowContext, message: Message | None) -> Found | None:
        del message
        value = text(flow)
        if value is None:
            if must_resolve:
                raise faults.unresolved(variable)
            return None
        return _first(matches, value)

    return extract, names


def _variable(extraction: Extraction, source: str, *, ignores: bool) -> tuple[str, bool]:
    """The flow variable that has the text, and whether it is a fault when it has no value."""
    match extraction:
        case QueryParam(name=name):
            return f"{source}.queryparam.{name}", False
        case Header(name=name):
            return f"{source}.header.{name}", False
        case FormParam(name=name):
            return f"{source}.formparam.{name}", False
        case URIPath():
            return "proxy.pathsuffix", False
        case variable:
            return variable.name or "", not ignores


def _first(matches: tuple[Match, ...], text: str) -> Found | None:
    for match in matches:
        found = match(text)
        if found is not None:
            return found
    return None


def _refuse(pattern: Pattern, problem: InvalidPattern, cx: Compiler, faults: ExtractFaults) -> None:
    cx.problem(
        f"Pattern {pattern.pattern} is invalid in ExtractVariables stepDefinition {faults.policy}: {problem}",
        pattern.source,
        rule="InvalidPattern",
    )


def _without_variable(pattern: Pattern, cx: Compiler, faults: ExtractFaults) -> None:
    cx.problem(
        f"Pattern {pattern.pattern} should have atleast one variable in ExtractVariables stepDefinition "
        f"{faults.policy}",
        pattern.source,
        rule="PatternWithoutVariable",
    )

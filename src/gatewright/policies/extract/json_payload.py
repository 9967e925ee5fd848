"""Values out of JSON, by JSONPath."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from gatewright.bundle.values import TemplateText
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.expr import PathError
from gatewright.expr.jsonpath import Json, JsonPath, TooManyValues, compile_jsonpath
from gatewright.policies.extract.casts import CannotCast, cast_json
from gatewright.policies.extract.elements import JSONPayload, JsonVariable
from gatewright.policies.extract.faults import ExtractFaults
from gatewright.policies.extract.setting import compile_put

ReadJson: TypeAlias = Callable[[FlowContext, Json], None]
FindPath: TypeAlias = Callable[[FlowContext], JsonPath]

_PATHS_KEPT = 64
"""Paths made from variables vary little; each variable keeps the last ones compiled."""


def compile_json(
    payload: JSONPayload, prefix: str, cx: Compiler, faults: ExtractFaults, *, ignores: bool
) -> ReadJson:
    """Sets every variable that finds something in the document."""
    reads = tuple(_variable(one, prefix, cx, faults, ignores=ignores) for one in payload.variables)

    def read(flow: FlowContext, document: Json) -> None:
        for one in reads:
            one(flow, document)

    return read


def _variable(
    variable: JsonVariable, prefix: str, cx: Compiler, faults: ExtractFaults, *, ignores: bool
) -> ReadJson:
    finds = tuple(_path(path, cx, faults, ignores=ignores) for path in variable.paths)
    put = compile_put(prefix + (variable.name or ""), cx, faults)
    wanted = variable.type
    first = variable.paths[0].text.strip() if variable.paths else ""

    def read(flow: FlowContext, document: Json) -> None:
        for find in finds:
            path = find(flow)
            value = _select(path, document, faults)
            if value is None:
                continue
            try:
                put(flow, cast_json(value, wanted))
            except CannotCast as problem:
                raise faults.cast(problem.text, wanted) from None
            return
        if not ignores:
            raise faults.nothing_at(first)

    return read


def _select(path: JsonPath, document: Json, faults: ExtractFaults) -> Json:
    """One value, or an array where the path may find several, as Jayway has it; null when there is none."""
    try:
        found = path(document)
    except TooManyValues:
        raise faults.nothing_at(path.text) from None
    if path.is_definite:
        return found[0] if found else None
    return found or None


def _path(text: TemplateText, cx: Compiler, faults: ExtractFaults, *, ignores: bool) -> FindPath:
    constant = cx.constant(text.text)
    if constant is None:
        return _varying(text, cx, faults, ignores=ignores)
    try:
        path = compile_jsonpath(constant.strip())
    except PathError as problem:
        cx.problem(
            f"JSONPathCompilationFailed: Failed to compile jsonpath {text.text.strip()}: {problem.message}",
            text.source,
            rule="JSONPathCompilationFailed",
        )
        path = compile_jsonpath("$")
    return lambda _: path


def _varying(text: TemplateText, cx: Compiler, faults: ExtractFaults, *, ignores: bool) -> FindPath:
    """A path that is a message template. What it comes to may be no path at all."""
    render = cx.template(
        text.text,
        ignore_unresolved=ignores,
        unresolved=faults.variable_resolution_failed,
        source=text.source,
    )
    compiled = lru_cache(maxsize=_PATHS_KEPT)(compile_jsonpath)

    def find(flow: FlowContext) -> JsonPath:
        path = render(flow).strip()
        try:
            return compiled(path)
        except PathError:
            raise faults.nothing_at(path) from None

    return find

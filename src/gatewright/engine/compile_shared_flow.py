"""Shared flows compiled into the proxies that call them, so that a call finds nothing left to look up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from gatewright.bundle.diagnostics import Diagnostic, Report
from gatewright.bundle.model import Bundle
from gatewright.engine.authorities import authorities_written_in
from gatewright.engine.compile_steps import compile_steps
from gatewright.engine.compiler import Callees, Compilation, Compiler, PolicyLike
from gatewright.engine.ports import Ports
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.shared_flow import NESTING_LIMIT, NotCallable, SharedFlow
from gatewright.engine.shared_flows import ReadSharedFlow, SharedFlows
from gatewright.engine.surroundings import Surroundings
from gatewright.engine.variables import Segment

P = TypeVar("P", bound=PolicyLike)

_SEGMENTS = (Segment.REQUEST, Segment.RESPONSE, Segment.FAULT)
"""Where a shared flow may be called."""


def compilation(
    bundle: Bundle[P], surroundings: Surroundings, ports: Ports, report: Report, callees: Callees
) -> Compilation:
    """What the bundle's steps share while they are compiled."""
    return Compilation(
        place=surroundings.place,
        ports=ports,
        policies=bundle.policies,
        resources=bundle.resource,
        report=report,
        features=surroundings.features,
        trusted_authorities=authorities_written_in(bundle.archive),
        callees=callees,
    )


class Linker:
    """Compiles the shared flows that one bundle's steps call, each once per segment. Mutable.

    A circle, or a nesting that is too deep, is an error of the shared flow that would close it. Where it has
    come about all the same, by two deployments at one time, the innermost call faults.
    """

    def __init__(
        self,
        flows: SharedFlows | None,
        policy_types: Mapping[str, type[PolicyLike]],
        root: str | None = None,
    ) -> None:
        """`root` is the shared flow that is being deployed itself, if it is one."""
        self.called: dict[str, str | None] = {}
        """The content that was found under each name; None: nothing is deployed."""
        self._flows = flows
        self._policy_types = policy_types
        self._is_refusing = root is not None
        self._under_way: list[str] = [] if root is None else [root]
        self._outermost = len(self._under_way)
        self._deepest = [0]
        self._linked: dict[tuple[str, Segment], SharedFlow | NotCallable] = {}
        self._nesting_problems: list[str] = []

    def callee(self, name: str, cx: Compiler) -> SharedFlow | NotCallable:
        """The shared flow as a step of that segment calls it. What is in the way is reported at the step."""
        found = self._callee(name, cx)
        if len(self._under_way) == self._outermost:
            for problem in self._nesting_problems:
                (cx.problem if self._is_refusing else cx.warning)(problem, rule="shared-flow-nesting")
            self._nesting_problems.clear()
        return found

    def let_go(self) -> None:
        """Forget what was read: compiled steps keep their compilation, and must not keep whole bundles."""
        self._flows = None
        self._linked.clear()

    def _callee(self, name: str, cx: Compiler) -> SharedFlow | NotCallable:
        self.called[name] = None if self._flows is None else self._flows.version_of(name)
        if name in self._under_way:
            circle = " → ".join([*self._under_way[self._under_way.index(name) :], name])
            return self._too_deep(f"shared flows call each other in a circle: {circle}")
        key = name, cx.segment
        if key not in self._linked:
            self._linked[key] = self._link(name, cx)
        linked = self._linked[key]
        if isinstance(linked, SharedFlow):
            if len(self._under_way) + linked.depth > NESTING_LIMIT:
                return self._too_deep(f"more than {NESTING_LIMIT} shared flows are inside each other")
            self._deepest[-1] = max(self._deepest[-1], linked.depth)
        return linked

    def _too_deep(self, problem: str) -> NotCallable:
        self._nesting_problems.append(problem)
        return NotCallable.TOO_DEEP

    def _link(self, name: str, cx: Compiler) -> SharedFlow | NotCallable:
        if self._flows is None:
            return NotCallable.NOT_DEPLOYED
        read = self._flows.find(name, self._policy_types)
        flow = None if read is None else read.flow
        if read is None or flow is None:
            cx.warning(
                f"the shared flow {name} is not deployed in the environment: until it is, calling it faults",
                rule="shared-flow-not-deployed",
            )
            return NotCallable.NOT_DEPLOYED
        inner = _inside(read, name, cx.shared)
        self._under_way.append(name)
        self._deepest.append(0)
        steps = compile_steps(flow.steps, cx.segment, inner)
        depth = 1 + self._deepest.pop()
        self._under_way.pop()
        cx.shared.keeps_target_times = cx.shared.keeps_target_times or inner.keeps_target_times
        for error in inner.report.errors:
            cx.problem(f"the shared flow {name} cannot run here: {error}", rule="shared-flow")
        return SharedFlow(name, steps, depth)


def _inside(read: ReadSharedFlow, name: str, caller: Compilation) -> Compilation:
    """The compilation that the shared flow's steps see: its own policies and files, the caller's place."""
    return replace(
        caller,
        policies=read.policies,
        resources=read.resources,
        report=Report(),
        trusted_authorities=caller.trusted_authorities | read.authorities,
        shared_flow=name,
    )


def check_shared_flow(
    bundle: Bundle[P],
    policy_types: Mapping[str, type[PolicyLike]],
    surroundings: Surroundings,
    ports: Ports,
    report: Report,
) -> CompiledProxy:
    """Compile a shared flow for its own sake: a proxy without endpoints, and what is wrong in the report.

    Nobody knows yet where it will be called from, so only what is found for every place counts.
    """
    read = ReadSharedFlow.of(bundle)
    name, known = surroundings.place.proxy, surroundings.shared_flows
    found: list[dict[Diagnostic, None]] = []
    called: dict[str, str | None] = {}
    for segment in _SEGMENTS:
        linker = Linker(known and known.having(name, read), policy_types, name)
        shared = replace(compilation(bundle, surroundings, ports, Report(), linker), shared_flow=name)
        compile_steps(read.flow.steps if read.flow else (), segment, shared)
        found.append(dict.fromkeys(shared.report))
        called |= linker.called
        linker.let_go()
    for diagnostic in found[0]:
        if all(diagnostic in other for other in found):
            report.add(diagnostic)
    return CompiledProxy(surroundings.place, (), called)

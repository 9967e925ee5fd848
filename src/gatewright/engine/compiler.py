"""What a policy is compiled with: names become readers, texts templates, problems diagnostics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.model import BundlePolicy
from gatewright.bundle.source import NOWHERE, Source
from gatewright.bundle.values import Ref
from gatewright.engine.context import FlowContext, Place
from gatewright.engine.faults import FaultSpec
from gatewright.engine.flow import Execute, Test
from gatewright.engine.platform_faults import unresolved_variable
from gatewright.engine.ports import Ports
from gatewright.engine.shared_flow import NotCallable, SharedFlow
from gatewright.engine.variables import Reader, Segment, Writer, find_variable, message_named
from gatewright.expr import (
    ConditionError,
    TemplateError,
    compile_condition,
    compile_template,
    parse_condition,
    parse_template,
)
from gatewright.message import Message, Value, text_of

T = TypeVar("T")

_TARGET_TIMES = ("target.sent.", "target.received.")

_BODIES: Mapping[str | None, frozenset[str]] = {
    "request": frozenset({"request"}),
    "response": frozenset({"response"}),
    "both": frozenset({"request", "response"}),
}

Text: TypeAlias = Callable[[FlowContext], str]
MaybeText: TypeAlias = Callable[[FlowContext], str | None]
Find: TypeAlias = Callable[[FlowContext], Message | None]


class PolicyLike(BundlePolicy, Protocol):
    """What the engine needs of a policy; `policies.base.Policy` is one."""

    @property
    def enabled(self) -> bool: ...
    @property
    def continue_on_error(self) -> bool: ...
    @property
    def failed_variable(self) -> str:
        """`<prefix>.<policy>.failed`"""
        ...

    def compile(self, cx: "Compiler") -> Execute: ...


class Callees(Protocol):
    """The shared flows that steps may call."""

    def callee(self, name: str, cx: "Compiler") -> SharedFlow | NotCallable:
        """The shared flow as a step of that segment calls it."""
        ...


class NoSharedFlows:
    """Callees where there are none."""

    def callee(self, name: str, cx: "Compiler") -> SharedFlow | NotCallable:
        del name, cx
        return NotCallable.NOT_DEPLOYED


@dataclass(frozen=True, slots=True)
class OrganizationFeatures:
    """Switches of the organization that policies obey."""

    answers_too_many_requests: bool = True
    """Quota and SpikeArrest answer 429 rather than 500 (features.isHTTPStatusTooManyRequestEnabled)."""


@dataclass(slots=True)
class Compilation:
    """What the steps of one proxy share while it is compiled. Mutable: findings and needs collect here."""

    place: Place
    ports: Ports
    policies: Mapping[str, PolicyLike]
    resources: Callable[[str], bytes | None]
    """Bytes of a resource URL such as `jsc://x.js`: from the proxy, the environment, the organization."""
    report: Report = field(default_factory=Report)
    features: OrganizationFeatures = field(default_factory=OrganizationFeatures)
    trusted_authorities: frozenset[str] = frozenset()
    """`host` and `host:port` of the URLs that the bundle itself spells out: a policy may send calls there."""
    buffers: set[str] = field(default_factory=set)
    """The messages ("request", "response") whose whole body some step reads."""

    callees: Callees = NoSharedFlows()
    shared_flow: str | None = None
    """The shared flow that the steps are of; None for those of a proxy."""
    keeps_target_times: bool = False
    """Some step reads when the target was called or answered."""

    def needs_body(self, body: str | None) -> None:
        """Note that a step reads the body of that message: "request", "response", "both" or none."""
        self.buffers |= _BODIES.get(body, frozenset())

    @property
    def buffers_request(self) -> bool:
        return "request" in self.buffers

    @property
    def buffers_response(self) -> bool:
        return "response" in self.buffers


class Compiler:
    """Compiles one step: knows the segment it is attached to, and so what `message` means there.

    Nothing here does I/O. Whatever does not depend on the call is worked out now; what comes back is called
    once per call.
    """

    __slots__ = ("policy", "segment", "shared", "source")

    def __init__(
        self, shared: Compilation, segment: Segment, *, policy: str = "", source: Source = NOWHERE
    ) -> None:
        self.shared = shared
        self.segment = segment
        self.policy = policy
        self.source = source

    @property
    def place(self) -> Place:
        return self.shared.place

    @property
    def ports(self) -> Ports:
        return self.shared.ports

    @property
    def features(self) -> OrganizationFeatures:
        return self.shared.features

    @property
    def owner(self) -> str:
        """Whose the counts of a policy are: the proxy's, or those of a shared flow inside the proxy.

        So policies of one name in a proxy and in what it calls do not count together.
        """
        shared_flow = self.shared.shared_flow
        return self.place.proxy if shared_flow is None else f"{self.place.proxy}\0sharedflow\0{shared_flow}"

    def callee(self, name: str) -> SharedFlow | NotCallable:
        """The shared flow of that name, compiled for this step's segment."""
        return self.shared.callees.callee(name, self)

    def policy_named(self, name: str) -> PolicyLike | None:
        """Another policy of the bundle."""
        return self.shared.policies.get(name)

    def resource(self, url: str) -> bytes | None:
        return self.shared.resources(url)

    def problem(self, message: str, source: Source | None = None, *, rule: str = "") -> None:
        """What keeps the bundle from being deployed."""
        self.shared.report.error(message, source or self.source, rule=rule)

    def warning(self, message: str, source: Source | None = None, *, rule: str = "") -> None:
        self.shared.report.warning(message, source or self.source, rule=rule)

    def reader(self, name: str) -> Reader:
        """Reads the variable; a variable out of its scope or unknown is None."""
        variable = find_variable(name, self.segment)
        self.shared.needs_body(variable.body)
        if name.startswith(_TARGET_TIMES):
            self.shared.keeps_target_times = True
        return variable.read

    def text(self, name: str) -> MaybeText:
        """Reads the variable as text; None when it has no value."""
        read = self.reader(name)

        def text(flow: FlowContext) -> str | None:
            value = read(flow)
            return value if value is None or isinstance(value, str) else text_of(value)

        return text

    def writer(self, name: str) -> Writer:
        """Writes the variable; None removes it. Writing what cannot be written is ignored, as Edge does.

        The writer raises CannotWrite for a value that the variable cannot take.
        """
        variable = find_variable(name, self.segment)
        if variable.write_keeps_body:
            self.shared.needs_body(variable.body)
        return variable.write or _ignore

    def message(self, name: str | None = None, *, reads_body: bool = False) -> Find:
        """Finds a message by name; None means the ambient one. `reads_body` has it buffered beforehand."""
        message = message_named(name or "message", self.segment)
        if reads_body:
            self.shared.needs_body(message.body)
        return message.find

    def ref(self, ref: Ref[T], convert: Callable[[str], T | None]) -> Callable[[FlowContext], T | None]:
        """The variable's value through `convert` where it has one, else the literal.

        `convert` gives None for text that is no such value; the literal does not stand in for that.
        """
        literal = ref.value
        if ref.ref is None:
            return lambda _: literal
        read = self.text(ref.ref)

        def value(flow: FlowContext) -> T | None:
            text = read(flow)
            return literal if text is None else convert(text)

        return value

    def ref_text(self, ref: Ref[str]) -> MaybeText:
        """The variable's text where it has a value, else the literal."""
        if ref.ref is not None and ref.value is None:
            return self.text(ref.ref)
        return self.ref(ref, str)

    def condition(self, text: str, source: Callable[[int], Source] | None = None) -> Test | None:
        """A condition as a test; None when there is none, or it does not parse (a problem is noted)."""
        place = source or (lambda _: self.source)
        if not text.strip():
            return None
        try:
            condition = parse_condition(text)
        except ConditionError as error:
            self.problem(
                f"the condition does not parse: {error.message}", place(error.start), rule=error.rule
            )
            return None
        return compile_condition(condition, self.reader)

    def template(
        self,
        text: str,
        *,
        ignore_unresolved: bool = False,
        fallback: str = "",
        prefix: str = "{",
        suffix: str = "}",
        unresolved: FaultSpec = unresolved_variable,
        source: Source | None = None,
    ) -> Text:
        """A message template. An unresolved variable is the fallback, or raises the given fault.

        The fault's message may name {variable} and {policy}.
        """
        policy = self.policy

        def on_unresolved(name: str) -> str:
            if ignore_unresolved:
                return fallback
            raise unresolved(variable=name, policy=policy)

        try:
            template = parse_template(text, prefix, suffix)
        except TemplateError as error:
            self.problem(f"the message template is wrong: {error.message}", source, rule="template")
            return lambda _: text
        return compile_template(template, self.reader, on_unresolved=on_unresolved)

    def constant(self, text: str, *, prefix: str = "{", suffix: str = "}") -> str | None:
        """What the template always gives, where it names no variable and calls no function."""
        try:
            return parse_template(text, prefix, suffix).constant
        except TemplateError:
            return None


def _ignore(flow: FlowContext, value: Value) -> None:
    del flow, value

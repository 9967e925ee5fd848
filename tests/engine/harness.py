"""Whole proxies in process: a bundle's XML in, one call with a scripted target through it, what ran out.

The policies here only leave marks, so that a row can say in which order things happened.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from tests.support.ports import make_ports

from gatewright.bundle.archive import read_zip, write_zip
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import child
from gatewright.bundle.read import read_bundle
from gatewright.engine.compile_proxy import compile_proxy
from gatewright.engine.compile_shared_flow import Linker
from gatewright.engine.compiler import Compilation, Compiler
from gatewright.engine.context import FlowContext, MessageIds, Peer, Place, Runtime, VirtualHostFacts
from gatewright.engine.faults import Answered, fault
from gatewright.engine.flow import Execute, Run, WholeRun
from gatewright.engine.proxy import CompiledProxy, ProxyEndpoint
from gatewright.engine.shared_flows import DeployedSharedFlow, SharedFlows
from gatewright.engine.target import TargetCall, TargetFailed
from gatewright.entities import FlowHook
from gatewright.message import Headers, Request, Response
from gatewright.policies.base import Policy, policy
from gatewright.policies.flow_callout import FlowCallout

DEFECT = "a secret of the defect"
PLACE = Place("myorg", "test", "marks", "3")


def leave_mark(flow: FlowContext, name: str) -> None:
    flow.variables["marks"] = f"{flow.variables.get('marks', '')} {name}"


@policy(category="Extension", display="Mark", prefix="mark")
class Mark(Policy):
    """Leaves its name."""

    def compile(self, cx: Compiler) -> Execute:
        name = self.name

        def execute(flow: FlowContext) -> None:
            leave_mark(flow, name)

        return execute


@policy(category="Extension", display="Pause", prefix="pause")
class Pause(Policy):
    """Leaves its name after a turn of the event loop; with Fails it faults then."""

    fails: bool = child(default=False, doc="Fault after the wait.")
    broken = fault("steps.pause.Broken", 500, "It broke while waiting")

    def compile(self, cx: Compiler) -> Execute:
        name, fails, broken = self.name, self.fails, self.broken

        async def later(flow: FlowContext) -> None:
            await asyncio.sleep(0)
            leave_mark(flow, name)
            if fails:
                raise broken()

        def execute(flow: FlowContext) -> Awaitable[None]:
            return later(flow)

        return execute


@policy(category="Extension", display="Fail", prefix="failing")
class Fail(Policy):
    """Leaves its name and faults."""

    wrong = fault("steps.fail.Wrong", 500, "Something is wrong")

    def compile(self, cx: Compiler) -> Execute:
        name, wrong = self.name, self.wrong

        def execute(flow: FlowContext) -> None:
            leave_mark(flow, name)
            raise wrong()

        return execute


@policy(category="Extension", display="Break", prefix="broken")
class Break(Policy):
    """Has a defect, at once or after a turn of the event loop."""

    waits: bool = child(default=False, doc="Break after a wait.")

    def compile(self, cx: Compiler) -> Execute:
        waits = self.waits

        async def later() -> None:
            await asyncio.sleep(0)
            raise ZeroDivisionError(DEFECT)

        def execute(flow: FlowContext) -> Awaitable[None]:
            if waits:
                return later()
            raise ZeroDivisionError(DEFECT)

        return execute


@policy(category="Extension", display="Answer", prefix="answer")
class Answer(Policy):
    """Leaves its name and answers the call."""

    def compile(self, cx: Compiler) -> Execute:
        name = self.name

        def execute(flow: FlowContext) -> None:
            leave_mark(flow, name)
            flow.response = Response(202, "Accepted", content=b"answered")
            raise Answered

        return execute


@policy(category="Extension", display="Reword", prefix="reword")
class Reword(Policy):
    """Writes the ambient message's content."""

    content: str = child(doc="What to write.")

    def compile(self, cx: Compiler) -> Execute:
        write = cx.writer("message.content")
        content = self.content

        def execute(flow: FlowContext) -> None:
            write(flow, content)

        return execute


@policy(category="Extension", display="Write", prefix="write")
class Write(Policy):
    """Writes a text to a variable."""

    variable: str = child(xml="Name", doc="The variable.")
    content: str = child(doc="What to write.")

    def compile(self, cx: Compiler) -> Execute:
        write = cx.writer(self.variable)
        content = self.content

        def execute(flow: FlowContext) -> None:
            write(flow, content)

        return execute


POLICY_TYPES: Mapping[str, type[Policy]] = {
    kind.xml_name: kind for kind in (Mark, Pause, Fail, Break, Answer, Reword, Write, FlowCallout)
}

NO_SHARED_FLOWS: Mapping[str, str] = MappingProxyType({})

POLICIES = {
    **{name: f'<Mark name="{name}"/>' for name in "abcdefghijklmnopqrstuvwxyz"},
    "disabled": '<Mark name="disabled" enabled="false"/>',
    "fail": '<Fail name="fail"/>',
    "fail2": '<Fail name="fail2"/>',
    "carry-on": '<Fail name="carry-on" continueOnError="true"/>',
    "pause": '<Pause name="pause"/>',
    "pause-fail": '<Pause name="pause-fail"><Fails>true</Fails></Pause>',
    "pause-carry-on": '<Pause name="pause-carry-on" continueOnError="true"><Fails>true</Fails></Pause>',
    "break": '<Break name="break"/>',
    "pause-break": '<Break name="pause-break"><Waits>true</Waits></Break>',
    "answer": '<Answer name="answer"/>',
    "reword": '<Reword name="reword"><Content>reworded</Content></Reword>',
}


def steps(names: str) -> str:
    """The steps of those names, which blanks separate, as XML."""
    return "".join(f"<Step><Name>{name}</Name></Step>" for name in names.split())


@dataclass
class Scripted:
    """A target that answers what it is told to, and keeps what it was sent."""

    answer: Response | TargetFailed
    calls: list[TargetCall] = field(default_factory=list)

    def respond(self, call: TargetCall) -> Response | TargetFailed:
        self.calls.append(replace(call, request=call.request.copy()))
        return self.answer


def callouts(names: Iterable[str]) -> dict[str, str]:
    """FlowCallouts of those shared flows: `call-x`, and `try-x`, which goes on after a fault."""
    written = {}
    for name in names:
        flow = f"<SharedFlowBundle>{name}</SharedFlowBundle>"
        written[f"call-{name}"] = f'<FlowCallout name="call-{name}">{flow}</FlowCallout>'
        written[f"try-{name}"] = f'<FlowCallout name="try-{name}" continueOnError="true">{flow}</FlowCallout>'
    return written


def shared_flow_zip(name: str, steps: str, policies: Mapping[str, str]) -> bytes:
    """The steps' XML as a shared flow bundle."""
    files = {
        f"sharedflowbundle/{name}.xml": f'<SharedFlowBundle name="{name}"/>',
        "sharedflowbundle/sharedflows/default.xml": f'<SharedFlow name="default">{steps}</SharedFlow>',
        **{f"sharedflowbundle/policies/{each}.xml": xml for each, xml in policies.items()},
    }
    return write_zip({path: text.encode() for path, text in files.items()})


def deployed_flows(flows: Mapping[str, str], policies: Mapping[str, str]) -> SharedFlows:
    """The steps' XML of each shared flow, as an environment has them."""
    return SharedFlows(
        {name: DeployedSharedFlow(name, shared_flow_zip(name, xml, policies)) for name, xml in flows.items()}
    )


def compiled(
    proxy: str,
    target: str,
    policies: Mapping[str, str] = POLICIES,
    flows: Mapping[str, str] | None = None,
    hooks: Iterable[FlowHook] = (),
) -> CompiledProxy:
    """The endpoints' inner XML as a compiled proxy. Asserts that it can be deployed."""
    result, report = compiled_with_report(proxy, target, policies, flows or {}, hooks)
    assert not report.errors, "\n".join(map(str, report.errors))
    return result


def compiled_with_report(
    proxy: str,
    target: str,
    policies: Mapping[str, str] = POLICIES,
    flows: Mapping[str, str] = NO_SHARED_FLOWS,
    hooks: Iterable[FlowHook] = (),
) -> tuple[CompiledProxy, Report]:
    files = {
        "apiproxy/marks.xml": b'<APIProxy name="marks"/>',
        "apiproxy/proxies/default.xml": f'<ProxyEndpoint name="default">{proxy}</ProxyEndpoint>'.encode(),
        "apiproxy/targets/default.xml": f'<TargetEndpoint name="default">{target}</TargetEndpoint>'.encode(),
        **{f"apiproxy/policies/{name}.xml": xml.encode() for name, xml in policies.items()},
    }
    bundle, report = read_bundle(read_zip(write_zip(files)), POLICY_TYPES)
    assert bundle is not None, "\n".join(map(str, report))
    shared = Compilation(PLACE, make_ports(), bundle.policies, bundle.resource, report)
    shared.callees = Linker(deployed_flows(flows, policies), POLICY_TYPES)
    return compile_proxy(bundle, shared, hooks), report


@dataclass
class Result:
    """What came of one call."""

    flow: FlowContext
    target: Scripted
    waits: int

    @property
    def marks(self) -> str:
        return str(self.flow.variables.get("marks", "")).strip()

    @property
    def response(self) -> Response:
        return self.flow.outgoing


def call(
    endpoint: ProxyEndpoint,
    target: Response | TargetFailed,
    *,
    verb: str = "GET",
    uri: str = "/marks/x",
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Result:
    """Take one request through the proxy endpoint, PostClientFlow included."""
    made = call_in_loop(endpoint, target, verb=verb, uri=uri, content=content, headers=headers)
    return asyncio.run(made)


async def call_in_loop(
    endpoint: ProxyEndpoint,
    target: Response | TargetFailed,
    *,
    verb: str = "GET",
    uri: str = "/marks/x",
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Result:
    """The same inside a running event loop."""
    ports = make_ports()
    fields = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    flow = FlowContext(
        place=endpoint.place,
        request=Request(verb, uri, Headers(fields), content),
        peer=Peer("192.0.2.1", 40_000, "127.0.0.1", 9001, "default", "http"),
        virtual_host=VirtualHostFacts("default", ("myorg-test.localhost",), is_tls=False),
        proxy_endpoint=endpoint.name,
        base_path=endpoint.base_path,
        path_suffix=uri.partition("?")[0].removeprefix(endpoint.base_path),
        received_ms=ports.clock.now_ms(),
        runtime=Runtime(ports.clock, MessageIds("test"), "worker-1"),
    )
    scripted = Scripted(target)
    waits = await drive(endpoint.run(flow), scripted)
    waits += await drive(endpoint.after(flow), scripted)
    return Result(flow, scripted, waits)


async def drive(run: Run | WholeRun, target: Scripted) -> int:
    """Resume the flow as a gateway does. Returns how many awaitables it waited for."""
    waits = 0
    send: Response | None = None
    failure: Exception | None = None
    while True:
        try:
            waiting = run.throw(failure) if failure else run.send(send)
        except StopIteration:
            return waits
        send, failure = None, None
        if isinstance(waiting, TargetCall):
            answer = target.respond(waiting)
            send, failure = (None, answer) if isinstance(answer, TargetFailed) else (answer, None)
            continue
        waits += 1
        try:
            await waiting
        except Exception as error:  # noqa: BLE001  (a flow is told of whatever ended its wait)
            failure = error


def exhausted(run: Run | WholeRun) -> bool:
    """Whether the flow ran to its end without waiting for anything."""
    try:
        next(run)
    except StopIteration:
        return True
    return False

"""Run one policy by itself: XML in, the flow and what came of it out.

outcome = run(RaiseFault, '<RaiseFault name="Stop"/>', request("GET", "/v0/weather/x?w=1"))
assert outcome.fault.name == "RaiseFault"
assert outcome.answer.status == 500
"""

import asyncio
from dataclasses import dataclass

from tests.support.ports import make_ports

from gatewright.bundle.diagnostics import Diagnostic, Report
from gatewright.bundle.source import parse_document
from gatewright.engine.compiler import Callees, Compilation, Compiler, NoSharedFlows, OrganizationFeatures
from gatewright.engine.context import FlowContext, MessageIds, Peer, Place, Runtime, VirtualHostFacts
from gatewright.engine.fault_rules import fail
from gatewright.engine.faults import Answered, Fault
from gatewright.engine.flow import Run, Step, Wait, run_steps
from gatewright.engine.ports import Ports
from gatewright.engine.target import TargetCall
from gatewright.engine.variables import Segment
from gatewright.message import FORM_CONTENT_TYPE, Headers, Request, Response
from gatewright.policies.base import Policy

PLACE = Place("myorg", "test", "weatherapi", "1")
BASE_PATH = "/v0/weather"
NO_SHARED_FLOWS = NoSharedFlows()


@dataclass
class Outcome:
    """What came of a policy."""

    flow: FlowContext
    fault: Fault | None = None
    """What it raised, or what continueOnError swallowed."""
    answered: bool = False
    """It put the final answer into `flow.response`."""
    waits: int = 0
    """How many times the flow had to wait."""

    @property
    def answer(self) -> Response:
        """What the client would get now, no fault rule being there."""
        return self.flow.outgoing


def run(
    policy_type: type[Policy],
    xml: str,
    flow: FlowContext | None = None,
    *,
    ports: Ports | None = None,
    segment: Segment = Segment.REQUEST,
    place: Place = PLACE,
    features: OrganizationFeatures | None = None,
    others: tuple[Policy, ...] = (),
    callees: Callees = NO_SHARED_FLOWS,
) -> Outcome:
    """Parse, compile and execute the policy once, as a step of a flow. Asserts that it can be deployed.

    `others` are the rest of the bundle's policies, `callees` the shared flows it may call.
    """
    return asyncio.run(
        run_in_loop(
            policy_type,
            xml,
            flow,
            ports=ports,
            segment=segment,
            place=place,
            features=features,
            others=others,
            callees=callees,
        )
    )


async def run_in_loop(
    policy_type: type[Policy],
    xml: str,
    flow: FlowContext | None = None,
    *,
    ports: Ports | None = None,
    segment: Segment = Segment.REQUEST,
    place: Place = PLACE,
    features: OrganizationFeatures | None = None,
    others: tuple[Policy, ...] = (),
    callees: Callees = NO_SHARED_FLOWS,
) -> Outcome:
    """The same inside a running event loop."""
    ports = ports or make_ports()
    step = compile_step(
        policy_type,
        xml,
        ports,
        segment=segment,
        place=place,
        features=features,
        others=others,
        callees=callees,
    )
    return await run_step(step, flow or request(ports=ports, place=place))


async def run_step(step: Step, flow: FlowContext) -> Outcome:
    """Walk a compiled step as a gateway does: waiting only where it asks to."""
    outcome = Outcome(flow)
    walk = _walk(step, flow)
    try:
        waiting = next(walk)
        while True:
            outcome.waits += 1
            failure = await _failure_of(waiting)
            waiting = next(walk) if failure is None else walk.throw(failure)
    except StopIteration:
        outcome.fault = flow.fault
    except Answered:
        outcome.answered = True
    except Fault as fault:
        outcome.fault = fault
        fail(flow, fault)
    return outcome


def _walk(step: Step, flow: FlowContext) -> Run:
    yield from run_steps((step,), flow) or ()


async def _failure_of(waiting: Wait) -> Exception | None:
    assert not isinstance(waiting, TargetCall), "a step waits for awaitables only"
    try:
        await waiting
    except Exception as error:  # noqa: BLE001  (a flow is told of whatever ended its wait)
        return error
    return None


def compile_step(
    policy_type: type[Policy],
    xml: str,
    ports: Ports,
    *,
    segment: Segment = Segment.REQUEST,
    place: Place = PLACE,
    features: OrganizationFeatures | None = None,
    others: tuple[Policy, ...] = (),
    callees: Callees = NO_SHARED_FLOWS,
) -> Step:
    """The policy as a step. Asserts that nothing keeps it from being deployed."""
    compiled, report = _compile(policy_type, xml, ports, segment, place, features, others, callees)
    assert not report.errors, "\n".join(map(str, report.errors))
    assert compiled is not None
    return compiled


def findings(
    policy_type: type[Policy],
    xml: str,
    *,
    segment: Segment = Segment.REQUEST,
    others: tuple[Policy, ...] = (),
    callees: Callees = NO_SHARED_FLOWS,
) -> list[Diagnostic]:
    """Everything that reading, checking and compiling the policy has to say, in that order."""
    return list(_compile(policy_type, xml, make_ports(), segment, PLACE, None, others, callees)[1])


def _compile(
    policy_type: type[Policy],
    xml: str,
    ports: Ports,
    segment: Segment,
    place: Place,
    features: OrganizationFeatures | None,
    others: tuple[Policy, ...],
    callees: Callees,
) -> tuple[Step | None, Report]:
    report = Report()
    document, problem = parse_document("policies/Tested.xml", xml.encode())
    if document is None:
        raise AssertionError(f"the test's XML is wrong: {problem}")
    policy = policy_type.parse(document, report)
    if policy is None:
        return None, report
    policy.check(report)
    shared = Compilation(
        place=place,
        ports=ports,
        policies={each.name: each for each in (*others, policy)},
        resources=lambda _: None,
        report=report,
        features=features or OrganizationFeatures(),
        callees=callees,
    )
    compiler = Compiler(shared, segment, policy=policy.name, source=policy.source)
    execute = policy.compile(compiler)
    return Step(policy.name, execute, None, policy.continue_on_error, policy.failed_variable), report


def request(
    verb: str = "GET",
    path: str = "/forecastrss",
    *,
    headers: dict[str, str] | None = None,
    form: str | None = None,
    content: bytes = b"",
    variables: dict[str, str] | None = None,
    ports: Ports | None = None,
    place: Place = PLACE,
    base_path: str = BASE_PATH,
) -> FlowContext:
    """A flow at its beginning. `path`, query included, is what follows the base path."""
    ports = ports or make_ports()
    fields = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    if form is not None:
        fields.append((b"Content-Type", FORM_CONTENT_TYPE.encode()))
        content = form.encode()
    message = Request(verb, f"{base_path}{path}", Headers(fields), content)
    flow = FlowContext(
        place=place,
        request=message,
        peer=Peer("192.0.2.1", 40_000, "127.0.0.1", 9001, "default", "http"),
        virtual_host=VirtualHostFacts("default", ("myorg-test.localhost",), is_tls=False),
        proxy_endpoint="default",
        base_path=base_path,
        path_suffix=path.partition("?")[0],
        received_ms=ports.clock.now_ms(),
        runtime=Runtime(ports.clock, MessageIds("test"), "worker-1"),
    )
    flow.variables.update(variables or {})
    return flow

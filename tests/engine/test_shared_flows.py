"""Shared flows as they are deployed and compiled: circles, depth, what a proxy remembers of them."""

from collections.abc import Mapping

import pytest
from tests.engine.harness import POLICIES, POLICY_TYPES, callouts, deployed_flows, shared_flow_zip, steps
from tests.support.bundles import COMPLETE
from tests.support.ports import make_ports

from gatewright.bundle.archive import write_zip
from gatewright.bundle.diagnostics import Report
from gatewright.engine.compiler import Compilation, Compiler
from gatewright.engine.context import Place
from gatewright.engine.load import load_proxy
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.shared_flow import NESTING_LIMIT
from gatewright.engine.shared_flows import DeployedSharedFlow, SharedFlows
from gatewright.engine.surroundings import Surroundings
from gatewright.engine.variables import Segment
from gatewright.entities import FlowHook
from gatewright.policies import policy_types

NAMES = ("s", "t", "u", "none")
WITH_CALLOUTS = {**POLICIES, **callouts(NAMES)}


def known(**flows: str) -> SharedFlows:
    return deployed_flows({name: steps(names) for name, names in flows.items()}, WITH_CALLOUTS)


def load_flow(name: str, names: str, others: SharedFlows | None) -> tuple[CompiledProxy | None, Report]:
    """Load a shared flow for its own sake."""
    around = Surroundings(Place("myorg", "test", name, "2"), shared_flows=others)
    return load_proxy(shared_flow_zip(name, steps(names), WITH_CALLOUTS), POLICY_TYPES, around, make_ports())


def load_caller(
    policies: Mapping[str, str], flows: SharedFlows | None, hooks: tuple[FlowHook, ...] = ()
) -> tuple[CompiledProxy | None, Report]:
    """Load a proxy that runs these policies in its request PreFlow."""
    pre_flow = f"<PreFlow><Request>{steps(' '.join(policies))}</Request></PreFlow>"
    files = dict(COMPLETE)
    files["proxies/default.xml"] = files["proxies/default.xml"].replace(
        "</ProxyEndpoint>", f"{pre_flow}</ProxyEndpoint>"
    )
    files |= {f"policies/{name}.xml": xml for name, xml in policies.items()}
    data = write_zip({f"apiproxy/{path}": text.encode() for path, text in files.items()})
    around = Surroundings(Place("myorg", "test", "p", "1"), shared_flows=flows, flow_hooks=hooks)
    return load_proxy(data, {**POLICY_TYPES, **policy_types()}, around, make_ports())


def call(name: str) -> dict[str, str]:
    return {f"call-{name}": callouts([name])[f"call-{name}"]}


def test_a_shared_flow_that_can_run_has_nothing_to_serve_by_itself() -> None:
    proxy, report = load_flow("s", "a b", known())
    assert proxy is not None
    assert (proxy.endpoints, proxy.called, list(report)) == ((), {}, [])


@pytest.mark.parametrize(
    ("others", "circle"),
    [
        ({}, "s → s"),
        ({"t": "call-s"}, "s → t → s"),
        ({"t": "a call-u", "u": "call-s"}, "s → t → u → s"),
    ],
)
def test_a_shared_flow_that_closes_a_circle_is_refused(others: dict[str, str], circle: str) -> None:
    names = "call-t" if others else "call-s"
    proxy, report = load_flow("s", names, known(**others))
    assert proxy is None
    assert [(each.rule, each.message.endswith(f": {circle}")) for each in report.errors] == [
        ("shared-flow-nesting", True)
    ]
    assert report.errors[0].file == f"sharedflowbundle/policies/{names}.xml"


def test_its_own_former_content_does_not_count_for_a_circle() -> None:
    others = known(s="call-t", t="a")
    assert load_flow("s", "a", others)[0] is not None
    assert load_flow("t", "call-s", known(s="a", t="call-s"))[0] is not None


def test_two_calls_of_one_shared_flow_are_no_circle() -> None:
    proxy, _ = load_flow("s", "call-t call-u call-t", known(t="call-u", u="a"))
    assert proxy is not None
    assert proxy.called == {"t": "t", "u": "u"}


def test_a_missing_step_keeps_a_shared_flow_from_being_deployed() -> None:
    proxy, report = load_flow("s", "nowhere", known())
    assert proxy is None
    assert [each.rule for each in report.errors] == ["unknown-policy"]


def chain(length: int) -> SharedFlows:
    """f1 calls f2, and so on; the last calls nobody."""
    names = [f"f{number}" for number in range(1, length + 1)]
    policies = {**POLICIES, **callouts(names)}
    called = [*(f"call-{name}" for name in names[1:]), "a"]
    return deployed_flows({name: steps(inner) for name, inner in zip(names, called, strict=True)}, policies)


def test_shared_flows_may_be_nested_to_the_limit_and_no_deeper() -> None:
    xml = '<FlowCallout name="call-f1"><SharedFlowBundle>f1</SharedFlowBundle></FlowCallout>'
    _, report = load_caller({"call-f1": xml}, chain(NESTING_LIMIT))
    assert list(report) == []
    proxy, report = load_caller({"call-f1": xml}, chain(NESTING_LIMIT + 1))
    assert proxy is not None
    assert [(each.severity.value, each.rule) for each in report] == [("warning", "shared-flow-nesting")]


def test_a_proxy_remembers_what_it_found_of_each_shared_flow() -> None:
    proxy, report = load_caller(call("s") | call("none"), known(s="call-t", t="a", u="a"))
    assert proxy is not None
    assert proxy.called == {"s": "s", "t": "t", "none": None}
    assert [(each.rule, each.file) for each in report] == [
        ("shared-flow-not-deployed", "apiproxy/policies/call-none.xml")
    ]


def test_the_shared_flow_of_a_hook_is_remembered_too() -> None:
    hook = FlowHook(flow_hook_point="PostProxyFlowHook", shared_flow="u")
    proxy, _ = load_caller({}, known(u="a"), (hook,))
    assert proxy is not None
    assert proxy.called == {"u": "u"}


def test_nothing_is_said_of_shared_flows_where_the_environment_is_not_known() -> None:
    proxy, report = load_caller(call("s"), None)
    assert proxy is not None
    assert list(report) == []


def test_a_shared_flow_that_cannot_run_where_it_is_called_keeps_the_proxy_back() -> None:
    variable = "<AssignVariable><Name>x</Name><Template>{noFunction(y)}</Template></AssignVariable>"
    data = shared_flow_zip("s", steps("am"), {"am": f'<AssignMessage name="am">{variable}</AssignMessage>'})
    proxy, report = load_caller(call("s"), SharedFlows({"s": DeployedSharedFlow("1", data)}))
    assert proxy is None
    assert [(each.rule, each.file) for each in report.errors] == [
        ("shared-flow", "apiproxy/policies/call-s.xml")
    ]
    assert "the shared flow s cannot run here: sharedflowbundle/policies/am.xml:1" in report.errors[0].message


@pytest.mark.parametrize("data", [b"no zip", write_zip({"sharedflowbundle/s.xml": b"<SharedFlowBundle"})])
def test_a_shared_flow_that_cannot_be_read_counts_as_missing(data: bytes) -> None:
    proxy, report = load_caller(call("s"), SharedFlows({"s": DeployedSharedFlow("1", data)}))
    assert proxy is not None
    assert [each.rule for each in report] == ["shared-flow-not-deployed"]


def test_a_shared_flow_without_a_flow_named_default_runs_the_one_it_has() -> None:
    files = {
        "sharedflowbundle/s.xml": '<SharedFlowBundle name="s"/>',
        "sharedflowbundle/sharedflows/main.xml": f'<SharedFlow name="main">{steps("a")}</SharedFlow>',
        "sharedflowbundle/policies/a.xml": POLICIES["a"],
    }
    data = write_zip({path: text.encode() for path, text in files.items()})
    _, report = load_caller(call("s"), SharedFlows({"s": DeployedSharedFlow("1", data)}))
    assert list(report) == []


def test_policies_of_one_name_in_a_proxy_and_in_a_shared_flow_count_apart() -> None:
    place = Place("myorg", "test", "p", "1")
    outside = Compilation(place, make_ports(), {}, lambda _: None)
    inside = Compilation(place, make_ports(), {}, lambda _: None, shared_flow="s")
    owners = {Compiler(each, Segment.REQUEST).owner for each in (outside, inside)}
    assert len(owners) == 2

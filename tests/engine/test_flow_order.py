"""The order of a flow, row by row from tests/conformance/flows.toml."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, cast

import pytest
from tests.engine.harness import POLICIES, call, callouts, compiled, exhausted, steps

from gatewright.engine.target import Failure, TargetFailed
from gatewright.entities import FlowHook, FlowHookPoint
from gatewright.message import Response

ROWS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent.parent / "conformance" / "flows.toml").read_text()
)["row"]
BASE_PATH = "<HTTPProxyConnection><BasePath>/marks</BasePath></HTTPProxyConnection>"
TO_TARGET = '<RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>'


def filled(xml: str) -> str:
    return re.sub(r"\{([^{}]*)\}", lambda found: steps(found[1]), xml)


def proxy_xml(row: dict[str, Any]) -> str:
    proxy = row.get("proxy", "")
    return filled(proxy) + BASE_PATH + ("" if "<RouteRule" in proxy else TO_TARGET)


def target_xml(row: dict[str, Any]) -> str:
    connection = row.get("connection", "")
    url = "<URL>http://target.example</URL>"
    return filled(row.get("target", "")) + f"<HTTPTargetConnection>{url}{connection}</HTTPTargetConnection>"


def answer(row: dict[str, Any]) -> Response | TargetFailed:
    if "target_failure" in row:
        return TargetFailed(Failure[row["target_failure"]])
    return Response(row.get("target_status", 200), "", content=b"target")


def flow_hooks(row: dict[str, Any]) -> list[FlowHook]:
    """From `{ PreProxyFlowHook = "name" }`; a name that ends with ! does not continue on error."""
    return [
        FlowHook(
            flow_hook_point=cast("FlowHookPoint", point),
            shared_flow=name.rstrip("!"),
            continue_on_error=not name.endswith("!"),
        )
        for point, name in row.get("flow_hooks", {}).items()
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_steps_run_in_edges_order(row: dict[str, Any]) -> None:
    flows = {name: filled(xml) for name, xml in row.get("shared_flows", {}).items()}
    policies = {**POLICIES, **callouts([*flows, "none"])}
    proxy = compiled(proxy_xml(row), target_xml(row), policies, flows, flow_hooks(row))
    endpoint = proxy.endpoints[0]
    result = call(endpoint, answer(row), verb=row.get("verb", "GET"), content=row.get("content", "").encode())
    assert result.marks == row["ran"]
    if "called" in row:
        assert len(result.target.calls) == row["called"]
    if "status" in row:
        assert result.response.status == row["status"]
    if "body" in row:
        assert result.response.text == row["body"]
    if "errorcode" in row:
        assert json.loads(result.response.content)["fault"]["detail"]["errorcode"] == row["errorcode"]


def test_every_row_has_a_source() -> None:
    assert all(row["source"].startswith("https://") for row in ROWS)


def test_a_flow_whose_steps_do_not_wait_runs_to_its_end_in_one_go() -> None:
    proxy = compiled(
        filled("<PreFlow><Request>{a b}</Request><Response>{c}</Response></PreFlow>")
        + BASE_PATH
        + '<RouteRule name="null"/>',
        "<HTTPTargetConnection><URL>http://target.example</URL></HTTPTargetConnection>",
    )
    result = call(proxy.endpoints[0], Response())
    assert result.waits == 0
    assert exhausted(proxy.endpoints[0].run(result.flow))

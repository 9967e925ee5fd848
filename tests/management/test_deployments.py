"""Deploying with workers that serve: what goes live when, and what a broken bundle cannot do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.management.installation import Api, Installation, installation, worker
from tests.support.bundles import COMPLETE, PROXY, TARGET

from gatewright.bundle.archive import write_zip
from gatewright.engine.proxy import CompiledProxy, ProxyEndpoint
from gatewright.entities import Deployment, Organization
from gatewright.gateway.application import Gateway
from gatewright.gateway.deployer import CannotServe, Flows
from gatewright.store import Worker

HOST = "myorg-test.localhost"
DEPLOY = "environments/test/apis/{}/revisions/{}/deployments"
LIMIT = '<SpikeArrest name="Limit"><Rate>10ps</Rate></SpikeArrest>'
BROKEN = {
    "proxies/default.xml": PROXY.replace(
        "<RouteRule",
        "<PreFlow><Request><Step><Name>Missing</Name></Step><Step><Name>Limit</Name>"
        '<Condition>request.verb ==== "GET"</Condition></Step></Request></PreFlow>\n<RouteRule',
    ),
    "policies/Limit.xml": '<SpikeArrest name="Limit"><Rate>often</Rate></SpikeArrest>',
    "targets/default.xml": None,
}


def bundle(changes: dict[str, str | None] | None = None, base_path: str = "/p") -> bytes:
    files = {**COMPLETE, **(changes or {})}
    texts = {path: text.replace("/p<", f"{base_path}<") for path, text in files.items() if text is not None}
    return write_zip({f"apiproxy/{path}": text.encode() for path, text in texts.items()})


async def imported(api: Api, data: bytes, name: str = "weatherapi") -> Any:
    response = await api("POST", f"apis?action=import&name={name}", content=data)
    assert response.status_code == 201, response.text
    return response.json()


async def deployed(api: Api, name: str = "weatherapi", revision: int = 1, **parameters: str) -> Any:
    response = await api("POST", DEPLOY.format(name, revision), data={"override": "true", **parameters})
    assert response.status_code == 200, response.text
    return response.json()


def served(gateway: Gateway, path: str = "/p") -> ProxyEndpoint | None:
    """What the worker would hand a request for that path to."""
    host = gateway.current.virtual_host(is_tls=False, host=HOST)
    route = host.router.find(path) if host else None
    return route.endpoint if route else None


def revision_served(gateway: Gateway, path: str = "/p") -> str | None:
    endpoint = served(gateway, path)
    return endpoint.place.revision if endpoint else None


@pytest.fixture
async def gateway(installed: Installation) -> AsyncIterator[Gateway]:
    async with worker(installed.store) as serving:
        yield serving


async def test_a_deploy_answers_when_every_worker_serves_it(installed: Installation) -> None:
    await imported(installed.api, bundle())
    async with AsyncExitStack() as stack:
        names = ("worker-1", "worker-2", "worker-3")
        gateways = [await stack.enter_async_context(worker(installed.store, name)) for name in names]
        answer = await deployed(installed.api)
        assert [revision_served(each) for each in gateways] == ["1", "1", "1"]
    assert answer["state"] == "deployed"
    assert sorted(each["uUID"] for each in answer["server"]) == list(names)
    for each in answer["server"]:
        assert each == {"status": "deployed", "uUID": each["uUID"], "type": ["message-processor"]}


async def test_a_deploy_with_override_takes_the_place_of_the_older_revision(
    api: Api, gateway: Gateway
) -> None:
    for number in (1, 2):
        await imported(api, bundle())
        await deployed(api, revision=number)
        assert revision_served(gateway) == str(number)
    entries = (await api("GET", "apis/weatherapi/deployments")).json()["environment"]
    assert [(each["name"], [one["name"] for one in each["revision"]]) for each in entries] == [
        ("test", ["2"])
    ]


async def test_a_base_path_given_at_the_deploy_comes_before_the_proxys_own(
    api: Api, gateway: Gateway
) -> None:
    await imported(api, bundle())
    answer = await deployed(api, basepath="/v2")
    assert answer["configuration"]["basePath"] == "/v2"
    assert (revision_served(gateway), revision_served(gateway, "/v2/p")) == (None, "1")


async def test_an_undeploy_answers_when_no_worker_serves_it(api: Api, gateway: Gateway) -> None:
    await imported(api, bundle())
    await deployed(api)
    answer = (await api("DELETE", DEPLOY.format("weatherapi", 1))).json()
    assert (answer["state"], answer["server"][0]["status"]) == ("undeployed", "undeployed")
    assert revision_served(gateway) is None


async def test_a_base_path_that_another_proxy_has_is_refused(api: Api, gateway: Gateway) -> None:
    await imported(api, bundle())
    await imported(api, bundle(), "other")
    await deployed(api)
    response = await api("POST", DEPLOY.format("other", 1), data={"override": "true"})
    assert response.status_code == 400
    assert "Path /p conflicts with existing deployment path" in response.json()["message"]
    endpoint = served(gateway)
    assert endpoint is not None
    assert endpoint.place.proxy == "weatherapi"


async def test_a_bundle_that_cannot_run_is_refused_with_every_finding(api: Api, gateway: Gateway) -> None:
    await imported(api, bundle())
    await deployed(api)
    await imported(api, bundle(BROKEN))
    response = await api("POST", DEPLOY.format("weatherapi", 2), data={"override": "true"})
    assert response.status_code == 400
    error = response.json()
    found = [(each["file"], each["line"] > 0, each["element"] != "") for each in error["contexts"]]
    assert found.count(("apiproxy/proxies/default.xml", True, True)) == 3
    assert found.count(("apiproxy/policies/Limit.xml", True, True)) == 1
    text = " ".join(each["message"] for each in error["contexts"])
    for named in ("Missing", "does not parse", "often", "'default'"):
        assert named in text
    assert error["message"].endswith("(and 3 more)")
    assert revision_served(gateway) == "1"


async def test_what_cannot_be_read_is_refused_at_import_with_every_finding(api: Api) -> None:
    unreadable: dict[str, str | None] = {
        "policies/One.xml": "<Quota name='One'>",
        "policies/Two.xml": "nothing",
        "targets/default.xml": TARGET.replace("</URL>", "</Url>"),
    }
    response = await api("POST", "apis?action=import&name=weatherapi", content=bundle(unreadable))
    assert response.status_code == 400
    assert {each["file"] for each in response.json()["contexts"] if each["severity"] == "error"} == {
        "apiproxy/policies/One.xml",
        "apiproxy/policies/Two.xml",
        "apiproxy/targets/default.xml",
    }
    assert (await api("GET", "apis")).json() == []


async def test_overwriting_a_deployed_revision_redeploys_it(api: Api, gateway: Gateway) -> None:
    await imported(api, bundle())
    before = await deployed(api)
    response = await api("POST", "apis/weatherapi/revisions/1", content=bundle(base_path="/new"))
    assert response.status_code == 200
    assert response.json()["basepaths"] == ["/new"]
    assert (revision_served(gateway), revision_served(gateway, "/new")) == (None, "1")
    after = (await api("GET", DEPLOY.format("weatherapi", 1))).json()
    assert after["configuration"]["configVersion"] != before["configuration"]["configVersion"]
    assert after["state"] == "deployed"


async def test_a_deployed_revision_is_not_overwritten_with_what_cannot_run(
    api: Api, gateway: Gateway
) -> None:
    await imported(api, bundle())
    await deployed(api)
    before = served(gateway)
    response = await api("POST", "apis/weatherapi/revisions/1", content=bundle(BROKEN))
    assert response.status_code == 400
    assert len(response.json()["contexts"]) >= 4
    assert served(gateway) is before
    assert (await api("GET", "apis/weatherapi/revisions/1")).json()["policies"] == []


async def test_pieces_go_live_with_the_next_deploy(api: Api, gateway: Gateway) -> None:
    await imported(api, bundle())
    await deployed(api)
    before = served(gateway)
    revision = "apis/weatherapi/revisions/1"
    assert (await api("POST", f"{revision}/policies", content=LIMIT)).status_code == 201
    changed = PROXY.replace("/p<", "/changed<")
    assert (await api("PUT", f"{revision}/proxies/default", content=changed)).status_code == 200
    await asyncio.sleep(0.15)  # three looks at the change feed
    assert served(gateway) is before
    await deployed(api)
    assert (revision_served(gateway), revision_served(gateway, "/changed")) == (None, "1")


async def test_a_bundle_uploaded_piece_by_piece_can_be_deployed(api: Api, gateway: Gateway) -> None:
    """The way of apigeetool's deployproxy: a zip with the descriptor alone, then every file by itself."""
    await imported(api, write_zip({"apiproxy/weatherapi.xml": b'<APIProxy name="weatherapi"/>'}))
    revision = "apis/weatherapi/revisions/1"
    writes = [
        api("POST", f"{revision}/policies", content=LIMIT, headers={"content-type": "application/xml"}),
        api("POST", f"{revision}/proxies?name=default", content=PROXY),
        api("POST", f"{revision}/targets?name=default", content=TARGET),
        api("POST", f"{revision}/resources?type=jsc&name=x.js", content="var a;"),
    ]
    assert [each.status_code for each in await asyncio.gather(*writes)] == [201] * 4
    await deployed(api)
    assert revision_served(gateway) == "1"


async def test_pieces_that_are_written_at_once_are_all_kept(api: Api) -> None:
    """Clients upload a bundle's files in parallel; apigeetool's `--asynclimit` is free."""
    await imported(api, bundle())
    writes = [
        api("POST", "apis/weatherapi/revisions/1/policies", content=LIMIT.replace("Limit", f"Limit{number}"))
        for number in range(20)
    ]
    assert {each.status_code for each in await asyncio.gather(*writes)} == {201}
    assert len((await api("GET", "apis/weatherapi/revisions/1/policies")).json()) == 20


async def test_warnings_stand_in_the_answer(api: Api) -> None:
    sloppy: dict[str, str | None] = {"policies/Limit.xml": LIMIT.replace("</Rate>", "</Rate><Rat>1ps</Rat>")}
    for answer in (await imported(api, bundle(sloppy)), await deployed(api)):
        (warning,) = [each for each in answer["warnings"] if each["element"].endswith("Rat")]
        assert warning["file"] == "apiproxy/policies/Limit.xml"
        assert (warning["severity"], warning["line"]) == ("warning", 1)


async def test_a_worker_that_cannot_serve_says_why(installed: Installation) -> None:
    def refuse(_: Deployment, __: bytes, ___: Organization, ____: Flows) -> CompiledProxy:
        raise CannotServe("no room on this machine")

    await imported(installed.api, bundle())
    async with worker(installed.store, load=refuse):
        answer = await deployed(installed.api)
    assert answer["state"] == "error"
    assert answer["server"] == [
        {
            "status": "error",
            "uUID": "worker-1",
            "type": ["message-processor"],
            "error": "no room on this machine",
        }
    ]


async def test_a_worker_that_is_late_is_pending_with_the_reason(tmp_path: Path) -> None:
    async with installation(tmp_path, time_limit_s=0.2) as installed:
        now = installed.clock.now_ms()
        stuck = Worker(
            id="stuck", host="h", pid=1, role="gateway", version=0, started_at=now, heartbeat_at=now
        )
        await installed.store.write_relaxed(lambda tx: tx.workers.beat(stuck))
        await imported(installed.api, bundle())
        answer = await deployed(installed.api)
    assert answer["state"] == "pending"
    assert answer["server"][0]["errorCode"] == "management.WorkerLate"
    assert "within 0.2 s" in answer["server"][0]["error"]


async def test_a_dead_worker_is_not_waited_for(installed: Installation, gateway: Gateway) -> None:
    long_ago = installed.clock.now_ms() - 60_000
    dead = Worker(
        id="dead", host="h", pid=1, role="gateway", version=0, started_at=long_ago, heartbeat_at=long_ago
    )
    await installed.store.write_relaxed(lambda tx: tx.workers.beat(dead))
    await imported(installed.api, bundle())
    answer = await deployed(installed.api)
    assert [each["uUID"] for each in answer["server"]] == ["worker-1"]

"""Deployments under traffic: no call fails, and each answer is wholly of one revision."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy, deploy_proxy, import_proxy, overwrite, proxy_files
from tests.e2e.load import Load
from tests.e2e.running import Running

pytestmark = pytest.mark.e2e

REDEPLOYS = 200


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("load") / "data", "--workers=2", "--no-samples") as running:
        yield running


def answering(name: str, text: str) -> dict[str, str]:
    """A proxy that answers `text` twice over, set by two policies: a mixture of revisions would show."""
    steps = "<Step><Name>first</Name></Step><Step><Name>second</Name></Step>"
    set_header = (
        '<AssignMessage name="first"><AssignVariable><Name>said</Name>'
        f"<Value>{text}</Value></AssignVariable></AssignMessage>"
    )
    set_payload = (
        f'<AssignMessage name="second"><Set><Payload contentType="text/plain">{{said}} {text}</Payload></Set>'
        "</AssignMessage>"
    )
    proxy = f"<PreFlow><Response>{steps}</Response></PreFlow>"
    return proxy_files(name, f"/{name}", proxy, None, first=set_header, second=set_payload)


def test_two_hundred_redeployments_lose_no_call_and_no_slow_upload(server: Running) -> None:
    deploy_proxy(server, "steady", answering("steady", "r0"))
    uploads = Load(server.http_port, "/steady", clients=8, upload_s=0.5)
    with Load(server.http_port, "/steady") as load, uploads:
        load.wait_for(50)
        for number in range(1, REDEPLOYS + 1):
            deploy_proxy(server, "steady", answering("steady", f"r{number}"))
            load.wait_for(4)
        load.wait_for(50)
    assert (load.failures, uploads.failures) == ([], [])
    assert uploads.count > 20
    for status, body in (*load.answers, *uploads.answers):
        first, second = body.split()
        assert (status, first) == (200, second)
    assert (200, f"r{REDEPLOYS} r{REDEPLOYS}".encode()) in load.answers


def test_saving_a_deployed_revision_serves_the_new_one_at_once(server: Running) -> None:
    revision = deploy_proxy(server, "saved", answering("saved", "before"))
    with Load(server.http_port, "/saved", clients=2) as load:
        load.wait_for(20)
        answer = overwrite(server, "saved", revision, answering("saved", "after"))
        assert answer.status == 200, answer.text
        seen = {server.call("GET", "/saved").text for _ in range(50)}
        load.wait_for(20)
    assert seen == {"after after"}
    assert load.failures == []
    assert set(load.answers) == {(200, b"before before"), (200, b"after after")}


BROKEN: dict[str, tuple[dict[str, str | None], str]] = {
    "bad XML": (
        {"apiproxy/policies/first.xml": "<AssignMessage name='first'><Set></AssignMessage>"},
        "apiproxy/policies/first.xml",
    ),
    "unknown step": (
        {"apiproxy/policies/second.xml": None},
        "apiproxy/proxies/default.xml",
    ),
    "bad condition": (
        {
            "apiproxy/proxies/default.xml": (
                '<ProxyEndpoint name="default"><Flows><Flow name="f">\n'
                '<Condition>request.verb ==== "GET"</Condition></Flow></Flows>'
                "<HTTPProxyConnection><BasePath>/sound</BasePath></HTTPProxyConnection>"
                '<RouteRule name="default"/></ProxyEndpoint>'
            )
        },
        "apiproxy/proxies/default.xml",
    ),
    "missing target": (
        {
            "apiproxy/proxies/default.xml": (
                '<ProxyEndpoint name="default">'
                "<HTTPProxyConnection><BasePath>/sound</BasePath></HTTPProxyConnection>\n"
                '<RouteRule name="default"><TargetEndpoint>nowhere</TargetEndpoint></RouteRule>'
                "</ProxyEndpoint>"
            )
        },
        "apiproxy/proxies/default.xml",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_bundle_is_refused_with_its_place_and_the_live_revision_goes_on(
    server: Running, kind: str
) -> None:
    revision = deploy_proxy(server, "sound", answering("sound", "live"))
    changes, file = BROKEN[kind]
    files: dict[str, str | None] = {**answering("sound", "broken"), **changes}
    broken = {path: content for path, content in files.items() if content is not None}
    with Load(server.http_port, "/sound", clients=2) as load:
        load.wait_for(10)
        answer = overwrite(server, "sound", revision, broken)
        assert answer.status == 400, answer.text
        places = [(each["file"], each["line"] > 0) for each in answer.json["contexts"]]
        assert (file, True) in places, answer.text
        assert answer.json["message"]
        load.wait_for(10)
    assert load.failures == []
    assert set(load.answers) == {(200, b"live live")}


def test_a_bundle_that_cannot_run_is_imported_and_refused_at_deploy_with_every_finding(
    server: Running,
) -> None:
    files = answering("partial", "x")
    del files["apiproxy/policies/first.xml"], files["apiproxy/policies/second.xml"]
    revision = import_proxy(server, "partial", files)
    answer = deploy(server, "partial", revision)
    assert answer.status == 400, answer.text
    errors = [each for each in answer.json["contexts"] if each["severity"] == "error"]
    assert len(errors) == 2
    assert all(each["file"] == "apiproxy/proxies/default.xml" and each["line"] for each in errors)
    assert server.call("GET", "/partial").status == 404


def test_a_second_proxy_cannot_take_a_base_path_that_is_served(server: Running) -> None:
    deploy_proxy(server, "owner", answering("owner", "mine"))
    files = answering("owner", "theirs")
    files["apiproxy/rival.xml"] = files.pop("apiproxy/owner.xml").replace("owner", "rival")
    revision = import_proxy(server, "rival", files)
    answer = deploy(server, "rival", revision)
    assert answer.status == 400
    assert "/owner" in answer.json["message"]
    assert "owner" in answer.json["message"]
    assert server.call("GET", "/owner").text == "mine mine"


def test_undeploying_takes_effect_before_the_answer(server: Running) -> None:
    revision = deploy_proxy(server, "leaving", answering("leaving", "here"))
    assert server.call("GET", "/leaving").status == 200
    path = f"/environments/test/apis/leaving/revisions/{revision}/deployments"
    answer = server.manage("DELETE", path)
    assert answer.status == 200, answer.text
    assert answer.json["state"] == "undeployed"
    assert {server.call("GET", "/leaving").status for _ in range(20)} == {404}


def test_a_deployment_survives_a_restart(tmp_path: Path) -> None:
    with Running(tmp_path / "data", "--workers=1", "--no-samples") as server:
        deploy_proxy(server, "kept", answering("kept", "still"))
    with Running(tmp_path / "data", "--workers=1", "--no-samples") as server:
        assert server.call("GET", "/kept").text == "still still"

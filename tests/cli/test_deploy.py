"""Bundles into service and out of it: what is asked of the server, and what is said when it refuses."""

import io
import zipfile
from pathlib import Path

import pytest
from tests.cli.bundles import folder, zipped
from tests.cli.conftest import Run
from tests.cli.scripted_server import ScriptedServer

ORG = "/v1/organizations/myorg"
DEPLOYED = {"aPIProxy": "hello", "server": [{"status": "deployed", "uUID": "w1"}], "state": "deployed"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder that holds a bundle named hello."""
    return folder(tmp_path)


def test_deploy_imports_the_folder_as_a_zip_and_deploys_the_new_revision(
    run: Run, server: ScriptedServer, bundle: Path
) -> None:
    server.answer({"name": "hello", "revision": "3"}, 201)
    server.answer(DEPLOYED)
    result = run("deploy", str(bundle), "--env", "test")
    assert (result.exit_code, result.stdout) == (0, "hello revision 3 is deployed to test\n")
    imported, deployed = server.asked
    assert (imported.method, imported.path) == ("POST", f"{ORG}/apis?action=import&name=hello")
    assert imported.content_type == "application/octet-stream"
    with zipfile.ZipFile(io.BytesIO(imported.body)) as archive:
        assert archive.namelist() == ["apiproxy/hello.xml", "apiproxy/proxies/default.xml"]
    path = f"{ORG}/environments/test/apis/hello/revisions/3/deployments?override=true"
    assert (deployed.method, deployed.path, deployed.body) == ("POST", path, b"override=true")


def test_a_shared_flow_is_deployed_as_one(run: Run, server: ScriptedServer, tmp_path: Path) -> None:
    root = tmp_path / "sharedflowbundle"
    (root / "sharedflows").mkdir(parents=True)
    (root / "auth.xml").write_text('<SharedFlowBundle name="auth"/>')
    (root / "sharedflows" / "default.xml").write_text('<SharedFlow name="default"/>')
    server.answer({"name": "auth", "revision": "2"}, 201)
    server.answer({**DEPLOYED, "aPIProxy": "auth"})
    result = run("deploy", str(tmp_path), "--env", "test")
    assert (result.exit_code, result.stdout) == (0, "auth revision 2 is deployed to test\n")
    assert [asked.path for asked in server.asked] == [
        f"{ORG}/sharedflows?action=import&name=auth",
        f"{ORG}/environments/test/sharedflows/auth/revisions/2/deployments?override=true",
    ]


def test_a_zip_is_sent_as_it_is_under_the_name_given(
    run: Run, server: ScriptedServer, tmp_path: Path
) -> None:
    file = zipped(tmp_path)
    server.answer({"revision": "1"}, 201)
    server.answer(DEPLOYED)
    run("deploy", str(file), "--env", "prod", "--name", "other")
    assert server.asked[0].body == file.read_bytes()
    assert server.asked[0].path.endswith("name=other")
    assert "/environments/prod/apis/other/" in server.asked[1].path


def test_a_refused_bundle_is_told_finding_by_finding_with_status_1(
    run: Run, server: ScriptedServer, bundle: Path
) -> None:
    server.answer({"revision": "3"}, 201)
    contexts = [
        {
            "file": "apiproxy/proxies/default.xml",
            "line": 4,
            "element": "Step",
            "severity": "error",
            "message": "no policy Auth",
        },
        {"message": "no target endpoint"},
    ]
    server.answer({"code": "x", "message": "The bundle has errors", "contexts": contexts}, 400)
    result = run("deploy", str(bundle), "--env", "test")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "apiproxy/proxies/default.xml:4: error: no policy Auth",
        "no target endpoint",
        "Error: The bundle has errors",
    ]


def test_what_a_deployed_bundle_does_not_do_is_told_on_stderr(
    run: Run, server: ScriptedServer, bundle: Path
) -> None:
    warning = {"file": "a.xml", "line": 2, "column": 1, "severity": "warning", "message": "no effect"}
    server.answer({"revision": "3"}, 201)
    server.answer({**DEPLOYED, "warnings": [warning]})
    result = run("deploy", str(bundle), "--env", "test")
    assert (result.exit_code, result.stdout) == (0, "hello revision 3 is deployed to test\n")
    assert result.stderr == "a.xml:2:1: warning: no effect\n"


def test_a_worker_that_failed_is_named_with_its_reason(
    run: Run, server: ScriptedServer, bundle: Path
) -> None:
    server.answer({"revision": "3"}, 201)
    failed = {"status": "error", "uUID": "w2", "error": "out of memory"}
    server.answer({"environment": [{"server": [*DEPLOYED["server"], failed]}]})
    result = run("deploy", str(bundle), "--env", "test")
    assert result.exit_code == 3
    assert result.stderr == ("Error: hello revision 3 is not served everywhere in test: w2: out of memory\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [("<APIProxy", "hello.xml:1:"), (None, "holds no folder `apiproxy`")],
)
def test_a_bundle_that_cannot_be_read_is_not_sent(
    run: Run, server: ScriptedServer, bundle: Path, content: str | None, message: str
) -> None:
    if content is None:
        (bundle / "apiproxy").rename(bundle / "proxy")
    else:
        (bundle / "apiproxy" / "hello.xml").write_text(content)
    result = run("deploy", str(bundle), "--env", "test")
    assert result.exit_code == 1
    assert message in result.stderr
    assert server.asked == []


def test_apis_deploy_takes_the_newest_revision(run: Run, server: ScriptedServer) -> None:
    server.answer(["1", "10", "9"])
    server.answer(DEPLOYED)
    result = run("apis", "deploy", "hello", "--env", "test")
    assert result.stdout == "hello revision 10 is deployed to test\n"
    assert [asked.path for asked in server.asked] == [
        f"{ORG}/apis/hello/revisions",
        f"{ORG}/environments/test/apis/hello/revisions/10/deployments?override=true",
    ]


def test_undeploy_takes_out_what_is_deployed(run: Run, server: ScriptedServer) -> None:
    server.answer({"environment": "test", "revision": [{"name": "4", "state": "deployed"}]})
    server.answer({"state": "undeployed"})
    result = run("undeploy", "hello", "--env", "test")
    assert result.stdout == "hello revision 4 is undeployed from test\n"
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("GET", f"{ORG}/environments/test/apis/hello/deployments"),
        ("DELETE", f"{ORG}/environments/test/apis/hello/revisions/4/deployments"),
    ]

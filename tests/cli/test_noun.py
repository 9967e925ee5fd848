"""What each verb of each noun asks the management API for."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.scripted_server import ScriptedServer

ORG = "/v1/organizations/myorg"


@pytest.mark.parametrize(
    ("arguments", "method", "path"),
    [
        ("orgs list", "GET", "/v1/organizations"),
        ("orgs get myorg", "GET", "/v1/organizations/myorg"),
        ("envs list", "GET", f"{ORG}/environments"),
        ("envs get test", "GET", f"{ORG}/environments/test"),
        ("envs list --org other", "GET", "/v1/organizations/other/environments"),
        ("apis list", "GET", f"{ORG}/apis"),
        ("apis get weatherapi", "GET", f"{ORG}/apis/weatherapi"),
        ("apis delete weatherapi", "DELETE", f"{ORG}/apis/weatherapi"),
        ("apis revision weatherapi 2", "GET", f"{ORG}/apis/weatherapi/revisions/2"),
        ("apis deployments weatherapi", "GET", f"{ORG}/apis/weatherapi/deployments"),
        ("sharedflows list", "GET", f"{ORG}/sharedflows"),
        ("sharedflows get auth", "GET", f"{ORG}/sharedflows/auth"),
        ("sharedflows delete auth", "DELETE", f"{ORG}/sharedflows/auth"),
        ("sharedflows revision auth 2", "GET", f"{ORG}/sharedflows/auth/revisions/2"),
        ("sharedflows deployments auth", "GET", f"{ORG}/sharedflows/auth/deployments"),
        (
            "sharedflows deploy auth --env test --revision 2",
            "POST",
            f"{ORG}/environments/test/sharedflows/auth/revisions/2/deployments?override=true",
        ),
        (
            "sharedflows undeploy auth --env test --revision 2",
            "DELETE",
            f"{ORG}/environments/test/sharedflows/auth/revisions/2/deployments",
        ),
        ("flowhooks list --env test", "GET", f"{ORG}/environments/test/flowhooks"),
        ("flowhooks get F --env test", "GET", f"{ORG}/environments/test/flowhooks/F"),
        ("flowhooks attach F auth --env test", "POST", f"{ORG}/environments/test/flowhooks/F"),
        ("flowhooks detach F --env test", "DELETE", f"{ORG}/environments/test/flowhooks/F"),
        ("products list", "GET", f"{ORG}/apiproducts"),
        ("products get a/b", "GET", f"{ORG}/apiproducts/a%2Fb"),
        ("products delete P", "DELETE", f"{ORG}/apiproducts/P"),
        ("products create name=P", "POST", f"{ORG}/apiproducts"),
        ("products update P name=P", "PUT", f"{ORG}/apiproducts/P"),
        ("developers get ada@example.com", "GET", f"{ORG}/developers/ada%40example.com"),
        ("apps list", "GET", f"{ORG}/apps"),
        ("apps list --developer d@e", "GET", f"{ORG}/developers/d%40e/apps"),
        ("apps get A --developer d@e", "GET", f"{ORG}/developers/d%40e/apps/A"),
        ("apps create --developer d@e name=A", "POST", f"{ORG}/developers/d%40e/apps"),
        ("kvms list", "GET", f"{ORG}/keyvaluemaps"),
        ("kvms list --env test", "GET", f"{ORG}/environments/test/keyvaluemaps"),
        ("kvms get M --api weatherapi", "GET", f"{ORG}/apis/weatherapi/keyvaluemaps/M"),
        ("targetservers list --env test", "GET", f"{ORG}/environments/test/targetservers"),
        ("targetservers delete T --env test", "DELETE", f"{ORG}/environments/test/targetservers/T"),
    ],
)
def test_a_verb_asks_for_its_path(
    run: Run, server: ScriptedServer, arguments: str, method: str, path: str
) -> None:
    server.answer({})
    result = run(*arguments.split())
    assert (result.exit_code, result.stderr) == (0, "")
    assert [(asked.method, asked.path) for asked in server.asked] == [(method, path)]


def test_fields_become_json_and_so_do_values_that_are_json(run: Run, server: ScriptedServer) -> None:
    server.answer({}, 201)
    run("products", "create", "name=P", 'proxies=["a"]', "quota=10", "description=a=b")
    assert server.asked[0].json == {"name": "P", "proxies": ["a"], "quota": 10, "description": "a=b"}
    assert server.asked[0].content_type == "application/json"


@pytest.mark.parametrize(
    ("option", "goes_on"),
    [((), True), (("--no-continue-on-error",), False), (("--continue-on-error",), True)],
)
def test_a_flow_hook_is_told_whether_calls_go_on(
    run: Run, server: ScriptedServer, option: tuple[str, ...], goes_on: bool
) -> None:
    server.answer({})
    run("flowhooks", "attach", "PreProxyFlowHook", "auth", "--env", "test", *option)
    assert server.asked[0].json == {"sharedFlow": "auth", "continueOnError": goes_on}


def test_a_file_gives_the_body_and_fields_change_it(run: Run, server: ScriptedServer, tmp_path: Path) -> None:
    file = tmp_path / "product.json"
    file.write_text(json.dumps({"name": "P", "quota": "5"}))
    server.answer({}, 201)
    run("products", "create", "-f", str(file), 'quota="6"')
    run("products", "create", "-f", "-", stdin='{"name": "Q"}')
    assert [asked.json for asked in server.asked] == [{"name": "P", "quota": "6"}, {"name": "Q"}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["products", "create"], "Nothing was given: name a file with -f or give fields such as name=value."),
        (["products", "create", "name"], "'name' is not a field: write name=value"),
        (["kvms", "list", "--env", "test", "--api", "a"], "give --env or --api, not both"),
        (["apps", "create", "name=A"], "Missing option '--developer'"),
        (["targetservers", "list"], "Missing option '--env'"),
        (["products", "list", "--server", "localhost:8080"], "--server must be a URL such as"),
        (["nonsense"], "No such command 'nonsense'"),
    ],
)
def test_wrong_usage_says_what_to_give_and_asks_nothing(
    run: Run, server: ScriptedServer, arguments: list[str], message: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert server.asked == []


@pytest.mark.parametrize(
    ("text", "message"), [("[1]", "must hold one JSON object"), ("{", "not JSON: Expecting property name")]
)
def test_a_file_without_an_object_is_refused_by_name(
    run: Run, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "product.json"
    file.write_text(text)
    result = run("products", "create", "-f", str(file))
    assert result.exit_code == 2
    assert f"{file}: {message}" in result.stderr


def test_export_saves_the_bytes_as_they_came(
    run: Run, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server.answer(b"PK\x03\x04")
    result = run("apis", "export", "weatherapi", "3")
    assert server.asked[0].path == f"{ORG}/apis/weatherapi/revisions/3?format=bundle"
    assert (tmp_path / "weatherapi-3.zip").read_bytes() == b"PK\x03\x04"
    assert result.stdout == "Saved weatherapi-3.zip\n"

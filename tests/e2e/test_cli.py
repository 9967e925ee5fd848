"""The command line as a process against a real server: what is printed where, and the exit status."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.running import PASSWORD, Running, free_ports

pytestmark = pytest.mark.e2e

SAMPLES = Path(__file__).parents[2] / "src/gatewright/samples/bundles"
TESLA = "tesla@weathersample.com"


class CommandLine:
    """`gatewright` with the server and the password in its environment."""

    def __init__(self, url: str) -> None:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("GATEWRIGHT_")}
        self.environment = ours | {"GATEWRIGHT_SERVER": url, "GATEWRIGHT_ADMIN_PASSWORD": PASSWORD}

    def __call__(self, *arguments: str | Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
        """Run it; `changes` are made to the environment, None takes a variable away."""
        wanted = {name: value for name, value in {**self.environment, **changes}.items() if value is not None}
        return subprocess.run(
            [sys.executable, "-c", "from gatewright.cli.main import main; main()", *map(str, arguments)],
            env=wanted,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("cli") / "data", "--workers=1") as running:
        yield running


@pytest.fixture
def gatewright(server: Running) -> CommandLine:
    return CommandLine(f"http://127.0.0.1:{server.management_port}")


def bundle(folder: Path, name: str, flow: str = "") -> Path:
    """A folder with a bundle without a target, at the base path of its name."""
    root = folder / name / "apiproxy"
    (root / "proxies").mkdir(parents=True)
    (root / f"{name}.xml").write_text(f'<APIProxy name="{name}"/>')
    (root / "proxies" / "default.xml").write_text(
        f'<ProxyEndpoint name="default">{flow}<HTTPProxyConnection><BasePath>/{name}</BasePath>'
        '<VirtualHost>default</VirtualHost></HTTPProxyConnection><RouteRule name="none"/></ProxyEndpoint>'
    )
    return root.parent


def test_a_folder_is_deployed_called_exported_and_its_zip_deployed_again(
    gatewright: CommandLine, server: Running, tmp_path: Path
) -> None:
    done = gatewright("deploy", bundle(tmp_path, "hello"), "--env", "test")
    assert (done.returncode, done.stdout, done.stderr) == (0, "hello revision 1 is deployed to test\n", "")
    assert server.call("GET", "/hello").status == 200
    assert gatewright("apis", "export", "hello", "1", "--to", tmp_path / "hello.zip").returncode == 0
    done = gatewright("deploy", tmp_path / "hello.zip", "--env", "test")
    assert (done.returncode, done.stdout) == (0, "hello revision 2 is deployed to test\n")
    done = gatewright("undeploy", "hello", "--env", "test")
    assert (done.returncode, done.stdout) == (0, "hello revision 2 is undeployed from test\n")
    assert server.call("GET", "/hello").status == 404


def test_a_bundle_with_errors_is_refused_with_each_and_what_is_served_stays(
    gatewright: CommandLine, server: Running, tmp_path: Path
) -> None:
    assert gatewright("deploy", bundle(tmp_path / "good", "held"), "--env", "test").returncode == 0
    steps = "<Step><Name>Gone</Name></Step><Step><Name>Lost</Name></Step>"
    broken = bundle(tmp_path / "bad", "held", f"<PreFlow><Request>{steps}</Request></PreFlow>")
    for refused in (gatewright("deploy", broken, "--env", "test"), gatewright("lint", broken)):
        assert refused.returncode == 1
        for name in ("Gone", "Lost"):
            assert f"error: there is no policy '{name}' in the bundle" in refused.stdout + refused.stderr
    assert server.call("GET", "/held").status == 200


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("orgs", "myorg"),
        ("envs", "test"),
        ("apis", "weatherapi"),
        ("products", "PremiumWeatherAPI"),
        ("developers", TESLA),
        (f"apps --developer {TESLA}", "weatherapp"),
    ],
)
def test_each_noun_lists_and_shows_what_a_new_folder_holds(
    gatewright: CommandLine, words: str, name: str
) -> None:
    noun, *options = words.split()
    listed = gatewright(noun, "list", *options)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert name in listed.stdout.splitlines()
    shown = gatewright(noun, "get", name, *options, "-o", "json")
    assert shown.returncode == 0
    assert name in json.loads(shown.stdout).values()


@pytest.mark.parametrize("noun", ["kvms", "targetservers"])
def test_a_noun_without_samples_is_made_shown_and_deleted(gatewright: CommandLine, noun: str) -> None:
    fields = ["host=backend.example", "port=443"] if noun == "targetservers" else []
    assert gatewright(noun, "list", "--env", "prod").stdout == ""
    assert gatewright(noun, "create", "--env", "prod", "name=one", *fields).returncode == 0
    assert gatewright(noun, "list", "--env", "prod").stdout == "one\n"
    assert gatewright(noun, "get", "one", "--env", "prod").returncode == 0
    assert gatewright(noun, "delete", "one", "--env", "prod").returncode == 0
    assert gatewright(noun, "get", "one", "--env", "prod").returncode == 3


@pytest.mark.parametrize(
    ("arguments", "changes", "message"),
    [
        ("apis list --password wrong", {}, "The server refused the login"),
        ("apis list", {"GATEWRIGHT_ADMIN_PASSWORD": None}, "The server wants a login: give --password"),
        ("apis list --org nowhere", {}, "Organization nowhere does not exist"),
        ("apis get nothing", {}, "APIProxy named nothing does not exist in organization myorg"),
        ("undeploy oauth --env test", {}, "Application oauth is not deployed in environment test"),
        ("envs get nowhere", {}, "Environment nowhere does not exist in organization myorg"),
    ],
)
def test_what_the_server_refuses_is_one_line_and_status_3(
    gatewright: CommandLine, arguments: str, changes: dict[str, str | None], message: str
) -> None:
    refused = gatewright(*arguments.split(), **changes)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert refused.stderr.startswith(f"Error: {message}")
    assert refused.stderr.count("\n") == 1


def test_a_server_that_is_away_is_status_3(gatewright: CommandLine) -> None:
    (port,) = free_ports(1)
    refused = gatewright("apis", "list", "--server", f"http://127.0.0.1:{port}")
    assert refused.returncode == 3
    assert "Is `gatewright serve` running?" in refused.stderr


def test_the_gateways_port_is_not_taken_for_the_management_api(
    gatewright: CommandLine, server: Running
) -> None:
    refused = gatewright("apis", "list", "--server", f"http://127.0.0.1:{server.http_port}")
    assert refused.returncode == 3
    assert "Is that the management API?" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "changes", "message"),
    [
        ("apis lst", {}, "No such command 'lst'"),
        ("apis list --servr x", {}, "No such option '--servr'"),
        ("undeploy oauth", {}, "Missing option '--env'"),
        ("lint no-such-bundle", {}, "'no-such-bundle' does not exist"),
        ("serve --resolve backend.example", {}, "--resolve: must have the form HOST=URL"),
        ("serve --http-port 99999", {}, "--http-port: must be a whole number from 1 to 65535"),
        ("serve --config none.toml", {}, "none.toml: cannot be read: No such file or directory"),
        ("serve", {"GATEWRIGHT_HTTPPORT": "9001"}, "did you mean GATEWRIGHT_HTTP_PORT?"),
        ("serve --data /dev/null/data --http-port 1024", {}, "choose another with --data"),
        ("serve --host host.invalid --http-port 1024", {}, "an address of this machine with --host"),
    ],
)
def test_wrong_usage_is_status_2_and_says_what_to_write(
    gatewright: CommandLine, arguments: str, changes: dict[str, str | None], message: str
) -> None:
    refused = gatewright(*arguments.split(), **{"GATEWRIGHT_SERVER": None, **changes})
    assert refused.returncode == 2
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_second_server_on_the_folder_or_the_port_is_refused(
    gatewright: CommandLine, server: Running, tmp_path: Path
) -> None:
    for data, message in (
        (server.data, "another server is using the data folder"),
        (tmp_path / "other", f"port {server.http_port} (Address already in use)"),
    ):
        flags = (f"--data={data}", f"--http-port={server.http_port}")
        refused = gatewright("serve", *flags, GATEWRIGHT_SERVER=None)
        assert refused.returncode == 2
        assert message in refused.stderr


def test_the_samples_have_the_warnings_of_edges_originals_in_every_form(gatewright: CommandLine) -> None:
    """Their names, the target that the token endpoint never calls, and addresses in the bundle."""
    bundles = [SAMPLES / "oauth", SAMPLES / "weatherapi"]
    brief, rows, sarif = (gatewright("lint", *bundles, "-o", form) for form in ("brief", "json", "sarif"))
    assert [brief.returncode, rows.returncode, sarif.returncode] == [0, 0, 0]
    rules = [record["rule"] for record in json.loads(rows.stdout)]
    assert sorted(rules) == ["BN012", "PO007", "PO007", "PO008", "PO008", "PO042", "TD002", "TD002"]
    assert [result["ruleId"] for result in json.loads(sarif.stdout)["runs"][0]["results"]] == rules
    assert [line[line.rindex("[") :] for line in brief.stdout.splitlines()] == [f"[{rule}]" for rule in rules]

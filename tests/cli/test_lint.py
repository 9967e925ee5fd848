"""Findings about bundles with their places, in each form, and the exit status that scripts look at."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.bundles import HELLO, folder, zipped

from gatewright.cli.main import command

BROKEN = HELLO | {
    "proxies/default.xml": HELLO["proxies/default.xml"].replace(
        '<RouteRule name="none"/>',
        '<RouteRule name="none"><Condition>request.verb = "GET</Condition></RouteRule>'
        '<RouteRule name="out"><TargetEndpoint>gone</TargetEndpoint></RouteRule>',
    )
}
DOUBTFUL = HELLO | {
    "proxies/default.xml": HELLO["proxies/default.xml"].replace("RouteRule ", "RouteRule x='1' ")
}


def lint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command(), ["lint", *map(str, arguments)])


@pytest.mark.parametrize("make", [folder, zipped])
def test_a_sound_bundle_has_no_findings(tmp_path: Path, make: type) -> None:
    result = lint(make(tmp_path))
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.parametrize(("make", "root"), [(folder, "hello"), (zipped, "hello.zip")])
def test_an_error_has_its_place_and_ends_with_status_1(tmp_path: Path, make: type, root: str) -> None:
    result = lint(make(tmp_path, BROKEN))
    assert result.exit_code == 1
    file = f"{tmp_path / root}/apiproxy/proxies/default.xml"
    lines = result.stdout.splitlines()
    assert all(line.startswith(f"{file}:3:") and ": error: " in line for line in lines), lines
    assert any("condition" in line for line in lines)
    assert any("gone" in line for line in lines)


def test_the_root_folder_itself_may_be_named(tmp_path: Path) -> None:
    bundle = folder(tmp_path, BROKEN) / "apiproxy"
    assert lint(bundle).stdout.startswith(f"{bundle}/proxies/default.xml:3:")


def test_a_warning_does_not_fail(tmp_path: Path) -> None:
    result = lint(folder(tmp_path, DOUBTFUL))
    assert result.exit_code == 0
    assert ": warning: " in result.stdout


def test_findings_of_several_bundles_come_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    result = lint(tmp_path / "no.zip", folder(tmp_path, BROKEN))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == f"{tmp_path}/no.zip: error: this is not a zip archive"
    assert "default.xml" in result.stdout.splitlines()[1]


def test_json_has_a_record_for_each_finding(tmp_path: Path) -> None:
    result = lint(folder(tmp_path, BROKEN), "-o", "json")
    records = json.loads(result.stdout)
    assert records
    assert {key for record in records for key in record} == {
        "file", "line", "column", "severity", "rule", "element", "message",
    }  # fmt: skip
    assert records[0]["line"] == 3
    assert json.loads(lint(folder(tmp_path, HELLO), "-o", "json").stdout) == []


def test_sarif_has_results_with_places_and_names_its_rules(tmp_path: Path) -> None:
    """SARIF 2.1.0 §3.14, §3.27."""
    log = json.loads(lint(folder(tmp_path, BROKEN), "-o", "sarif").stdout)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["name"] == "gatewright"
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    for result in run["results"]:
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"].endswith("apiproxy/proxies/default.xml")
        assert location["region"]["startLine"] == 3
        assert result["level"] == "error"
        assert result["ruleId"] in rules


def test_a_bundle_that_is_not_there_is_wrong_usage() -> None:
    result = lint("nowhere.zip")
    assert result.exit_code == 2
    assert "nowhere.zip" in result.stderr


@pytest.mark.parametrize("element", ["ScriptTarget", "HostedTarget"])
def test_a_node_target_is_one_error(tmp_path: Path, element: str) -> None:
    target = f'<TargetEndpoint name="default"><{element}/></TargetEndpoint>'
    result = lint(folder(tmp_path, HELLO | {"targets/default.xml": target}))
    errors = [line for line in result.stdout.splitlines() if ": error: " in line]
    assert len(errors) == 1, errors
    assert "Node.js targets are not run here: put the application behind a URL" in errors[0]

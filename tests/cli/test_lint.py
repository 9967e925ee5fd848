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
    result = lint(make(tmp_path, BROKEN), "-o", "brief")
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
    result = lint(tmp_path / "no.zip", folder(tmp_path, BROKEN), "-o", "brief")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == f"{tmp_path}/no.zip: error: this is not a zip archive [archive]"
    assert "default.xml" in result.stdout.splitlines()[1]


def test_json_has_a_record_for_each_finding(tmp_path: Path) -> None:
    result = lint(folder(tmp_path, BROKEN), "-o", "json")
    records = json.loads(result.stdout)
    assert records
    assert {key for record in records for key in record} == {
        "file", "line", "column", "severity", "rule", "element", "message", "why", "mend",
    }  # fmt: skip
    assert records[0]["line"] == 3
    assert json.loads(lint(folder(tmp_path, HELLO), "-o", "json").stdout) == []


def test_sarif_has_results_with_places_and_names_its_rules(tmp_path: Path) -> None:
    """SARIF 2.1.0 §3.14 (run), §3.27 (result), §3.30 (region), §3.49 (reportingDescriptor)."""
    log = json.loads(lint(folder(tmp_path, BROKEN), folder(tmp_path / "b", DOUBTFUL), "-o", "sarif").stdout)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://docs.oasis-open.org/sarif/")
    driver = run["tool"]["driver"]
    assert driver["name"] == "gatewright"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids)
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in driver["rules"])
    for result in run["results"]:
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"].endswith("apiproxy/proxies/default.xml")
        assert location["region"]["startLine"] == 3
        assert location["region"]["startColumn"] >= 1
        assert location["region"]["snippet"]["text"].strip().startswith("<RouteRule")
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"]
    assert {result["level"] for result in run["results"]} == {"error", "warning"}


def test_a_finding_is_shown_with_its_line_and_says_why_and_how_to_mend_it(tmp_path: Path) -> None:
    shown = lint(folder(tmp_path, DOUBTFUL)).stdout.splitlines()
    assert shown[0].endswith(
        "default.xml:3:3: warning: unknown attribute 'x' in <RouteRule> [unknown-attribute]"
    )
    assert shown[1:3] == ["    |   <RouteRule x='1' name=\"none\"/>", "    |   ^"]
    assert shown[3].startswith("    why: ")
    assert shown[4].startswith("    mend: ")


@pytest.mark.parametrize(
    ("options", "status", "shows"),
    [
        (["--max-warnings", "0"], 1, True),
        (["--max-warnings", "1"], 0, True),
        (["--ignore", "unknown-attribute"], 0, False),
        (["--ignore", "PO007,unknown-"], 0, False),
        (["--ignore", "PO007", "--max-warnings", "0"], 1, True),
        (["--only", "TD,unknown-attribute"], 0, True),
        (["--only", "TD"], 0, False),
        (["--only", "TD", "--max-warnings", "0"], 0, False),
    ],
)
def test_warnings_can_be_selected_and_limited(
    tmp_path: Path, options: list[str], status: int, shows: bool
) -> None:
    result = lint(folder(tmp_path, DOUBTFUL), *options)
    assert (result.exit_code, bool(result.stdout)) == (status, shows), result.output


def test_an_error_is_reported_whatever_is_ignored(tmp_path: Path) -> None:
    result = lint(folder(tmp_path, BROKEN), "--ignore", "CC,PD", "--only", "TD")
    assert result.exit_code == 1
    assert ": error: " in result.stdout


def test_a_rule_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    result = lint(folder(tmp_path), "--ignore", "unknown-atribute")
    assert result.exit_code == 2
    assert "there is no rule 'unknown-atribute'; did you mean unknown-attribute?" in result.stderr


@pytest.mark.parametrize("tool", ["gatewright", "apigeelint"])
def test_a_comment_switches_a_warning_off(tmp_path: Path, tool: str) -> None:
    disabled = {
        path: text.replace("  <RouteRule", f"<!-- {tool} disable=unknown-attribute -->\n  <RouteRule")
        for path, text in DOUBTFUL.items()
    }
    assert lint(folder(tmp_path, disabled)).stdout == ""


def test_a_comment_does_not_switch_an_error_off(tmp_path: Path) -> None:
    disabled = {
        path: text.replace("  <RouteRule", "<!-- gatewright disable=CC005,PD001 -->\n  <RouteRule")
        for path, text in BROKEN.items()
    }
    assert lint(folder(tmp_path, disabled)).exit_code == 1


def test_a_shared_flow_is_checked_too(tmp_path: Path) -> None:
    flow = '<SharedFlow name="default"><Step><Name>AM-gone</Name></Step></SharedFlow>'
    root = tmp_path / "sharedflowbundle"
    (root / "sharedflows").mkdir(parents=True)
    (root / "sharedflows/default.xml").write_text(flow)
    (root / "common.xml").write_text('<SharedFlowBundle name="common"/>')
    result = lint(root, "-o", "brief")
    assert result.exit_code == 1
    assert f"{root}/sharedflows/default.xml:1:" in result.stdout
    assert "[BN010]" in result.stdout


def test_a_bundle_that_is_not_there_is_wrong_usage() -> None:
    result = lint("nowhere.zip")
    assert result.exit_code == 2
    assert "nowhere.zip" in result.stderr


@pytest.mark.parametrize("element", ["ScriptTarget", "HostedTarget"])
def test_a_node_target_is_one_error(tmp_path: Path, element: str) -> None:
    target = f'<TargetEndpoint name="default"><{element}/></TargetEndpoint>'
    result = lint(folder(tmp_path, HELLO | {"targets/default.xml": target}), "-o", "brief")
    errors = [line for line in result.stdout.splitlines() if ": error: " in line]
    assert len(errors) == 1, errors
    assert "Node.js targets are not run here: put the application behind a URL" in errors[0]

"""What every policy has in common: its names, its common XML, and the starter of the New Policy dialog."""

from typing import ClassVar

import pytest
from tests.support.bundles import Plain

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.source import parse_document
from gatewright.engine.faults import FaultSpec, fault
from gatewright.policies import POLICIES
from gatewright.policies.base import Policy, policy


def read(xml: str) -> tuple[Plain | None, list[str]]:
    document, problem = parse_document("apiproxy/policies/p.xml", xml.encode())
    assert document is not None, problem
    report = Report()
    return Plain.parse(document, report), [f"{finding.severity}: {finding.message}" for finding in report]


def test_the_common_xml_is_read() -> None:
    found, findings = read(
        '<Plain name="p 1" enabled="false" continueOnError="true" async="false" version="1">'
        "<DisplayName>P</DisplayName><Description>d</Description><FaultRules/>"
        '<Properties><Property name="a">b</Property></Properties></Plain>'
    )
    assert findings == []
    assert found is not None
    assert (found.name, found.enabled, found.continue_on_error) == ("p 1", False, True)
    assert (found.display_name, found.description, dict(found.properties)) == ("P", "d", {"a": "b"})


def test_a_policy_is_enabled_and_stops_the_flow_unless_it_says_otherwise() -> None:
    found, _ = read('<Plain name="p"/>')
    assert found is not None
    assert (found.enabled, found.continue_on_error, found.failed_variable) == (True, False, "plain.p.failed")


@pytest.mark.parametrize(
    ("xml", "finding"),
    [
        ('<Plain name="p" async="true"/>', "warning: attribute 'async' has no effect: "),
        ('<Plain name="p" version="2"/>', "warning: attribute 'version' has no effect: "),
        (
            '<Plain name="p"><FaultRules><FaultRule/></FaultRules></Plain>',
            "warning: <FaultRules> has no effect",
        ),
        (
            '<Plain name="p" enabled="no"/>',
            "error: attribute 'enabled' of <Plain> is 'no', not true or false",
        ),
        ("<Plain/>", "error: attribute 'name' is missing or empty in <Plain>"),
    ],
)
def test_what_has_no_effect_or_no_meaning_is_said(xml: str, finding: str) -> None:
    _, (found,) = read(xml)
    assert found.startswith(finding)


@policy(category="Mediation", display="Sample", prefix="sample", root="XMLSample", is_edge=False)
class Sample(Plain):
    """A policy whose root element is not named like its class."""

    second: ClassVar[FaultSpec] = fault("a.Second", 500, "second")
    first: ClassVar[FaultSpec] = fault("a.First", 500, "first")
    starter = '<XMLSample name="$NAME"><DisplayName>$DISPLAY_NAME</DisplayName></XMLSample>'


def test_the_decorator_says_where_a_policy_belongs() -> None:
    assert (Sample.type.root, Sample.xml_name, Sample.type.category) == (
        "XMLSample",
        "XMLSample",
        "Mediation",
    )
    assert not Sample.type.is_edge


def test_faults_are_listed_as_they_are_declared() -> None:
    assert [spec.name for spec in Sample.faults()] == ["Second", "First"]


def test_a_starter_takes_names_with_any_characters() -> None:
    document, _ = parse_document("p.xml", Sample.new_xml('a"<&b', "<P> & $NAME").encode())
    assert document is not None
    found = Sample.parse(document, Report())
    assert found is not None
    assert (found.name, found.display_name) == ('a"<&b', "<P> & $NAME")


@pytest.mark.parametrize("each", [each for each in POLICIES if each.starter], ids=lambda each: each.__name__)
def test_every_starter_is_a_policy_without_findings(each: type[Policy]) -> None:
    document, problem = parse_document("p.xml", each.new_xml("New-1", "New 1").encode())
    assert document is not None, problem
    report = Report()
    found = each.parse(document, report)
    assert list(report) == []
    assert found is not None
    assert (found.name, document.root.tag) == ("New-1", each.type.root)

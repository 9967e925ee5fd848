"""JavaCallout is kept at import and refused at deployment, by the name of its class."""

import pytest
from tests.policies.support import findings

from gatewright.policies.java_callout import JavaCallout

XML = (
    '<JavaCallout name="J"><ClassName>com.example.Sign</ClassName><ResourceURL>java://s.jar</ResourceURL>'
    "</JavaCallout>"
)


@pytest.mark.parametrize(
    ("xml", "named"),
    [(XML, "the Java class com.example.Sign"), ('<JavaCallout name="J"/>', "the Java class")],
)
def test_deployment_is_refused_and_says_what_to_use_instead(xml: str, named: str) -> None:
    (finding,) = findings(JavaCallout, xml)
    assert finding.severity == "error"
    assert finding.message == f"{named} cannot be run: replace the policy by JavaScript or a ServiceCallout"
    assert finding.rule == "unsupported-policy"

"""Policies that are only recognised: kept whole, deployable with a warning, and a fault when run."""

import pytest
from tests.policies.support import findings, run

from gatewright.policies.unsupported import Unsupported

XML = '<Ldap name="L" continueOnError="false" other="x"><LdapResource>r</LdapResource><Search/></Ldap>'


@pytest.mark.parametrize("xml", [XML, f"<!-- first -->\n{XML}"])
def test_deployment_warns_by_the_root_element(xml: str) -> None:
    (finding,) = findings(Unsupported, xml)
    assert (finding.severity, finding.rule) == ("warning", "unsupported-policy")
    assert finding.message == "<Ldap> is recognised but not carried out: a step that runs it faults"


def test_a_step_that_runs_it_faults_by_name() -> None:
    outcome = run(Unsupported, XML)
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.status) == ("steps.gatewright.PolicyNotSupported", 501)
    assert outcome.fault.message == "Policy L cannot be executed: Ldap is not supported"

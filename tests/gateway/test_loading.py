"""A worker compiles what is deployed at its place, or says which file and line keeps it from that."""

import pytest
from tests.support.bundles import COMPLETE
from tests.support.ports import make_ports

from gatewright.bundle.archive import write_zip
from gatewright.engine.shared_flows import SharedFlows
from gatewright.entities import (
    TOO_MANY_REQUESTS_PROPERTY,
    Configuration,
    Deployment,
    Organization,
    Properties,
    Property,
)
from gatewright.gateway.deployer import CannotServe, Flows
from gatewright.gateway.loading import loader, surroundings_of
from gatewright.policies import policy_types

DEPLOYMENT = Deployment(
    api_proxy="p",
    organization="myorg",
    environment="test",
    name="4",
    revision="4",
    configuration=Configuration(base_path="/x", config_version="SHA-512:0"),
)


NO_FLOWS = Flows(SharedFlows({}))


def organization(answers_too_many_requests: str) -> Organization:
    switch = Property(name=TOO_MANY_REQUESTS_PROPERTY, value=answers_too_many_requests)
    return Organization(name="myorg", properties=Properties(property=(switch,)))


def zipped(**changes: str) -> bytes:
    files = dict(COMPLETE) | {f"{name}/default.xml": text for name, text in changes.items()}
    return write_zip({f"apiproxy/{path}": text.encode() for path, text in files.items()})


def test_a_bundle_is_compiled_for_where_it_is_deployed() -> None:
    proxy = loader(policy_types(), make_ports())(DEPLOYMENT, zipped(), organization("true"), NO_FLOWS)
    place = proxy.place
    assert (place.organization, place.environment, place.proxy, place.revision) == ("myorg", "test", "p", "4")
    assert proxy.endpoints[0].base_path == "/x/p"


def test_what_keeps_a_bundle_from_serving_is_told_with_file_and_line() -> None:
    load = loader(policy_types(), make_ports())
    broken = COMPLETE["targets/default.xml"].replace("http://", "ftp://")
    with pytest.raises(CannotServe, match=r"targets/default\.xml:2.*ftp"):
        load(DEPLOYMENT, zipped(targets=broken), organization("true"), NO_FLOWS)


@pytest.mark.parametrize(("value", "answers"), [("true", True), ("false", False)])
def test_the_organizations_switches_reach_its_policies(value: str, answers: bool) -> None:
    assert (
        surroundings_of(DEPLOYMENT, organization(value), NO_FLOWS).features.answers_too_many_requests
        is answers
    )

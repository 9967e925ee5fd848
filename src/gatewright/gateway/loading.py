"""How a worker turns a deployment's bundle into a compiled proxy."""

from collections.abc import Mapping

from gatewright.engine.compiler import OrganizationFeatures
from gatewright.engine.context import Place
from gatewright.engine.load import load_proxy
from gatewright.engine.ports import Ports
from gatewright.engine.proxy import CompiledProxy
from gatewright.engine.surroundings import Surroundings
from gatewright.entities import Deployment, Organization
from gatewright.gateway.deployer import CannotServe, Flows, Load
from gatewright.policies.base import Policy


def loader(policy_types: Mapping[str, type[Policy]], ports: Ports) -> Load:
    """Compiles bundles with these policies and ports. What a deploy has let in may still fail here."""

    def load(
        deployment: Deployment, bundle: bytes, organization: Organization, flows: Flows
    ) -> CompiledProxy:
        surroundings = surroundings_of(deployment, organization, flows)
        compiled, report = load_proxy(bundle, policy_types, surroundings, ports)
        if compiled is None:
            raise CannotServe("; ".join(str(each) for each in report.errors))
        return compiled

    return load


def surroundings_of(deployment: Deployment, organization: Organization, flows: Flows) -> Surroundings:
    """Where the deployment puts its bundle. Virtual hosts were checked when it was deployed."""
    place = Place(
        organization=deployment.organization,
        environment=deployment.environment,
        proxy=deployment.api_proxy,
        revision=deployment.revision,
        deployment_base_path=deployment.configuration.base_path,
    )
    features = OrganizationFeatures(organization.answers_too_many_requests)
    return Surroundings(place, None, features, flows.shared, flows.hooks)

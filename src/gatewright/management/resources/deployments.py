"""Deployments. A deploy answers when every worker serves it; `server` has one entry per worker."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.responses import Response

from gatewright.entities import BundleKind, Deployment
from gatewright.management.call import Call, revision_number
from gatewright.management.errors import Refused, findings
from gatewright.management.resources.bundle_nouns import BUNDLE_NOUNS, BundleNoun
from gatewright.management.resources.deployment_shape import (
    DeployedNow,
    EnvironmentDeployments,
    OrganizationDeployments,
    ProxyDeployments,
    ProxyInEnvironment,
    RevisionDeployments,
    by_environment,
    by_revision,
    deployed_now,
    environments_of,
    environments_with_proxies,
    proxies_of,
)
from gatewright.management.routes import FORM, Method, Parameter, Path, route
from gatewright.management.wire import read_bytes
from gatewright.operations.deployments import (
    deploy,
    get_deployment,
    get_deployments,
    list_deployments,
    undeploy,
)


async def _parameters(call: Call) -> Mapping[str, str]:
    """Of the query and of a form body alike; clients put them in either. Raises BodyTooLarge."""
    body = (await read_bytes(call.request)).decode("utf-8", "replace")
    return {**dict(parse_qsl(body)), **call.request.query_params}


async def deploy_revision(call: Call) -> Response:
    """Deploy a revision; the answer comes when every worker serves it.

    Parameters may stand in the query or in a form. What cannot run is refused with all that is wrong, and
    what was deployed before goes on being served.
    """
    given = await _parameters(call)
    return await _act(call, call["environment"], call.revision, given)


async def act_on_proxy(call: Call) -> Response:
    """Deploy or undeploy in the older form, where the environment is a parameter."""
    given = await _parameters(call)
    number = call.names.get("revision") or given.get("revision", "")
    if not given.get("env") or not number:
        raise Refused(400, "management.MissingParameter", "the parameters env and revision are needed")
    return await _act(call, given["env"], revision_number(number), given)


async def _act(call: Call, environment: str, number: int, given: Mapping[str, str]) -> Response:
    action = given.get("action", "deploy")
    if action == "deploy":
        return await _deploy(call, environment, number, given)
    if action == "undeploy":
        return await _undeploy(call, environment, number)
    raise Refused(400, "management.InvalidAction", f"action must be deploy or undeploy, not {action!r}")


async def _deploy(call: Call, environment: str, number: int, given: Mapping[str, str]) -> Response:
    deployed = await deploy(
        call.store,
        call.organization,
        environment,
        call.proxy,
        number,
        check=call.management.check,
        override=given.get("override", "").lower() == "true",
        base_path=given.get("basepath") or "/",
        time_limit_s=call.management.time_limit_s,
        kind=call.kind,
    )
    return call.reply(deployed_now(deployed, findings(deployed.diagnostics)))


async def undeploy_revision(call: Call) -> Response:
    """Undeploy a revision; the answer comes when no worker serves it any more."""
    return await _undeploy(call, call["environment"], call.revision)


async def _undeploy(call: Call, environment: str, number: int) -> Response:
    was = await undeploy(
        call.store,
        call.organization,
        environment,
        call.proxy,
        number,
        time_limit_s=call.management.time_limit_s,
        kind=call.kind,
    )
    return call.reply(was)


async def of_revision_in_environment(call: Call) -> Response:
    """How far each worker is with a deployment."""
    found = await get_deployment(
        call.store, call.organization, call["environment"], call.proxy, call.revision, call.kind
    )
    return call.reply(found)


async def of_proxy_in_environment(call: Call) -> Response:
    """The revisions that one environment serves."""
    found = await get_deployments(call.store, call.organization, call["environment"], call.proxy, call.kind)
    shown = ProxyInEnvironment(
        environment=call["environment"],
        name=call.proxy,
        organization=call.organization,
        revision=by_revision(found),
    )
    return call.reply(shown)


async def of_proxy(call: Call) -> Response:
    found = await list_deployments(call.store, call.organization, proxy=call.proxy, kind=call.kind)
    shown = ProxyDeployments(
        environment=environments_of(found), name=call.proxy, organization=call.organization
    )
    return call.reply(shown)


async def of_revision(call: Call) -> Response:
    """Where a revision is deployed."""
    number = call.revision
    found = await list_deployments(call.store, call.organization, proxy=call.proxy, kind=call.kind)
    shown = RevisionDeployments(
        api_proxy=call.proxy,
        environment=by_environment(each for each in found if each.number == number),
        name=str(number),
        organization=call.organization,
    )
    return call.reply(shown)


async def of_environment(call: Call) -> Response:
    """The API proxies, or the shared flows, that an environment serves."""
    found = await list_deployments(
        call.store, call.organization, call["environment"], kind=_kind_asked_for(call)
    )
    shown = EnvironmentDeployments(
        api_proxy=proxies_of(found), name=call["environment"], organization=call.organization
    )
    return call.reply(shown)


def _kind_asked_for(call: Call) -> BundleKind:
    return "sharedflow" if call.is_set("sharedFlows") else "apiproxy"


async def of_organization(call: Call) -> Response:
    """The API proxies, or the shared flows, that the organization has deployed."""
    found = await list_deployments(call.store, call.organization, kind=_kind_asked_for(call))
    return call.reply(
        OrganizationDeployments(environment=environments_with_proxies(found), name=call.organization)
    )


_OVERRIDE = Parameter("override", "`true` to take the place of the other revisions, without a gap.")
_ACTION = Parameter("action", "`deploy`, which is meant without it, or `undeploy`.")
_DELAY = Parameter("delay", "Accepted and without effect: calls under way always finish where they began.")
_BASE_PATH = Parameter("basepath", "A path before the base paths of the proxy's endpoints.")
_HOW: Mapping[BundleKind, tuple[Parameter, ...]] = {
    "apiproxy": (_ACTION, _OVERRIDE, _BASE_PATH, _DELAY),
    "sharedflow": (_ACTION, _OVERRIDE, _DELAY),
}
_ENV = Parameter("env", "The environment.", is_required=True)
_REVISION = Parameter("revision", "The revision's number.", is_required=True)
_SHARED_FLOWS = (Parameter("sharedFlows", "`true` for shared flows instead of API proxies."),)


def _routes(noun: BundleNoun) -> tuple[Path, ...]:
    kind, how = noun.kind, _HOW[noun.kind]
    deploying = Method(deploy_revision, {200: (DeployedNow, Deployment)}, body=FORM, query=how)
    acting_on_revision = Method(act_on_proxy, {200: (DeployedNow, Deployment)}, body=FORM, query=(_ENV, *how))
    acting_on_proxy = Method(
        act_on_proxy, {200: (DeployedNow, Deployment)}, body=FORM, query=(_REVISION, _ENV, *how)
    )
    of_one = Method(of_proxy, {200: ProxyDeployments}, about=f"Where {noun.a} is deployed")
    return (
        route(
            f"{noun.in_environment}/revisions/{{revision}}/deployments",
            kind=kind,
            GET=Method(of_revision_in_environment, {200: Deployment}),
            POST=deploying,
            PUT=deploying,
            DELETE=Method(undeploy_revision, {200: Deployment}),
        ),
        route(
            f"{noun.in_environment}/deployments",
            kind=kind,
            GET=Method(of_proxy_in_environment, {200: ProxyInEnvironment}),
        ),
        route(f"{noun.one}/deployments", kind=kind, GET=of_one, POST=acting_on_proxy),
        route(
            f"{noun.revision}/deployments",
            kind=kind,
            GET=Method(of_revision, {200: RevisionDeployments}),
            POST=acting_on_revision,
        ),
    )


ROUTES = (
    *(path for noun in BUNDLE_NOUNS for path in _routes(noun)),
    route(
        "/organizations/{organization}/environments/{environment}/deployments",
        GET=Method(of_environment, {200: EnvironmentDeployments}, query=_SHARED_FLOWS),
    ),
    route(
        "/organizations/{organization}/deployments",
        GET=Method(of_organization, {200: OrganizationDeployments}, query=_SHARED_FLOWS),
    ),
)

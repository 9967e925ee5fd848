"""Deployments. A deploy answers when every worker serves it; `server` has one entry per worker."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.responses import Response

from gatewright.entities import Deployment
from gatewright.management.call import Call, revision_number
from gatewright.management.errors import Refused, findings
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
from gatewright.management.routes import FORM, Method, Parameter, route
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
        call["proxy"],
        number,
        check=call.management.check,
        override=given.get("override", "").lower() == "true",
        base_path=given.get("basepath") or "/",
        time_limit_s=call.management.time_limit_s,
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
        call["proxy"],
        number,
        time_limit_s=call.management.time_limit_s,
    )
    return call.reply(was)


async def of_revision_in_environment(call: Call) -> Response:
    """How far each worker is with a deployment."""
    found = await get_deployment(
        call.store, call.organization, call["environment"], call["proxy"], call.revision
    )
    return call.reply(found)


async def of_proxy_in_environment(call: Call) -> Response:
    """The revisions of a proxy that one environment serves."""
    found = await get_deployments(call.store, call.organization, call["environment"], call["proxy"])
    shown = ProxyInEnvironment(
        environment=call["environment"],
        name=call["proxy"],
        organization=call.organization,
        revision=by_revision(found),
    )
    return call.reply(shown)


async def of_proxy(call: Call) -> Response:
    """Where a proxy is deployed."""
    found = await list_deployments(call.store, call.organization, proxy=call["proxy"])
    shown = ProxyDeployments(
        environment=environments_of(found), name=call["proxy"], organization=call.organization
    )
    return call.reply(shown)


async def of_revision(call: Call) -> Response:
    """Where a revision is deployed."""
    number = call.revision
    found = await list_deployments(call.store, call.organization, proxy=call["proxy"])
    shown = RevisionDeployments(
        api_proxy=call["proxy"],
        environment=by_environment(each for each in found if each.number == number),
        name=str(number),
        organization=call.organization,
    )
    return call.reply(shown)


async def of_environment(call: Call) -> Response:
    """All that an environment serves."""
    found = await list_deployments(call.store, call.organization, call["environment"])
    shown = EnvironmentDeployments(
        api_proxy=proxies_of(found), name=call["environment"], organization=call.organization
    )
    return call.reply(shown)


async def of_organization(call: Call) -> Response:
    """All that the organization has deployed."""
    found = await list_deployments(call.store, call.organization)
    return call.reply(
        OrganizationDeployments(environment=environments_with_proxies(found), name=call.organization)
    )


ENVIRONMENT = "/organizations/{organization}/environments/{environment}"
PROXY = "/organizations/{organization}/apis/{proxy}"

_HOW = (
    Parameter("action", "`deploy`, which is meant without it, or `undeploy`."),
    Parameter("override", "`true` to take the place of the proxy's other revisions, without a gap."),
    Parameter("basepath", "A path before the base paths of the proxy's endpoints."),
    Parameter("delay", "Accepted and without effect: calls under way always finish where they began."),
)
_ENV = Parameter("env", "The environment.", is_required=True)
_REVISION = Parameter("revision", "The revision's number.", is_required=True)
_DEPLOY = Method(deploy_revision, {200: (DeployedNow, Deployment)}, body=FORM, query=_HOW)
ROUTES = (
    route(
        f"{ENVIRONMENT}/apis/{{proxy}}/revisions/{{revision}}/deployments",
        GET=Method(of_revision_in_environment, {200: Deployment}),
        POST=_DEPLOY,
        PUT=_DEPLOY,
        DELETE=Method(undeploy_revision, {200: Deployment}),
    ),
    route(
        f"{ENVIRONMENT}/apis/{{proxy}}/deployments",
        GET=Method(of_proxy_in_environment, {200: ProxyInEnvironment}),
    ),
    route(f"{ENVIRONMENT}/deployments", GET=Method(of_environment, {200: EnvironmentDeployments})),
    route(
        f"{PROXY}/deployments",
        GET=Method(of_proxy, {200: ProxyDeployments}),
        POST=Method(
            act_on_proxy, {200: (DeployedNow, Deployment)}, body=FORM, query=(_REVISION, _ENV, *_HOW)
        ),
    ),
    route(
        f"{PROXY}/revisions/{{revision}}/deployments",
        GET=Method(of_revision, {200: RevisionDeployments}),
        POST=Method(act_on_proxy, {200: (DeployedNow, Deployment)}, body=FORM, query=(_ENV, *_HOW)),
    ),
    route(
        "/organizations/{organization}/deployments",
        GET=Method(of_organization, {200: OrganizationDeployments}),
    ),
)

"""Deployments, as Edge shows them by environment, by proxy and by revision.

A deploy answers when every worker serves it; `server` has one entry per worker.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response

from gatewright.entities import Deployment
from gatewright.management.call import Call, route
from gatewright.management.errors import Refused
from gatewright.management.resources.proxies import warnings
from gatewright.management.wire import read_bytes
from gatewright.operations.deployments import (
    Deployed,
    deploy,
    get_deployment,
    get_deployments,
    list_deployments,
    undeploy,
)

Json = dict[str, object]


async def parameters(call: Call) -> Mapping[str, str]:
    """Of the query and of a form body alike; clients put them in either. Raises BodyTooLarge."""
    body = (await read_bytes(call.request)).decode("utf-8", "replace")
    is_json = body.lstrip().startswith("{")
    return {**({} if is_json else dict(parse_qsl(body))), **call.request.query_params}


async def deploy_revision(call: Call) -> Response:
    given = await parameters(call)
    action = given.get("action", "deploy")
    if action == "undeploy":
        return await undeploy_revision(call)
    if action != "deploy":
        raise Refused(400, "management.InvalidAction", f"action must be deploy or undeploy, not {action!r}")
    return call.reply(await _deployed(call, call["environment"], call.revision, given))


async def _deployed(call: Call, environment: str, number: int, given: Mapping[str, str]) -> Json:
    done = await deploy(
        call.store,
        call.organization,
        environment,
        call["proxy"],
        number,
        check=call.management.check,
        override=given.get("override", "").lower() == "true",
        base_path=given.get("basepath") or "/",
    )
    return _outcome(done)


def _outcome(done: Deployed) -> Json:
    shown: Json = msgspec.to_builtins(done.deployment)
    return {**shown, "warnings": warnings(done.diagnostics)}


async def undeploy_revision(call: Call) -> Response:
    was = await undeploy(call.store, call.organization, call["environment"], call["proxy"], call.revision)
    return call.reply(was)


async def act_on_proxy(call: Call) -> Response:
    """The older form: `action`, `revision` and `env` are parameters."""
    given = await parameters(call)
    action, environment = given.get("action", "deploy"), given.get("env", "")
    number = call.request.path_params.get("revision") or given.get("revision", "")
    if not environment or not number.isascii() or not number.isdigit():
        raise Refused(400, "management.MissingParameter", "the parameters env and revision are needed")
    if action == "deploy":
        return call.reply(await _deployed(call, environment, int(number), given))
    if action == "undeploy":
        was = await undeploy(call.store, call.organization, environment, call["proxy"], int(number))
        return call.reply(was)
    raise Refused(400, "management.InvalidAction", f"action must be deploy or undeploy, not {action!r}")


async def of_revision_in_environment(call: Call) -> Response:
    found = await get_deployment(
        call.store, call.organization, call["environment"], call["proxy"], call.revision
    )
    return call.reply(found)


async def of_proxy_in_environment(call: Call) -> Response:
    found = await get_deployments(call.store, call.organization, call["environment"], call["proxy"])
    return call.reply(
        {
            "environment": call["environment"],
            "name": call["proxy"],
            "organization": call.organization,
            "revision": [_entry(each) for each in found],
        },
        root="Deployment",
    )


async def of_proxy(call: Call) -> Response:
    found = await list_deployments(call.store, call.organization, proxy=call["proxy"])
    return call.reply(
        {"environment": _by_environment(found), "name": call["proxy"], "organization": call.organization},
        root="Deployment",
    )


async def of_revision(call: Call) -> Response:
    found = await list_deployments(call.store, call.organization, proxy=call["proxy"])
    its = [each for each in found if each.number == call.revision]
    return call.reply(
        {
            "aPIProxy": call["proxy"],
            "environment": [{**_entry(each), "name": each.environment} for each in its],
            "name": call["revision"],
            "organization": call.organization,
        },
        root="Deployment",
    )


async def of_environment(call: Call) -> Response:
    found = await list_deployments(call.store, call.organization, call["environment"])
    return call.reply(
        {"aPIProxy": _by_proxy(found), "name": call["environment"], "organization": call.organization},
        root="Deployment",
    )


async def of_organization(call: Call) -> Response:
    found = await list_deployments(call.store, call.organization)
    environments = [
        {"aPIProxy": _by_proxy(group), "name": name}
        for name, group in groupby(found, key=lambda each: each.environment)
    ]
    return call.reply({"environment": environments, "name": call.organization}, root="Deployment")


def _by_environment(found: Iterable[Deployment]) -> list[Json]:
    return [
        {"name": name, "revision": [_entry(each) for each in group]}
        for name, group in groupby(found, key=lambda each: each.environment)
    ]


def _by_proxy(found: Iterable[Deployment]) -> list[Json]:
    return [
        {"name": name, "revision": [_entry(each) for each in group]}
        for name, group in groupby(found, key=lambda each: each.api_proxy)
    ]


def _entry(deployment: Deployment) -> Json:
    """One revision's deployment inside a list."""
    shown: Json = msgspec.to_builtins(deployment)
    return {name: shown[name] for name in ("configuration", "name", "server", "state")}


ENVIRONMENT = "/organizations/{organization}/environments/{environment}"
ROUTES = (
    route(
        f"{ENVIRONMENT}/apis/{{proxy}}/revisions/{{revision}}/deployments",
        GET=of_revision_in_environment,
        POST=deploy_revision,
        PUT=deploy_revision,
        DELETE=undeploy_revision,
    ),
    route(f"{ENVIRONMENT}/apis/{{proxy}}/deployments", GET=of_proxy_in_environment),
    route(f"{ENVIRONMENT}/deployments", GET=of_environment),
    route("/organizations/{organization}/apis/{proxy}/deployments", GET=of_proxy, POST=act_on_proxy),
    route(
        "/organizations/{organization}/apis/{proxy}/revisions/{revision}/deployments",
        GET=of_revision,
        POST=act_on_proxy,
    ),
    route("/organizations/{organization}/deployments", GET=of_organization),
)

"""Whether a bundle can be deployed, as far as its files and the environment's names tell."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches

from gatewright.bundle.check_connections import (
    check_connection,
    check_http_connection,
    check_http_target,
    check_local_target,
    conflicting_base_paths,
)
from gatewright.bundle.connections import HTTPTargetConnection, LocalTargetConnection
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Node
from gatewright.bundle.model import Bundle, P, ProxyEndpoint, Step, TargetEndpoint
from gatewright.bundle.values import ConditionText, Ref, ResourceUrl
from gatewright.expr import ConditionError, parse_condition

_POLICY_NAME = re.compile(r"[A-Za-z0-9._\-$ %]{1,255}")


def _nothing_there(_url: str) -> bool:
    return False


def check_bundle(
    bundle: Bundle[P],
    report: Report,
    virtual_hosts: frozenset[str] | None = None,
    has_resource: Callable[[str], bool] = _nothing_there,
) -> None:
    """Add to the report what keeps the bundle from being deployed, and what will not do what it seems to.

    virtual_hosts: the names that the environment has; None when they are not known.
    has_resource: whether the environment or the organization has the resource of a URL that the bundle lacks.
    """
    if bundle.kind == "apiproxy" and not bundle.proxy_endpoints:
        report.file_error("there is no proxy endpoint", f"{bundle.kind}/proxies", rule="no-endpoint")
    if bundle.kind == "sharedflowbundle" and not bundle.shared_flows:
        report.file_error("there is no shared flow", f"{bundle.kind}/sharedflows", rule="no-endpoint")
    for proxy_endpoint in bundle.proxy_endpoints:
        _check_proxy_endpoint(proxy_endpoint, bundle, report, virtual_hosts)
    conflicting_base_paths(bundle.proxy_endpoints, report)
    for target_endpoint in bundle.target_endpoints:
        _check_flows(target_endpoint, report)
        check_connection(target_endpoint, report)
    for policy in bundle.policies.values():
        _check_name(policy, report)
        policy.check(report)
    _check_values(bundle, report, has_resource)


def _check_proxy_endpoint(
    endpoint: ProxyEndpoint, bundle: Bundle[P], report: Report, virtual_hosts: frozenset[str] | None
) -> None:
    _check_flows(endpoint, report)
    check_http_connection(endpoint, report, virtual_hosts)
    targets = {target.name for target in bundle.target_endpoints}
    for rule in endpoint.route_rules:
        if rule.integration_endpoint is not None:
            report.error("integrations exist only in Apigee X", rule.source, rule="unsupported-target")
        elif rule.target_endpoint is not None and rule.target_endpoint not in targets:
            message = (
                f"there is no target endpoint {rule.target_endpoint!r}{_hint(rule.target_endpoint, targets)}"
            )
            report.error(message, rule.source, rule="unknown-target")
    _warn_unreachable("route rule", endpoint.route_rules, report)


def _check_flows(endpoint: ProxyEndpoint | TargetEndpoint, report: Report) -> None:
    _warn_unreachable("flow", endpoint.flows, report)


def _warn_unreachable(what: str, rules: Iterable[Node], report: Report) -> None:
    """Of flows and route rules one without a condition always holds: none after it is reached."""
    always: Node | None = None
    for rule in rules:
        if always is not None:
            line = always.source.line
            report.warning(
                f"this {what} is never reached: the one in line {line} has no condition",
                rule.source,
                rule="unreachable",
            )
        elif getattr(rule, "condition", None) is None:
            always = rule


def _check_name(policy: P, report: Report) -> None:
    if _POLICY_NAME.fullmatch(policy.name) is None:
        report.error(
            f"a policy's name holds 1 to 255 letters, digits, spaces and ._-$% only, not {policy.name!r}",
            policy.source,
            rule="invalid-name",
        )


def _check_values(bundle: Bundle[P], report: Report, has_resource: Callable[[str], bool]) -> None:
    """Look at every step, condition, connection and resource URL, wherever in the bundle it stands."""
    roots: tuple[object, ...] = (
        *bundle.proxy_endpoints,
        *bundle.target_endpoints,
        *bundle.shared_flows,
        *bundle.policies.values(),
    )
    for value in _walk(roots):
        if isinstance(value, Step):
            _check_step(value, bundle, report)
        elif isinstance(value, ConditionText):
            _check_condition(value, report)
        elif isinstance(value, ResourceUrl):
            _check_resource(value, bundle, report, has_resource)
        elif isinstance(value, HTTPTargetConnection):
            check_http_target(value, report)
        elif isinstance(value, LocalTargetConnection):
            check_local_target(value, report)


def _walk(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        yield value
        if isinstance(value, tuple):
            yield from _walk(value)
        elif isinstance(value, Node | Ref) and dataclasses.is_dataclass(value):
            yield from _walk(getattr(value, field.name) for field in dataclasses.fields(value))


def _check_step(step: Step, bundle: Bundle[P], report: Report) -> None:
    name = step.policy
    if not name:
        report.error("the step names no policy", step.source, rule="missing-value")
    elif name not in bundle.policies and name not in bundle.unusable:
        message = f"there is no policy {name!r} in the bundle{_hint(name, bundle.policies)}"
        report.error(message, step.source, rule="unknown-policy")
    if step.name is None and step.bare_name:
        report.warning("write the policy's name in a <Name> element", step.source, rule="bare-step")


def _check_condition(condition: ConditionText, report: Report) -> None:
    try:
        parsed = parse_condition(condition.text)
    except ConditionError as error:
        message = f"the condition does not parse: {error.message}"
        report.error(message, condition.at(error.start), rule=error.rule)
        return
    for warning in parsed.warnings:
        report.warning(warning.message, condition.at(warning.start), rule=warning.rule)


def _check_resource(
    url: ResourceUrl, bundle: Bundle[P], report: Report, has_resource: Callable[[str], bool]
) -> None:
    if not url.scheme:
        message = f"{url.text!r} is not the address of a resource, such as jsc://file.js"
        report.error(message, url.source, rule="resource")
    elif url.text not in bundle.resources and not has_resource(url.text):
        message = f"there is no resource {url.text}{_hint(url.text, bundle.resources)}"
        report.error(message, url.source, rule="resource")


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, known, 1, 0.75)
    return f"; did you mean {close[0]!r}?" if close else ""

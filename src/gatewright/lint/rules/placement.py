"""EP002: elements of endpoints in places where nothing reads them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from gatewright.bundle.readers import ANY_ELEMENT, local_name
from gatewright.lint.rule import Adoption, Found, Place, Rule
from gatewright.lint.subject import Endpoint, Subject
from gatewright.lint.xml import at, children, elements_of
from gatewright.xml import Element

_HTTP_CHECK = (
    "ConnectTimeoutInSec SocketReadTimeoutInSec UseTargetServerSSLInfo Payload IsSSL TrustAllSSL Port Verb "
    "Path Header IncludeHealthCheckIdHeader"
)
_ENDPOINT = "Description FaultRules DefaultFaultRule PreFlow Flows PostFlow EventFlow"

# What an element of that name may hold. Steps, conditions and properties have rules of their own.
_CHILDREN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset(allowed.split())
        for name, allowed in {
            "ProxyEndpoint": _ENDPOINT + " PostClientFlow HTTPProxyConnection RouteRule",
            "TargetEndpoint": _ENDPOINT
            + " HTTPTargetConnection LocalTargetConnection HostedTarget ScriptTarget",
            "SharedFlow": "Step",
            "Step": "Name Condition FaultRules",
            "Request": "Step",
            "Response": "Step",
            "Flows": "Flow",
            "Flow": "Description Condition Request Response",
            "RouteRule": "Condition TargetEndpoint URL IntegrationEndpoint",
            "DefaultFaultRule": "Step AlwaysEnforce Condition",
            "HTTPTargetConnection": "URL LoadBalancer Path Properties SSLInfo HealthMonitor Authentication",
            "LoadBalancer": "Algorithm Server MaxFailures ServerUnhealthyResponse RetryEnabled "
            "TargetDisableSecs",
            "HealthMonitor": "IsEnabled IntervalInSec HTTPMonitor TCPMonitor",
            "HTTPMonitor": "Request SuccessResponse",
            "TCPMonitor": "ConnectTimeoutInSec Port",
            "SuccessResponse": "ResponseCode Header",
            "SSLInfo": "Enabled Enforce ClientAuthEnabled KeyStore KeyAlias TrustStore Ciphers Protocols "
            "IgnoreValidationErrors CommonName",
        }.items()
    }
)
# Where an element of that name belongs, as far as its name alone says.
_PARENTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        name: frozenset(allowed.split())
        for name, allowed in {
            "Step": "Request Response FaultRule DefaultFaultRule SharedFlow",
            "Request": "PreFlow Flow PostFlow PostClientFlow HTTPMonitor",
            "Response": "PreFlow Flow PostFlow PostClientFlow EventFlow",
            "Flow": "Flows",
            "Flows": "ProxyEndpoint TargetEndpoint",
            "RouteRule": "ProxyEndpoint",
            "DefaultFaultRule": "ProxyEndpoint TargetEndpoint",
            "HTTPTargetConnection": "TargetEndpoint",
            "LoadBalancer": "HTTPTargetConnection",
            "HealthMonitor": "HTTPTargetConnection",
            "HTTPMonitor": "HealthMonitor",
            "TCPMonitor": "HealthMonitor",
            "SuccessResponse": "HTTPMonitor",
        }.items()
    }
)
_ROOTS: Final = frozenset({"ProxyEndpoint", "TargetEndpoint", "SharedFlow"})
_CONNECTIONS: Final = ("HTTPTargetConnection", "LocalTargetConnection", "HostedTarget", "ScriptTarget")
_SINGLE: Final = ("FaultRules", "DefaultFaultRule", "Flows")


def _misplaced(subject: Subject) -> Iterator[Found]:
    """At most one finding for an element."""
    for endpoint in subject.endpoints:
        seen: set[Place] = set()
        for found in _in_endpoint(endpoint):
            if found.place not in seen:
                seen.add(found.place)
                yield found


def _in_endpoint(endpoint: Endpoint) -> Iterator[Found]:
    for element in endpoint.root.iter(ANY_ELEMENT):
        yield from _of_element(element)
    for name in _SINGLE:
        for extra in children(endpoint.root, name)[1:]:
            yield Found(extra, f"<{name}> stands twice in the endpoint")
    if endpoint.kind == "TargetEndpoint":
        yield from _connection(endpoint.root)


def _of_element(element: Element) -> Iterator[Found]:
    name = local_name(element)
    parent = element.getparent()
    parent_name = "" if parent is None else local_name(parent)
    homes = _PARENTS.get(name)
    if homes is not None and parent_name not in homes and parent_name not in _ROOTS:
        yield Found(element, f"<{name}> has no place in <{parent_name}>")
    allowed = _allowed(name, parent_name)
    for part in elements_of(element):
        if allowed is not None and local_name(part) not in allowed:
            yield Found(part, f"<{local_name(part)}> has no place in <{name}>")


def _allowed(name: str, parent: str) -> frozenset[str] | None:
    if name == "Request" and parent == "HTTPMonitor":
        return frozenset(_HTTP_CHECK.split())
    return _CHILDREN.get(name)


def _connection(root: Element) -> Iterator[Found]:
    found = children(root, *_CONNECTIONS)
    if not found:
        yield Found(root, "the target endpoint has no connection")
    for extra in found[1:]:
        yield Found(
            extra,
            f"<{local_name(extra)}> stands beside <{local_name(found[0])}>: a target has one connection",
        )
    monitors = at(root, "HTTPTargetConnection/HealthMonitor")
    for extra in monitors[1:]:
        yield Found(extra, "<HealthMonitor> stands twice")
    kinds = children(monitors[0], "HTTPMonitor", "TCPMonitor") if monitors else []
    for extra in kinds[1:]:
        yield Found(
            extra, f"<{local_name(extra)}> stands beside <{local_name(kinds[0])}>: a monitor checks one way"
        )


RULES = (
    Rule(
        "EP002",
        "an element of an endpoint in a place that it does not have",
        "Nothing reads it there, so what it says does not happen.",
        "Move it into the element that it belongs to, or remove it.",
        _misplaced,
        adopts=(
            *(Adoption("unknown-element", root) for root in sorted(_ROOTS)),
            *(
                Adoption("repeated-element", element=name)
                for name in (*_SINGLE, *_CONNECTIONS, "HealthMonitor")
            ),
            Adoption("no-connection", element="TargetEndpoint"),
            Adoption("unsupported-target", element="ScriptTarget"),
        ),
    ),
)

"""PD: proxy endpoints, their connection and their routes."""

from collections.abc import Iterator

from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Endpoint, Subject
from gatewright.lint.xml import at, child, children, has_condition
from gatewright.xml import Element


def _unconditional_routes(subject: Subject) -> Iterator[Found]:
    for proxy in subject.proxies:
        rules = children(proxy.root, "RouteRule")
        bare = [rule for rule in rules if not has_condition(rule)]
        if not rules:
            yield Found(proxy.root, "there is no route rule: the proxy answers every request itself")
        elif not bare:
            yield Found(
                rules[-1], "every route rule has a condition: a request that meets none of them fails"
            )
        for rule in bare[1:]:
            yield Found(rule, f"the route rule in line {subject.line(bare[0])} has no condition either")
    for flow in subject.shared_flows:
        for rule in children(flow.root, "RouteRule"):
            yield Found(rule, "a shared flow has no routes")


def _last_route(subject: Subject) -> Iterator[Found]:
    for proxy in subject.proxies:
        rules = children(proxy.root, "RouteRule")
        bare = [rule for rule in rules if not has_condition(rule)]
        if bare and bare[-1] is not rules[-1]:
            yield Found(bare[-1], "route rules stand after this one, which has no condition")


def _empty_target(subject: Subject) -> Iterator[Found]:
    for proxy in subject.proxies:
        for rule in children(proxy.root, "RouteRule"):
            named = child(rule, "TargetEndpoint")
            if named is not None and not (named.text or "").strip():
                yield Found(rule, "<TargetEndpoint> is empty: the proxy answers the request itself")


def _file_name(subject: Subject) -> Iterator[Found]:
    return name_differs(subject.proxies)


def name_differs(endpoints: tuple[Endpoint, ...]) -> Iterator[Found]:
    """Endpoints that are not named like their files."""
    for endpoint in endpoints:
        if not endpoint.name:
            yield Found(endpoint.root, f"<{endpoint.kind}> has no name")
        elif endpoint.name != endpoint.stem:
            yield Found(endpoint.root, f"the endpoint {endpoint.name!r} stands in the file {endpoint.stem!r}")


def _one_connection(subject: Subject) -> Iterator[Found]:
    for proxy in subject.proxies:
        connections = children(proxy.root, "HTTPProxyConnection")
        if not connections:
            yield Found(proxy.root, "there is no <HTTPProxyConnection>")
        for connection in connections[1:]:
            yield Found(connection, "<HTTPProxyConnection> stands twice; the last one counts")


def _base_path(subject: Subject) -> Iterator[Found]:
    for proxy in subject.proxies:
        connection = child(proxy.root, "HTTPProxyConnection")
        paths = [] if connection is None else children(connection, "BasePath")
        if connection is not None and not paths:
            yield Found(connection, "there is no <BasePath>: the endpoint takes every path of its hosts")
        for path in paths[1:]:
            yield Found(path, "<BasePath> stands twice; the last one counts")
        yield from _post_client_requests(proxy.root)


def _post_client_requests(root: Element) -> Iterator[Found]:
    for flow in at(root, "PostClientFlow"):
        if child(flow, "Request") is not None:
            yield Found(flow, "a PostClientFlow has no <Request>: it runs when the answer has been sent")


RULES = (
    Rule(
        "PD001",
        "a route rule whose target endpoint is not in the bundle",
        "The request would have nowhere to go, so the bundle cannot be deployed.",
        "Add the target endpoint, or correct the name: it is the endpoint's name attribute, not the file's.",
        _empty_target,
        adopts=(Adoption("unknown-target"),),
    ),
    Rule(
        "PD002",
        "not exactly one route rule without a condition",
        "Without one, a request that meets no condition fails; of several only the first is ever taken.",
        "Give every route rule but the last a condition.",
        _unconditional_routes,
    ),
    Rule(
        "PD003",
        "a route rule without a condition that is not the last",
        "It takes every request, so the rules after it are never reached.",
        "Move it to the end, or give it a condition.",
        _last_route,
        adopts=(Adoption("unreachable", element="RouteRule"),),
    ),
    Rule(
        "PD004",
        "a proxy endpoint that is not named like its file",
        "Routes and traces use the name, people look for the file.",
        "Rename one of them.",
        _file_name,
    ),
    Rule(
        "PD005",
        "not exactly one HTTPProxyConnection",
        "It says where clients find the endpoint: without it nobody does, and of two only one counts.",
        "Write one <HTTPProxyConnection>.",
        _one_connection,
        adopts=(Adoption("no-connection", element="ProxyEndpoint"),),
    ),
    Rule(
        "PD006",
        "a proxy endpoint without one base path, or steps on the request of a PostClientFlow",
        "Without a base path the endpoint takes all traffic of its hosts. The PostClientFlow runs after the "
        "answer, where a request pass means nothing.",
        "Write one <BasePath>. Move the steps to the PostClientFlow's <Response>.",
        _base_path,
    ),
)

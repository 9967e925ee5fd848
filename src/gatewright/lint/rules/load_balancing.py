"""TD: load balancers, their servers and health monitors."""

import re
from collections.abc import Iterator

from gatewright.lint.rule import Found, Rule
from gatewright.lint.rules.target_endpoints import connections
from gatewright.lint.subject import Subject
from gatewright.lint.xml import children, is_true, text_at, text_of
from gatewright.xml import Element

_COUNT = re.compile(r"0|[1-9][0-9]*")


def _balancers(subject: Subject) -> Iterator[tuple[Element, list[Element]]]:
    """The load balancers that are the only one of their connection, with their servers."""
    for connection in connections(subject):
        found = children(connection, "LoadBalancer")
        if len(found) == 1:
            yield found[0], children(found[0], "Server")


def _fallbacks(subject: Subject) -> Iterator[Found]:
    for balancer, servers in _balancers(subject):
        fallbacks = [server for server in servers if is_true(server, "IsFallback")]
        if len(fallbacks) > 1:
            yield Found(balancer, f"{len(fallbacks)} servers are the fallback; there can be one")
        elif fallbacks and len(servers) == 1:
            yield Found(balancer, "the only server is a fallback, with nothing to fall back from")


def _one_balancer(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        for balancer in children(connection, "LoadBalancer")[1:2]:
            yield Found(balancer, "<LoadBalancer> stands twice; the last one counts")


def _servers(subject: Subject) -> Iterator[Found]:
    for balancer, servers in _balancers(subject):
        if not servers:
            yield Found(balancer, "the load balancer has no <Server>")
        seen: set[str] = set()
        for server in servers:
            name = server.get("name")
            if name is None and len(servers) > 1:
                yield Found(server, "<Server> has no name")
            elif name in seen:
                yield Found(server, f"the server {name!r} is listed twice")
            seen.add(name or "")


def _max_failures(subject: Subject) -> Iterator[Found]:
    for balancer, servers in _balancers(subject):
        written = children(balancer, "MaxFailures")
        if not written and len(servers) != 1:
            yield Found(balancer, "there is no <MaxFailures>: a server that is down keeps its share of calls")
        for extra in written[1:]:
            yield Found(extra, "<MaxFailures> stands twice; the last one counts")
        if len(written) == 1:
            yield from _count_problem(written[0], len(servers))


def _count_problem(written: Element, servers: int) -> Iterator[Found]:
    text = text_of(written)
    if _COUNT.fullmatch(text) is None:
        yield Found(written, "<MaxFailures> is no count" if text else "<MaxFailures> is empty")
    elif servers == 1 and text != "0":
        yield Found(written, "the only server would be left out after failures, and nothing be left to call")
    elif servers != 1 and text == "0":
        yield Found(written, "with 0 a server that is down keeps its share of calls")


def _health(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        monitors = children(connection, "HealthMonitor")
        balancers = children(connection, "LoadBalancer")
        if monitors and not balancers:
            yield Found(monitors[0], "without a <LoadBalancer> there is no server to monitor")
        elif len(balancers) == 1 and not monitors and text_at(balancers[0], "MaxFailures") not in ("", "0"):
            yield Found(balancers[0], "no <HealthMonitor> brings back a server that was left out")


RULES = (
    Rule(
        "TD008",
        "a fallback server that is not one of several",
        "The fallback takes the calls when all other servers are down: there can be one, and others must be.",
        "Mark one server of several with <IsFallback>, or none.",
        _fallbacks,
    ),
    Rule(
        "TD009",
        "two load balancers in one connection",
        "Only one of them counts.",
        "Put all servers into one <LoadBalancer>.",
        _one_balancer,
    ),
    Rule(
        "TD010",
        "a load balancer whose servers are none, unnamed or repeated",
        "There is nothing to call, or one server gets more than its share.",
        "List every target server once, by name.",
        _servers,
    ),
    Rule(
        "TD015",
        "a MaxFailures that does not fit the number of servers",
        "Of several servers, one that is down must be left out, which takes a count above 0; the only server "
        "must not be.",
        "Write <MaxFailures> above 0 for several servers, 0 or nothing for one.",
        _max_failures,
    ),
    Rule(
        "TD016",
        "a health monitor without load balancer, or failures counted without monitor",
        "Without a monitor a server that was left out stays out until the next deployment.",
        "Use <MaxFailures> and <HealthMonitor> together, in a connection with a <LoadBalancer>.",
        _health,
    ),
)

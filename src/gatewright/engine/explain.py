"""A compiled proxy in words: what a call goes through, in order, with the place each part is written at."""

from collections.abc import Iterable, Iterator

from gatewright.engine.fault_rules import FaultRules
from gatewright.engine.flow import Origin, Step
from gatewright.engine.flow_hooks import AnyPass, HookedPass
from gatewright.engine.proxy import CompiledProxy, ProxyEndpoint
from gatewright.engine.target_endpoint import TargetEndpoint

INDENT = "  "


def explain(proxy: CompiledProxy) -> Iterator[str]:
    """Lines of text. What a call would pass without doing anything is left out, as it is compiled."""
    for endpoint in proxy.endpoints:
        yield from _proxy_endpoint(endpoint)


def _proxy_endpoint(endpoint: ProxyEndpoint) -> Iterator[str]:
    hosts = ", ".join(sorted(endpoint.virtual_hosts)) if endpoint.virtual_hosts else "every virtual host"
    yield f"proxy endpoint {endpoint.name} at {endpoint.base_path} on {hosts}"
    any_size = ", of any size" if endpoint.streams_request else ""
    yield f"{INDENT}request body {_body(endpoint.buffers_request)}{any_size}"
    yield f"{INDENT}response body {_body(endpoint.buffers_response)}"
    yield from _indented(_pass("request", endpoint.request))
    yield f"{INDENT}route" if endpoint.routes else f"{INDENT}no route: answers by itself"
    for rule in endpoint.routes:
        goes = f"target endpoint {rule.target.name}" if rule.target else "answers by itself"
        yield f"{INDENT * 2}{rule.name}: {goes}{_when(rule.origin)}{_at(rule.origin)}"
    for target in _targets(endpoint):
        yield from _indented(_target_endpoint(target))
    yield from _indented(_pass("response", endpoint.response))
    yield from _indented(_faults(endpoint.faults))
    if endpoint.post_client:
        yield f"{INDENT}after the answer"
        yield from _indented(_steps(endpoint.post_client), 2)


def _targets(endpoint: ProxyEndpoint) -> Iterable[TargetEndpoint]:
    """Each target endpoint once, however many rules lead to it."""
    return {rule.target.name: rule.target for rule in endpoint.routes if rule.target}.values()


def _target_endpoint(target: TargetEndpoint) -> Iterator[str]:
    yield f"target endpoint {target.name} at {target.url or 'what target.url says'}"
    yield from _indented(_pass("request", target.request))
    yield from _indented(_pass("response", target.response))
    yield from _indented(_faults(target.faults))


def _pass(name: str, one: AnyPass | None) -> Iterator[str]:
    if isinstance(one, HookedPass):
        yield from (f"flow hook {step.policy} before the {name}" for step in one.before)
        yield from _pass(name, one.inner)
        yield from (f"flow hook {step.policy} after the {name}" for step in one.after)
        return
    if one is None:
        return
    yield name
    if one.pre:
        yield f"{INDENT}PreFlow"
        yield from _indented(_steps(one.pre), 2)
    for number, flow in enumerate(one.flows):
        word = "else flow" if number else "flow"
        yield f"{INDENT}{word} {flow.name}{_when(flow.origin)}{_at(flow.origin)}"
        yield from _indented(_steps(flow.steps), 2)
    if one.post:
        yield f"{INDENT}PostFlow"
        yield from _indented(_steps(one.post), 2)


def _steps(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        carries_on = ", carries on after a fault" if step.continue_on_error else ""
        yield f"{step.policy}{carries_on}{_when(step.origin)}{_at(step.origin)}"


def _faults(faults: FaultRules) -> Iterator[str]:
    if not faults.rules and faults.default is None:
        return
    yield "on a fault, the first rule that holds"
    for rule in faults.rules:
        yield f"{INDENT}{rule.name or 'a rule'}{_when(rule.origin)}{_at(rule.origin)}"
        yield from _indented(_steps(rule.steps), 2)
    if faults.default is not None:
        word = "always then" if faults.always_enforce else "else"
        yield f"{INDENT}{word} {faults.default.name or 'the default rule'}{_when(faults.default.origin)}"
        yield from _indented(_steps(faults.default.steps), 2)


def _body(is_buffered: bool) -> str:
    return "buffered: a step reads it" if is_buffered else "streamed: no step reads it"


def _when(origin: Origin) -> str:
    return f", when {origin.condition}" if origin.condition else ""


def _at(origin: Origin) -> str:
    source = origin.source
    return f"  [{source.file}:{source.line}]" if source.file else ""


def _indented(lines: Iterable[str], depth: int = 1) -> Iterator[str]:
    return (INDENT * depth + line for line in lines)

"""A bundle as typed data: endpoints, flows, steps, routes and fault rules, as its XML says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from gatewright.bundle.archive import Archive, BundleKind
from gatewright.bundle.connections import (
    HostedTarget,
    HTTPProxyConnection,
    HTTPTargetConnection,
    LocalTargetConnection,
    ScriptTarget,
)
from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import (
    ConditionText,
    Ignored,
    Node,
    TemplateText,
    attribute,
    child,
    children,
    text,
)
from gatewright.bundle.source import Document, Source

_STEP = ("Step", "Policy")  # Apigee's schema has Policy as another name of Step


class Step(Node):
    """A policy attached to a flow."""

    name: str | None = child(default=None, doc="The policy's name.")
    condition: ConditionText | None = child(default=None, doc="The step is skipped unless this holds.")
    bare_name: str | None = text(default=None, doc="The policy's name, in steps that have no Name element.")

    ignores = (Ignored("FaultRules", "fault rules belong to endpoints; Edge skips them inside steps"),)

    @property
    def policy(self) -> str:
        """The name of the policy; "" when there is none."""
        return self.name or self.bare_name or ""


class PlainFlow(Node):
    """A flow that runs always: PreFlow, PostFlow or PostClientFlow."""

    name: str | None = attribute(default=None, doc="The flow's name.")
    description: str | None = child(default=None, doc="What the flow is there for.")
    request: tuple[Step, ...] = children(xml=_STEP, within="Request", default=(), doc="Steps on requests.")
    response: tuple[Step, ...] = children(xml=_STEP, within="Response", default=(), doc="Steps on responses.")


class Flow(Node):
    """A conditional flow: of an endpoint's flows only the first whose condition holds runs."""

    name: str | None = attribute(default=None, doc="The flow's name.")
    description: str | None = child(default=None, doc="What the flow is there for.")
    condition: ConditionText | None = child(default=None, doc="Without a condition the flow always holds.")
    request: tuple[Step, ...] = children(xml=_STEP, within="Request", default=(), doc="Steps on requests.")
    response: tuple[Step, ...] = children(xml=_STEP, within="Response", default=(), doc="Steps on responses.")


class FaultRule(Node):
    """Steps that answer a fault."""

    name: str | None = attribute(default=None, doc="The rule's name.")
    description: str | None = child(default=None, doc="What the rule is there for.")
    condition: ConditionText | None = child(default=None, doc="Without a condition the rule always applies.")
    steps: tuple[Step, ...] = children(xml=_STEP, default=(), doc="What is done.")


class DefaultFaultRule(Node):
    """Steps that answer a fault when no fault rule did."""

    name: str | None = attribute(default=None, doc="The rule's name.")
    description: str | None = child(default=None, doc="What the rule is there for.")
    condition: ConditionText | None = child(default=None, doc="The rule applies only when this holds.")
    always_enforce: bool = child(default=False, doc="Run also after a fault rule has run.")
    steps: tuple[Step, ...] = children(xml=_STEP, default=(), doc="What is done.")


class RouteRule(Node):
    """Where requests go. A rule without target endpoint and URL is a null route: the proxy answers itself."""

    name: str | None = attribute(default=None, doc="The rule's name.")
    condition: ConditionText | None = child(default=None, doc="Without a condition the rule always applies.")
    target_endpoint: str | None = child(default=None, doc="The name of a target endpoint.")
    url: TemplateText | None = child(default=None, xml="URL", doc="An address instead of a target endpoint.")
    integration_endpoint: str | None = child(default=None, doc="Apigee X's integrations; not carried out.")

    @property
    def is_null(self) -> bool:
        return self.target_endpoint is None and self.url is None and self.integration_endpoint is None


class ProxyEndpoint(Node):
    """What a proxy does between the client and its routes."""

    name: str = attribute(doc="The endpoint's name.")
    description: str | None = child(default=None, doc="What the endpoint is there for.")
    fault_rules: tuple[FaultRule, ...] = children(within="FaultRules", default=(), doc="Answers to faults.")
    default_fault_rule: DefaultFaultRule | None = child(
        default=None, doc="The answer when no fault rule applies."
    )
    pre_flow: PlainFlow | None = child(default=None, doc="Runs before the conditional flows.")
    flows: tuple[Flow, ...] = children(within="Flows", bare=True, default=(), doc="The conditional flows.")
    post_flow: PlainFlow | None = child(default=None, doc="Runs after the conditional flows.")
    post_client_flow: PlainFlow | None = child(default=None, doc="Runs when the client has its answer.")
    http_proxy_connection: HTTPProxyConnection | None = child(
        default=None, xml="HTTPProxyConnection", doc="Where clients find the endpoint."
    )
    route_rules: tuple[RouteRule, ...] = children(
        default=(), doc="Where requests go: the first rule that applies decides."
    )

    ignores = (
        Ignored("@proxyType", "there is one type", frozenset({"httpConnection"})),
        Ignored("WebSocketProxyConnection", "only HTTP is proxied"),
        Ignored("EventFlow", "event streams pass without steps"),
    )


class TargetEndpoint(Node):
    """What a proxy does between a route and the target."""

    name: str = attribute(doc="The endpoint's name.")
    description: str | None = child(default=None, doc="What the endpoint is there for.")
    fault_rules: tuple[FaultRule, ...] = children(within="FaultRules", default=(), doc="Answers to faults.")
    default_fault_rule: DefaultFaultRule | None = child(
        default=None, doc="The answer when no fault rule applies."
    )
    pre_flow: PlainFlow | None = child(default=None, doc="Runs before the conditional flows.")
    flows: tuple[Flow, ...] = children(within="Flows", bare=True, default=(), doc="The conditional flows.")
    post_flow: PlainFlow | None = child(default=None, doc="Runs after the conditional flows.")
    http_target_connection: HTTPTargetConnection | None = child(
        default=None, xml="HTTPTargetConnection", doc="A target over HTTP."
    )
    local_target_connection: LocalTargetConnection | None = child(
        default=None, doc="Another proxy of the environment."
    )
    script_target: ScriptTarget | None = child(default=None, doc="A Node.js script; not deployable.")
    hosted_target: HostedTarget | None = child(default=None, doc="A Node.js application; not deployable.")

    ignores = (Ignored("EventFlow", "event streams pass without steps"),)


class SharedFlow(Node):
    """Steps that proxies call by FlowCallout."""

    name: str = attribute(doc="The shared flow's name in its bundle.")
    description: str | None = child(default=None, doc="What it is there for.")
    steps: tuple[Step, ...] = children(xml=_STEP, default=(), doc="What is done.")


class ConfigurationVersion(Node):
    """The version of the bundle format."""

    major_version: int = attribute(default=4, lenient=True, doc="Always 4.")
    minor_version: int = attribute(default=0, lenient=True, doc="Always 0.")


class Descriptor(Node, xml="APIProxy"):
    """The file `<name>.xml` at the top. Its lists are often out of date: the bundle's files decide."""

    is_open = True

    name: str | None = attribute(default=None, doc="The proxy's name.")
    revision: int | None = attribute(default=None, lenient=True, doc="The revision it was exported as.")
    basepaths: tuple[str, ...] = children(xml="Basepaths", default=(), doc="Base paths; not read.")
    configuration_version: ConfigurationVersion | None = child(default=None, doc="The format's version.")
    created_at: int | None = child(default=None, lenient=True, doc="Epoch milliseconds.")
    created_by: str | None = child(default=None, doc="Who created it.")
    description: str | None = child(default=None, doc="What the proxy is there for.")
    display_name: str | None = child(default=None, doc="The name that the UI shows.")
    last_modified_at: int | None = child(default=None, lenient=True, doc="Epoch milliseconds.")
    last_modified_by: str | None = child(default=None, doc="Who changed it last.")
    manifest_version: str | None = child(default=None, doc="A checksum; not read.")
    policies: tuple[str, ...] = children(xml="Policy", within="Policies", default=(), doc="Not read.")
    proxy_endpoints: tuple[str, ...] = children(
        xml="ProxyEndpoint", within="ProxyEndpoints", default=(), doc="Not read."
    )
    target_endpoints: tuple[str, ...] = children(
        xml="TargetEndpoint", within="TargetEndpoints", default=(), doc="Not read."
    )
    target_servers: tuple[str, ...] = children(
        xml="TargetServer", within="TargetServers", default=(), doc="Not read."
    )
    shared_flows: tuple[str, ...] = children(
        xml="SharedFlow", within="SharedFlows", default=(), doc="Not read."
    )
    resources: tuple[str, ...] = children(xml="Resource", within="Resources", default=(), doc="Not read.")
    spec: str | None = child(default=None, doc="An OpenAPI document; not read.")
    sub_type: str | None = child(default=None, xml="subType", doc="`SharedFlow` in shared flow bundles.")
    validates: bool = child(default=False, xml="validate", lenient=True, doc="Not read.")


class BundlePolicy(Protocol):
    """What a bundle needs of its policies."""

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> Source: ...
    @classmethod
    def parse(cls, document: Document, report: Report) -> Self | None: ...
    def check(self, report: Report) -> None: ...


P = TypeVar("P", bound=BundlePolicy)


@dataclass(frozen=True, slots=True)
class Bundle(Generic[P]):
    """A proxy or shared flow bundle. It may be incomplete: `check` says whether it can be deployed."""

    kind: BundleKind
    name: str
    descriptor: Descriptor | None
    proxy_endpoints: tuple[ProxyEndpoint, ...]
    target_endpoints: tuple[TargetEndpoint, ...]
    shared_flows: tuple[SharedFlow, ...]
    policies: Mapping[str, P]
    """By the `name` of their root element, which steps call them by."""
    unusable: frozenset[str]
    """Names of policies whose files have errors: they are there, but have no value."""
    resources: Mapping[str, str]
    """The archive's path of each resource URL, such as `jsc://folder/file.js`."""
    archive: Archive

    def resource(self, url: str) -> bytes | None:
        """The content of a resource of the bundle's own."""
        path = self.resources.get(url)
        return None if path is None else self.archive.files[path]

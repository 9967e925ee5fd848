"""BN: what is named and missing, and what is there and not used."""

from collections.abc import Iterator

from gatewright.bundle.read import resource_urls
from gatewright.bundle.readers import ANY_ELEMENT, local_name
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at, text_at, text_of
from gatewright.xml import Element

_OF_POLICIES = frozenset({"jsc", "java", "py", "xsl", "wsdl", "xsd", "oas", "node", "hosted", "template"})
_NAME_RESOURCES = frozenset({"ResourceURL", "IncludeURL", "OASResource", "Source", "Schema", "Template"})


def _unattached(subject: Subject) -> Iterator[Found]:
    for policy in () if subject.has_unread_flows else subject.policies:
        if not subject.steps_of.get(policy.name):
            yield Found(policy.root, f"no step attaches the policy {policy.name!r}")


def _unreferenced_targets(subject: Subject) -> Iterator[Found]:
    routed = {
        text_at(rule, "TargetEndpoint") for proxy in subject.proxies for rule in at(proxy.root, "RouteRule")
    }
    for target in () if subject.has_unread_flows else subject.targets:
        if target.name not in routed:
            yield Found(target.root, f"no route rule leads to the target endpoint {target.name!r}")


def _unreferenced_resources(subject: Subject) -> Iterator[Found]:
    """Jars are used by any JavaCallout, hosted and Node.js files by such a target, property sets by name.

    What the portal keeps in a bundle, below `openapi`, is not for policies at all.
    """
    named = set(_resources_named(subject))
    has_java = any(subject.policies_of("JavaCallout"))
    has_hosted = any(at(target.root, "HostedTarget") for target in subject.targets)
    has_node = any(at(target.root, "ScriptTarget") for target in subject.targets)
    used = {"java": has_java, "hosted": has_hosted, "node": has_node, "properties": True}
    for url, path in resource_urls(subject.archive):
        kind = url.partition("://")[0]
        if kind in _OF_POLICIES and url not in named and not used.get(kind, False):
            yield Found(path, f"nothing in the bundle names the resource {url}")


def _missing_resources(subject: Subject) -> Iterator[Found]:
    """Files that policies and targets name; for a template's variables nobody can say."""
    there = {url for url, _ in resource_urls(subject.archive)}
    for element in _naming(subject):
        kind, colon, name = text_of(element).partition("://")
        if colon and kind in _OF_POLICIES and "{" not in name and text_of(element) not in there:
            yield Found(element, f"there is no resource {text_of(element)} in the bundle")


def _resources_named(subject: Subject) -> Iterator[str]:
    return map(text_of, _naming(subject))


def _naming(subject: Subject) -> Iterator[Element]:
    """The elements that may name a resource."""
    for document in subject.documents.values():
        for element in document.root.iter(ANY_ELEMENT):
            if local_name(element) in _NAME_RESOURCES:
                yield element


RULES = (
    Rule(
        "BN005",
        "a policy that no step attaches",
        "It never runs. Either a step is missing, or it is left over and misleads whoever reads the bundle.",
        "Attach it in a flow, or delete its file.",
        _unattached,
    ),
    Rule(
        "BN010",
        "a step whose policy is not in the bundle",
        "There is nothing to run, so the bundle cannot be deployed.",
        "Add the policy, or correct the name: it is the policy's name attribute, in the same case.",
        adopts=(Adoption("unknown-policy", element="Step"), Adoption("unknown-policy", element="Policy")),
    ),
    Rule(
        "BN012",
        "a target endpoint that no route rule leads to",
        "No request ever reaches it.",
        "Add a route rule for it, or delete its file.",
        _unreferenced_targets,
    ),
    Rule(
        "BN013",
        "a resource file that nothing names",
        "It is deployed and never used.",
        "Name it in a policy, or delete it.",
        _unreferenced_resources,
    ),
    Rule(
        "resource",
        "a resource that is not in the bundle",
        "Unless the environment or the organization has it, there is nothing to run or read.",
        "Add the file below resources, or correct its address: type://path, in the same case.",
        _missing_resources,
        adopts=(Adoption("resource"), Adoption("no-resource")),
    ),
)

"""TD: target endpoints and where they lead."""

import re
from collections.abc import Iterator

from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.rules.proxy_endpoints import name_differs
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at, children, text_of
from gatewright.xml import Element

_MANAGEMENT_API = re.compile(r"/v1/organizations/|enterprise\.apigee\.com|apigee\.googleapis\.com")


def connections(subject: Subject) -> Iterator[Element]:
    """The first HTTPTargetConnection of every target endpoint."""
    for target in subject.targets:
        yield from at(target.root, "HTTPTargetConnection")[:1]


def _management(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        for url in children(connection, "URL"):
            if _MANAGEMENT_API.search(text_of(url)):
                yield Found(url, "the target is a management API")


def _written_url(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        for url in children(connection, "URL")[:1]:
            if text_of(url):
                yield Found(url, f"the address {text_of(url)} is written into the bundle")


def _file_name(subject: Subject) -> Iterator[Found]:
    return name_differs(subject.targets)


def _one_address(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        urls, balancers = children(connection, "URL"), children(connection, "LoadBalancer")
        if not urls and not balancers:
            yield Found(connection, "there is neither <URL> nor <LoadBalancer>")
        elif urls and balancers:
            yield Found(connection, "there is a <URL> as well as a <LoadBalancer>, which alone counts")
        elif len(urls) > 1 or len(balancers) > 1:
            yield Found(connection, "there are two of <URL> or of <LoadBalancer>; the last one counts")


def _empty_url(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        for url in children(connection, "URL"):
            if not text_of(url):
                yield Found(url, "<URL> is empty")


RULES = (
    Rule(
        "TD001",
        "a target that is a management API",
        "Traffic then depends on the control plane, and a key to it lies within reach of callers.",
        "Let an administrator's tool call it, not a proxy.",
        _management,
    ),
    Rule(
        "TD002",
        "a target's address written into the bundle",
        "Every environment needs a bundle of its own, and a new address needs a new revision.",
        "Create a target server in each environment and name it in a <LoadBalancer>.",
        _written_url,
    ),
    Rule(
        "TD003",
        "a target endpoint that is not named like its file",
        "Route rules use the name, people look for the file.",
        "Rename one of them.",
        _file_name,
    ),
    Rule(
        "TD014",
        "a connection with not exactly one of URL and LoadBalancer",
        "Without any, calls fail unless a policy sets target.url; beside a LoadBalancer a URL has no effect.",
        "Keep the one that is meant.",
        _one_address,
        adopts=(Adoption("no-target-url"), Adoption("ignored", element="URL")),
    ),
    Rule(
        "TD017",
        "an empty URL",
        "There is nothing to call, so the call fails.",
        "Write the address, or remove the element and name a target server.",
        _empty_url,
    ),
)

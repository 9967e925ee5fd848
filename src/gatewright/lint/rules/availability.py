"""PO, DC, FE: policies and elements that Edge does not have, or not for long."""

from collections.abc import Iterator
from typing import Final

from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at
from gatewright.policies.known import KNOWN

_ONLY_X: Final = frozenset(known.root for known in KNOWN if not known.is_edge)
_OAUTH_V1: Final = ("OAuthV1", "GetOAuthV1Info", "DeleteOAuthV1Info")
_AUTHENTICATION: Final = {
    "ServiceCallout": "HTTPTargetConnection/Authentication",
    "ExternalCallout": "GrpcConnection/Authentication",
}


def _only_x(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of(*_ONLY_X):
        yield Found(policy.root, f"Edge has no <{policy.type}>: it is a policy of Apigee X")


def _concurrent_rate_limit(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ConcurrentRatelimit", "ConcurrentRateLimit"):
        yield Found(policy.root, f"<{policy.type}> is deprecated")


def _oauth_v1(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of(*_OAUTH_V1):
        yield Found(policy.root, f"<{policy.type}> is deprecated")


def _authentication(subject: Subject) -> Iterator[Found]:
    for target in subject.targets:
        for element in at(target.root, "HTTPTargetConnection/Authentication")[:1]:
            yield Found(element, "Edge does not read <Authentication>")
    for policy in subject.policies_of(*_AUTHENTICATION):
        for element in at(policy.root, _AUTHENTICATION[policy.type])[:1]:
            yield Found(element, "Edge does not read <Authentication>")


RULES = (
    Rule(
        "DC001",
        "a ConcurrentRatelimit",
        "Apigee has deprecated the policy.",
        "Limit the rate with a SpikeArrest, or the target's load with its load balancer.",
        _concurrent_rate_limit,
    ),
    Rule(
        "DC002",
        "a policy of OAuth 1.0a",
        "Apigee has deprecated these policies, and clients that speak OAuth 1.0a are rare.",
        "Use OAuth 2.0.",
        _oauth_v1,
    ),
    Rule(
        "FE001",
        "an Authentication element",
        "It fetches tokens for Google's services, which only Apigee X does: requests go out without one.",
        "Fetch the token with a ServiceCallout and set the header with an AssignMessage.",
        _authentication,
        adopts=(Adoption("ignored", element="Authentication"),),
    ),
    Rule(
        "PO028",
        "a policy that Edge does not have",
        "Only Apigee X carries it out.",
        "Use a policy of Edge, or JavaScript.",
        _only_x,
    ),
    Rule(
        "PO029",
        "a policy of an unknown type",
        "There is nothing that could carry it out, so the bundle cannot be deployed.",
        "Correct the root element's name; its case counts.",
        adopts=(Adoption("unknown-policy-type"),),
    ),
)

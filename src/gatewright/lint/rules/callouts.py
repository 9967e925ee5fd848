"""PO: ServiceCallout."""

from collections.abc import Iterator

from gatewright.bundle.readers import local_name
from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at, child, children, elements_of, text_at, text_of

_TLS = frozenset({
    "Enabled", "Enforce", "TrustStore", "KeyStore", "ClientAuthEnabled", "KeyAlias", "IgnoreValidationErrors",
    "Protocols", "Ciphers", "CommonName",
})  # fmt: skip


def _request_name(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ServiceCallout"):
        request = child(policy.root, "Request")
        if request is not None and request.get("variable") == "request":
            yield Found(request, "the callout's request is the client's request itself")


def _response_name(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ServiceCallout"):
        if text_at(policy.root, "Response") == "response":
            yield Found(at(policy.root, "Response")[0], "the callout's answer replaces the target's response")


def _response(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ServiceCallout"):
        written = children(policy.root, "Response")
        for extra in written[1:]:
            yield Found(extra, "<Response> stands twice")
        for response in written[:1]:
            if not text_of(response):
                yield Found(response, "<Response> names no variable")
            elif len(text_of(response).split()) > 1 or text_of(response) != (response.text or ""):
                yield Found(response, "there is a space in the name of the variable")
            if response.attrib:
                yield Found(response, "<Response> has no attributes")


def _tls(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ServiceCallout"):
        for info in at(policy.root, "HTTPTargetConnection/SSLInfo")[:1]:
            for part in elements_of(info):
                if local_name(part) not in _TLS:
                    yield Found(part, f"<{local_name(part)}> has no place in <SSLInfo>")


RULES = (
    Rule(
        "PO019",
        "a ServiceCallout whose request is called request",
        "It sends the client's own request with its credentials, and changes to it reach the target.",
        "Give the callout's request a name of its own.",
        _request_name,
    ),
    Rule(
        "PO020",
        "a ServiceCallout whose answer is called response",
        "The target's response is lost, or the callout's is taken for it.",
        "Give the callout's answer a name of its own.",
        _response_name,
    ),
    Rule(
        "PO036",
        "a ServiceCallout whose Response is not the name of a variable",
        "The answer goes nowhere, or into a variable that nobody can name.",
        "Write one name without spaces and attributes, or leave <Response> out to send without waiting.",
        _response,
    ),
    Rule(
        "PO043",
        "a TLS setting of a ServiceCallout that there is not",
        "Nothing reads it, so the connection is not as safe as it seems.",
        "Correct the name, or remove the element.",
        _tls,
        adopts=(Adoption("unknown-element", "ServiceCallout"),),
    ),
)

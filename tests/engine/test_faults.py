"""Fault bodies: docs.apigee.com, "Handling faults"."""

import json

import pytest

from gatewright.engine.faults import fault, fault_response, prefers_xml
from gatewright.message import Headers, Request

violation = fault(
    "policies.ratelimit.QuotaViolation", 429, "Quota limit  exceeded. Identifier : {identifier}"
)


def asking(accept: str | None) -> Request:
    return Request(headers=Headers([] if accept is None else [(b"Accept", accept.encode())]))


def test_a_fault_is_answered_as_fault_json() -> None:
    response = fault_response(violation(identifier="_default"), asking(None))
    assert response.status == 429
    assert response.headers.get("content-type") == "application/json"
    assert json.loads(response.content) == {
        "fault": {
            "faultstring": "Quota limit  exceeded. Identifier : _default",
            "detail": {"errorcode": "policies.ratelimit.QuotaViolation"},
        }
    }


def test_a_fault_is_answered_as_xml_to_a_client_that_asks_for_xml_and_its_text_is_escaped() -> None:
    response = fault_response(violation(identifier="<a&b>"), asking("application/xml"))
    assert response.headers.get("content-type") == "application/xml"
    assert response.content == (
        b"<fault><faultstring>Quota limit  exceeded. Identifier : &lt;a&amp;b&gt;</faultstring>"
        b"<detail><errorcode>policies.ratelimit.QuotaViolation</errorcode></detail></fault>"
    )


@pytest.mark.parametrize(
    ("accept", "xml"),
    [
        (None, False),
        ("*/*", False),
        ("application/json", False),
        ("text/xml", True),
        ("text/html, application/xml;q=0.9", True),
        ("application/json, application/xml", False),
        ("application/xhtml+xml", False),
    ],
)
def test_xml_is_preferred_only_when_it_is_asked_for_first(accept: str | None, xml: bool) -> None:
    assert prefers_xml(asking(accept)) is xml


def test_the_fault_name_is_the_last_segment_of_the_code() -> None:
    assert violation.name == violation(identifier="x").name == "QuotaViolation"

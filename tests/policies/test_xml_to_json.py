"""XMLToJSON as docs.apigee.com describes it (api-platform/reference/policies/xml-json-policy)."""

import json
import tomllib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import httpx
import pytest
from tests.policies.support import Outcome, compile_step, findings, request, run
from tests.support.ports import make_ports

from gatewright.engine.context import FlowContext
from gatewright.engine.variables import Segment
from gatewright.message import Headers, Message, Response, Value
from gatewright.policies.xml_to_json import XMLToJSON
from gatewright.samples import bundles
from gatewright.samples.standins.app import stand_ins

ROWS = tomllib.loads((Path(__file__).parents[1] / "conformance" / "xml_to_json.toml").read_text())["row"]
SAMPLE = bundles()["weatherapi"]["apiproxy/policies/XMLToJSON-11091909534776397.xml"].decode()
XML = b"<x>value</x>"
JSON = b'{"x":"value"}'


def policy_xml(rest: str = "<Source>response</Source>", options: str = "<Options/>") -> str:
    return f'<XMLToJSON name="Convert">{options}{rest}</XMLToJSON>'


def row_xml(row: dict[str, Any]) -> str:
    if "format" in row:
        return policy_xml(options=f"<Format>{row['format']}</Format>")
    options = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in row.get("options", {}).items())
    paths = "".join(
        "<Path"
        + "".join(f" {name}={quoteattr(text)}" for name, text in array.items() if name != "path")
        + f">{array['path']}</Path>"
        for array in row.get("arrays", ())
    )
    return policy_xml(options=f"<Options>{options}<TreatAsArray>{paths}</TreatAsArray></Options>")


def answered(
    content: bytes = XML, content_type: str | None = "text/xml", variables: dict[str, Value] | None = None
) -> FlowContext:
    """A flow whose target has answered."""
    flow = request()
    fields = [] if content_type is None else [(b"Content-Type", content_type.encode())]
    flow.response = Response(200, headers=Headers([(b"X-Kept", b"yes"), *fields]), content=content)
    flow.variables.update(variables or {})
    return flow


def convert(text: str, flow: FlowContext) -> Outcome:
    return run(XMLToJSON, text, flow, segment=Segment.RESPONSE)


def body(outcome: Outcome) -> bytes:
    assert outcome.fault is None
    assert outcome.flow.response is not None
    return outcome.flow.response.content


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_the_conversion_follows_the_published_rules(row: dict[str, Any]) -> None:
    assert body(convert(row_xml(row), answered(row["xml"].encode()))).decode() == row["json"]


def test_the_converted_message_says_that_it_is_json_and_keeps_its_other_fields() -> None:
    outcome = convert(policy_xml(), answered(content_type="text/xml;charset=UTF-8"))
    assert body(outcome) == JSON
    response = outcome.flow.response
    assert response is not None
    assert response.headers.get_all("content-type") == ["application/json"]
    assert response.headers.get("x-kept") == "yes"


@pytest.mark.parametrize(
    ("content_type", "converted"),
    [
        ("application/xml", True),
        ("text/xml", True),
        ("TEXT/XML; charset=utf-8", True),
        ("application/rss+xml", True),
        # docs: XML to JSON policy runtime errors: without an XML Content-Type the policy is skipped.
        ("application/json", False),
        ("text/html", False),
        (None, False),
    ],
)
def test_only_messages_of_an_xml_type_are_converted(content_type: str | None, converted: bool) -> None:
    assert body(convert(policy_xml(), answered(content_type=content_type))) == (JSON if converted else XML)


def test_the_source_is_the_ambient_message_unless_named() -> None:
    assert body(convert(policy_xml(""), answered())) == JSON
    flow = request("POST", headers={"Content-Type": "text/xml"}, content=XML)
    assert run(XMLToJSON, policy_xml(""), flow).flow.request.content == JSON


def test_another_message_may_take_the_json() -> None:
    rest = "<Source>response</Source><OutputVariable>request</OutputVariable>"
    outcome = convert(policy_xml(rest), answered())
    assert body(outcome) == XML
    assert outcome.flow.request.content == JSON
    assert outcome.flow.request.headers.get("content-type") == "application/json"


def test_an_unset_variable_becomes_a_message_with_the_json() -> None:
    rest = "<Source>response</Source><OutputVariable>converted</OutputVariable>"
    outcome = convert(policy_xml(rest), answered())
    assert body(outcome) == XML
    converted = outcome.flow.variables["converted"]
    assert isinstance(converted, Message)
    assert (converted.content, converted.content_type) == (JSON, "application/json")


def test_a_messages_content_or_a_text_variable_may_take_the_json_of_a_message() -> None:
    rest = "<Source>response</Source><OutputVariable>{}</OutputVariable>"
    assert body(convert(policy_xml(rest.format("response.content")), answered())) == JSON
    outcome = convert(policy_xml(rest.format("note")), answered(variables={"note": "old"}))
    assert outcome.flow.variables["note"] == JSON.decode()


@pytest.mark.parametrize(
    "text",
    [
        "<x>valué</x>",
        '<?xml version="1.0" encoding="ISO-8859-1"?><x>valué</x>',
        "\n  <x>valué</x>",
    ],
)
def test_text_is_converted_into_the_output_variable(text: str) -> None:
    rest = "<Source>text</Source><OutputVariable>json</OutputVariable>"
    outcome = convert(policy_xml(rest), answered(variables={"text": text}))
    assert outcome.fault is None
    assert outcome.flow.variables["json"] == '{"x":"valué"}'


def test_the_charset_of_content_type_counts_where_the_document_says_none() -> None:
    flow = answered("<x>valué</x>".encode("latin-1"), "text/xml; charset=ISO-8859-1")
    assert body(convert(policy_xml(), flow)) == '{"x":"valué"}'.encode()


@pytest.mark.parametrize(
    ("rest", "variables", "name", "message"),
    [
        (
            "<Source>missing</Source>",
            {},
            "SourceUnavailable",
            "XMLToJSON[Convert]: Source missing is not available",
        ),
        (
            "<Source>text</Source>",
            {"text": "<x/>"},
            "OutputVariableIsNotAvailable",
            "XMLToJSON[Convert]: Output variable is not available.",
        ),
        (
            "<Source>text</Source><OutputVariable>request</OutputVariable>",
            {"text": "<x/>"},
            "InCompatibleTypes",
            "XMLToJSON[Convert]: String can not be assigned to message type.",
        ),
        (
            "<Source>text</Source>",
            {"text": 5},
            "InvalidSourceType",
            (
                "XMLToJSON[class java.lang.Integer]: Invalid source type class java.lang.Integer. "
                "Valid source types are [message, string]."
            ),
        ),
    ],
)
def test_what_cannot_be_converted_faults_as_edge_does(
    rest: str, variables: dict[str, Value], name: str, message: str
) -> None:
    outcome = convert(policy_xml(rest), answered(variables=variables))
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.status) == (f"steps.xml2json.{name}", 500)
    assert outcome.fault.message == message
    assert outcome.flow.variables["xmltojson.Convert.failed"] is True


def test_a_response_that_is_not_there_is_unavailable() -> None:
    outcome = run(XMLToJSON, policy_xml(), request())
    assert outcome.fault is not None
    assert outcome.fault.name == "SourceUnavailable"


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"   ",
        b"not xml",
        b"<root><City>Bengaluru</City>",
        b"<a>&undefined;</a>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        b"<!DOCTYPE a><a/>",
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>\x00</a>",
        b"<a b='1' b='2'/>",
        b"\xff\xfe\x00",
    ],
)
def test_hostile_or_broken_xml_faults_and_leaves_the_message(xml: bytes) -> None:
    outcome = convert(policy_xml(), answered(xml))
    assert outcome.fault is not None
    assert (outcome.fault.code, outcome.fault.status) == ("steps.xml2json.ExecutionFailed", 500)
    assert outcome.fault.message.startswith("XMLToJSON[Convert]: Execution failed. reason: ")
    assert b"root:" not in outcome.answer.content
    assert outcome.flow.response is not None
    assert outcome.flow.response.content == xml


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ("", "EitherOptionOrFormat"),
        ("<Options/><Format>yahoo</Format>", "EitherOptionOrFormat"),
        ("<Format>google.com</Format>", "UnknownFormat"),
        ("<Options><StripLevels>-1</StripLevels></Options>", "invalid-value"),
    ],
)
def test_what_edge_refuses_to_deploy_is_refused(options: str, rule: str) -> None:
    assert [each.rule for each in findings(XMLToJSON, policy_xml(options=options))] == [rule]


async def test_the_sample_turns_the_weather_into_the_tutorials_json() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(stand_ins())) as client:
        weather = await client.get("http://weather.yahooapis.com/forecastrss?w=12797282")
    flow = answered(weather.content, weather.headers["content-type"])
    converted = run_sample(flow)
    rss = json.loads(converted)["rss"]
    assert list(rss) == ["#namespaces", "#attrs", "channel"]
    assert rss["#attrs"] == {"@version": "2.0"}
    channel = rss["channel"]
    assert channel["title"] == "Yahoo! Weather - Palo Alto, CA"
    assert channel["description"] == "Yahoo! Weather for Palo Alto, CA"
    assert channel["lastBuildDate"] == "Mon, 09 Dec 2013 1:46 pm PST"
    assert channel["yweather:location"] == {
        "#attrs": {"@city": "Palo Alto", "@region": "CA", "@country": "United States"}
    }
    assert len(channel["item"]["yweather:forecast"]) == 5


def run_sample(flow: FlowContext) -> bytes:
    step = compile_step(XMLToJSON, SAMPLE, make_ports(), segment=Segment.RESPONSE)
    assert step.execute(flow) is None
    assert flow.response is not None
    return flow.response.content


def test_the_new_policy_dialogs_xml_can_be_deployed() -> None:
    assert findings(XMLToJSON, XMLToJSON.new_xml("X-1", "X 1"), segment=Segment.RESPONSE) == []

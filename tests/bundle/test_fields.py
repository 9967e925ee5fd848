"""Nodes: how each kind of field is read, and what is said about what does not fit."""

import time
from collections.abc import Mapping
from typing import Literal

import pytest

from gatewright.bundle.diagnostics import Report, Severity
from gatewright.bundle.fields import (
    NO_PROPERTIES,
    ConditionText,
    Ignored,
    Node,
    Ref,
    ResourceUrl,
    TemplateText,
    attribute,
    child,
    children,
    content,
    flag,
    mapping,
    text,
)
from gatewright.bundle.source import parse_document


class Header(Node):
    name: str = attribute()
    value: str = text(default="", strip=False)


class Remover(Node, xml="Remove"):
    headers: tuple[Header, ...] = children(within="Headers", default=())


class Setter(Node, xml="Set"):
    verb: str | None = child(default=None)


class Payload(Node):
    content_type: str | None = attribute(default=None)
    body: str = content(default="")


class Response(Node):
    is_enabled: bool = attribute(default=True, xml="enabled")


class Everything(Node):
    name: str = attribute()
    count: int | None = attribute(default=None)
    share: float = attribute(default=1.0)
    continue_on_error: bool = attribute(default=False)
    kind: Literal["calendar", "flexi"] = attribute(default="calendar", ignore_case=True)
    to: Literal["request", "response"] = attribute(default="request", lenient=True)
    url: TemplateText | None = attribute(default=None, xml="URL")
    display_name: str | None = child(default=None)
    value: str | None = child(default=None, strip=False)
    interval: Ref[int] = child(default=Ref(1))
    unit: Ref[Literal["minute", "hour"]] | None = child(default=None)
    timeout: int | None = child(default=None, xml=("TimeoutInSec", "TimeoutInSeconds"))
    script: ResourceUrl | None = child(default=None, xml="ResourceURL")
    condition: ConditionText | None = child(default=None)
    response: Response | None = child(default=None)
    payload: Payload | None = child(default=None)
    actions: tuple[Remover | Setter, ...] = children(default=())
    includes: tuple[str, ...] = children(xml="IncludeURL", default=())
    servers: tuple[Header, ...] = children(xml="Server", within="Servers", bare=True, default=())
    codes: tuple[int, ...] = children(xml="Code", within="Codes", default=())
    copies: bool = flag(default=False)
    properties: Mapping[str, str] = mapping(xml="Property", within="Properties", default=NO_PROPERTIES)

    ignores = (
        Ignored("FaultRules", "they belong to endpoints"),
        Ignored("@async", "there is one order", frozenset({"false"})),
    )


def read(xml: str, node: type[Node] = Everything) -> tuple[Node | None, list[str]]:
    """The node, and its findings as `severity line:column element: message`."""
    document, problem = parse_document("policies/E.xml", xml.encode())
    assert document is not None, problem
    report = Report()
    found = node.parse(document, report)
    return found, [f"{d.severity} {d.line}:{d.column} {d.element}: {d.message}" for d in report]


def wrap(inner: str) -> str:
    return f'<Everything name="e">{inner}</Everything>'


# XML inside <Everything name="e">, and the fields that it gives, without a finding.
READ: list[tuple[str, dict[str, object]]] = [
    ("", {"interval": Ref(1), "kind": "calendar", "properties": {}}),
    ("<DisplayName> a b </DisplayName>", {"display_name": "a b"}),
    ("<DisplayName>a<!-- not -->b</DisplayName>", {"display_name": "ab"}),
    ("<DisplayName><![CDATA[<a>]]></DisplayName>", {"display_name": "<a>"}),
    ("<DisplayName/>", {"display_name": None}),
    ("<Value> a </Value>", {"value": " a "}),
    ("<Value/>", {"value": ""}),
    ("<Interval>5</Interval>", {"interval": Ref(5)}),
    ("<Interval> 5\n</Interval>", {"interval": Ref(5)}),
    ('<Interval ref="a.b">5</Interval>', {"interval": Ref(5, "a.b")}),
    ('<Interval ref="a.b"/>', {"interval": Ref(None, "a.b")}),
    ('<Interval ref="a" type="long">5</Interval>', {"interval": Ref(5, "a", "long")}),
    ("<Interval/>", {"interval": Ref(1)}),
    ('<Interval ref=""/>', {"interval": Ref(1)}),
    ('<Unit ref="u">hour</Unit>', {"unit": Ref("hour", "u")}),
    ("<TimeoutInSec>3</TimeoutInSec>", {"timeout": 3}),
    ("<TimeoutInSeconds>3</TimeoutInSeconds>", {"timeout": 3}),
    ("<ResourceURL>jsc://a/b.js</ResourceURL>", {"script": ResourceUrl("jsc://a/b.js")}),
    ("<Condition> a = 1 </Condition>", {"condition": ConditionText("a = 1")}),
    ("<Response/>", {"response": Response(is_enabled=True)}),
    ('<Response enabled="false"/>', {"response": Response(is_enabled=False)}),
    ("<Payload>{x}\n</Payload>", {"payload": Payload(body="{x}\n")}),
    ("<Payload>a &lt; b<!--c--></Payload>", {"payload": Payload(body="a < b")}),
    ("<Payload><a>&lt;{x}</a> tail</Payload>", {"payload": Payload(body="<a>&lt;{x}</a> tail")}),
    (
        '<Payload contentType="text/xml"><s:E xmlns:s="{u}"/></Payload>',
        {"payload": Payload(content_type="text/xml", body='<s:E xmlns:s="{u}"/>')},
    ),
    (
        "<Set><Verb>A</Verb></Set><Remove/><Set/>",
        {"actions": (Setter(verb="A"), Remover(), Setter())},
    ),
    (
        '<Remove><Headers><Header name="a"/><Header name="b"> 1 </Header></Headers></Remove>',
        {"actions": (Remover(headers=(Header(name="a"), Header(name="b", value=" 1 "))),)},
    ),
    ("<IncludeURL>a</IncludeURL><IncludeURL>b</IncludeURL>", {"includes": ("a", "b")}),
    (
        '<Servers><Server name="a"/></Servers><Server name="b"/>',
        {"servers": (Header(name="a"), Header(name="b"))},
    ),
    ("<Servers/>", {"servers": ()}),
    ("<Codes><Code>500</Code><Code/><Code>503</Code></Codes>", {"codes": (500, 503)}),
    ("<Copies/>", {"copies": True}),
    ("<Copies>FALSE</Copies>", {"copies": False}),
    ('<Copies enabled="false"/>', {"copies": False}),
    (
        '<Properties><Property name="a"/><Property name="b"/><Property name="a"> 2 </Property></Properties>',
        {"properties": {"a": "2", "b": ""}},
    ),
    ("<FaultRules/><FaultRules> \n </FaultRules>", {}),
]


@pytest.mark.parametrize(("inner", "expected"), READ)
def test_elements_are_read_into_fields(inner: str, expected: dict[str, object]) -> None:
    node, findings = read(wrap(inner))
    assert findings == []
    assert {name: getattr(node, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('count="7"', {"count": 7}),
        ('count=" -7 "', {"count": -7}),
        ('count=""', {"count": None}),
        ('share=".5"', {"share": 0.5}),
        ('continueOnError="TRUE"', {"continue_on_error": True}),
        ('continueOnError="1"', {"continue_on_error": True}),
        ('continueOnError=""', {"continue_on_error": False}),
        ('kind="FLEXI"', {"kind": "flexi"}),
        ('URL="http://{h}"', {"url": TemplateText("http://{h}")}),
        ('async="false"', {}),
        ('xmlns="http://www.sap.com/apimgmt"', {}),
        ('xmlns:x="urn:x" x:schema="a"', {}),
    ],
)
def test_attributes_are_read_into_fields(attributes: str, expected: dict[str, object]) -> None:
    node, findings = read(f'<Everything name="e" {attributes}/>')
    assert findings == []
    assert {name: getattr(node, name) for name in expected} == expected


def test_children_are_found_in_a_namespace() -> None:
    node, findings = read('<Everything xmlns="urn:any" name="e"><Interval>5</Interval></Everything>')
    assert findings == []
    assert isinstance(node, Everything)
    assert node.interval == Ref(5)


# XML inside <Everything name="e">, and each finding.
FOUND: list[tuple[str, list[str]]] = [
    ("<Interval>x</Interval>", ["error 1:22 Everything/Interval: <Interval> is 'x', not a whole number"]),
    ("<Interval>1_0</Interval>", ["error 1:22 Everything/Interval: <Interval> is '1_0', not a whole number"]),
    ("<Interval>1.5</Interval>", ["error 1:22 Everything/Interval: <Interval> is '1.5', not a whole number"]),
    (f"<Interval>{'9' * 99}</Interval>", [
        f"error 1:22 Everything/Interval: <Interval> is '{'9' * 57}...', not a whole number"]),
    ("<Unit>week</Unit>", ["error 1:22 Everything/Unit: <Unit> is 'week', not one of minute, hour"]),
    ("<Unit>Hour</Unit>", ["error 1:22 Everything/Unit: <Unit> is 'Hour', not one of minute, hour"]),
    ("<Copies>yes</Copies>", ["error 1:22 Everything/Copies: <Copies> is 'yes', not true or false"]),
    ("<Indentifier/>", ["warning 1:22 Everything/Indentifier: unknown element <Indentifier>"]),
    ("<Codess/>", ["warning 1:22 Everything/Codess: unknown element <Codess>; did you mean Codes?"]),
    ("stray", ["warning 1:1 Everything: text inside <Everything> has no effect"]),
    ("<Copies/>stray", ["warning 1:1 Everything: text inside <Everything> has no effect"]),
    ("<TimeoutInSec>1</TimeoutInSec><TimeoutInSeconds>2</TimeoutInSeconds>", [
        "warning 1:52 Everything/TimeoutInSeconds: <TimeoutInSeconds> stands twice; the last one counts"]),
    ('<Interval reff="a">1</Interval>', [
        "warning 1:22 Everything/Interval: unknown attribute 'reff' in <Interval>"]),
    ('<DisplayName ref="a">1</DisplayName>', [
        "warning 1:22 Everything/DisplayName: unknown attribute 'ref' in <DisplayName>"]),
    ("<Value>a<b/></Value>", [
        "warning 1:30 Everything/Value/b: unknown element <b> in <Value>, which holds text only"]),
    ("<Remove><Headers><Header/></Headers></Remove>", [
        "error 1:39 Everything/Remove/Headers/Header: attribute 'name' is missing or empty in <Header>"]),
    ("<Remove><Headers><Head/></Headers></Remove>", [
        "warning 1:39 Everything/Remove/Headers/Head: unknown element <Head>; did you mean Header?"]),
    ("<Properties><Property>x</Property></Properties>", [
        "error 1:34 Everything/Properties/Property: attribute 'name' is missing in <Property>"]),
    ("<FaultRules><FaultRule/></FaultRules>", [
        "warning 1:22 Everything/FaultRules: <FaultRules> has no effect: they belong to endpoints"]),
    ("<Codes><Code>a</Code><Code>1</Code></Codes>", [
        "error 1:29 Everything/Codes/Code: <Code> is 'a', not a whole number"]),
]  # fmt: skip


@pytest.mark.parametrize(("inner", "expected"), FOUND)
def test_what_does_not_fit_is_reported_with_its_place(inner: str, expected: list[str]) -> None:
    node, findings = read(wrap(inner))
    assert findings == expected
    assert node is not None


TO = "warning 1:1 Everything: attribute 'to' of <Everything>"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('count="x"', "error 1:1 Everything: attribute 'count' of <Everything> is 'x', not a whole number"),
        ('share="NaN"', "error 1:1 Everything: attribute 'share' of <Everything> is 'NaN', not a number"),
        (
            'kind="week"',
            "error 1:1 Everything: attribute 'kind' of <Everything> is 'week', not one of calendar, flexi",
        ),
        ('enabld="x"', "warning 1:1 Everything: unknown attribute 'enabld' in <Everything>"),
        (
            'conut="1"',
            "warning 1:1 Everything: unknown attribute 'conut' in <Everything>; did you mean count?",
        ),
        ('async="true"', "warning 1:1 Everything: attribute 'async' has no effect: there is one order"),
        ('to="x"', f"{TO} is 'x', not one of request, response; the default stands"),
    ],
)
def test_attributes_that_do_not_fit_are_reported(attributes: str, expected: str) -> None:
    node, findings = read(f'<Everything name="e" {attributes}/>')
    assert findings == [expected]
    assert isinstance(node, Everything)
    assert (node.count, node.share, node.kind, node.to) == (None, 1.0, "calendar", "request")


def test_a_missing_required_value_leaves_no_node() -> None:
    node, findings = read("<Everything/>")
    assert node is None
    assert findings == ["error 1:1 Everything: attribute 'name' is missing or empty in <Everything>"]


def test_every_finding_of_a_file_is_collected() -> None:
    _, findings = read("<Everything count='x' ab=''>\n<Interval>y</Interval>\n<Zzz/>\n</Everything>")
    assert [finding.split(":")[0].split(" ")[0] for finding in findings] == [
        "error",
        "warning",
        "error",
        "warning",
        "error",
    ]


class Required(Node):
    unit: Ref[Literal["minute"]] = child()
    headers: tuple[Header, ...] = children(within="Headers")


@pytest.mark.parametrize(
    ("xml", "messages"),
    [
        ("<R/>", ["<Unit> is missing or empty in <R>", "<Header> is missing or empty in <R>"]),
        ("<R><Unit>x</Unit><Headers><Header name='a'/></Headers></R>", ["<Unit> is 'x', not one of minute"]),
        (
            "<R><Unit/><Headers/></R>",
            ["<Unit> is missing or empty in <R>", "<Header> is missing or empty in <R>"],
        ),
    ],
)
def test_a_required_value_is_reported_once(xml: str, messages: list[str]) -> None:
    node, findings = read(xml, Required)
    assert node is None
    assert [finding.split(": ", 1)[1] for finding in findings] == messages


def test_a_node_knows_where_it_stands_and_equals_others_of_its_value() -> None:
    one, _ = read(wrap("\n<Response/>"))
    other, _ = read(wrap("<Response/>"))
    assert isinstance(one, Everything)
    assert one == other
    assert hash(one.response) == hash(Response())
    assert one.response is not None
    assert (one.response.source.file, one.response.source.line) == ("policies/E.xml", 2)
    assert one.response.source.element == "Everything/Response"


def test_a_condition_places_its_characters_past_the_space_around_it() -> None:
    node, _ = read(wrap("<Condition>\n   a = \n  (b</Condition>"))
    assert isinstance(node, Everything)
    assert node.condition is not None
    place = node.condition.at(node.condition.text.index("("))
    assert (place.line, place.column) == (3, 3)


def test_nodes_are_made_in_code_by_keyword_and_are_frozen() -> None:
    node = Everything(name="e", interval=Ref(2))
    assert node.source.line == 0
    with pytest.raises(AttributeError):
        node.name = "f"  # type: ignore[misc]


def test_findings_carry_a_severity_and_a_rule() -> None:
    document, _ = parse_document("policies/E.xml", wrap("<Interval>x</Interval><Zzz/>").encode())
    assert document is not None
    report = Report()
    Everything.parse(document, report)
    assert [(d.severity, d.rule) for d in report] == [
        (Severity.ERROR, "invalid-value"),
        (Severity.WARNING, "unknown-element"),
    ]
    assert str(report.errors[0]) == (
        "policies/E.xml:1:22: error: <Interval> is 'x', not a whole number [Everything/Interval]"
    )


def make_node(annotation: object, specifier: object) -> type[Node]:
    made = type("Wrong", (Node,), {"__annotations__": {"field": annotation}, "field": specifier})
    assert issubclass(made, Node)
    return made


@pytest.mark.parametrize(
    ("annotation", "specifier"),
    [
        (list[str], children(default=())),
        (dict[str, str], child(default=None)),
        (Ref[int], attribute(default=None)),
        (int | str, child(default=None)),
        (Header, attribute(default=None)),
    ],
)
def test_a_field_that_cannot_be_read_is_the_programmers_error(annotation: object, specifier: object) -> None:
    wrong = make_node(annotation, specifier)
    with pytest.raises(TypeError, match=r"Wrong\.field"):
        wrong.plan()


def test_a_field_without_a_specifier_is_the_programmers_error() -> None:
    wrong = make_node(int, 1)
    with pytest.raises(TypeError, match="needs a specifier"):
        wrong.plan()


def test_a_policy_is_read_in_less_than_half_a_millisecond() -> None:
    data = wrap(
        '<DisplayName>Quota-1</DisplayName><FaultRules/><Properties/><Interval ref="a">1</Interval>'
        '<Unit ref="b">hour</Unit><TimeoutInSec>1</TimeoutInSec><Condition>a = 1</Condition><Response/>'
    ).encode()

    def once() -> None:
        document, _ = parse_document("policies/E.xml", data)
        assert document is not None
        Everything.parse(document, Report())

    once()
    started = time.process_time()
    for _ in range(200):
        once()
    assert (time.process_time() - started) / 200 < 0.0005

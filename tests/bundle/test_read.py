"""From archives to bundles: what is found where, and what is said about the rest."""

import pytest
from tests.support.bundles import COMPLETE, PLAIN_TYPES, PROXY, TARGET, archive_of, proxy_archive

from gatewright.bundle.model import Bundle
from gatewright.bundle.read import read_bundle
from gatewright.policies.base import Policy

FLOWS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ProxyEndpoint name="default">
  <Description>d</Description>
  <FaultRules>
    <FaultRule name="f"><Step><Name>a</Name></Step><Step><Name>b</Name><Condition>c = 1</Condition></Step>
      <Condition>fault.name = "x"</Condition></FaultRule>
  </FaultRules>
  <DefaultFaultRule name="d"><AlwaysEnforce>true</AlwaysEnforce><Step><Name>a</Name></Step></DefaultFaultRule>
  <PreFlow name="PreFlow"><Request><Step><FaultRules/><Name>a</Name></Step></Request><Response/></PreFlow>
  <Flows>
    <Flow name="first">
      <Request><Step><Name>a</Name></Step><Policy><Name>b</Name></Policy></Request>
      <Response><Step>bare</Step></Response>
      <Condition> request.verb = "GET" </Condition>
    </Flow>
    <Flow name="second"/>
  </Flows>
  <PostFlow name="PostFlow"><Request/><Response><Step><Name>c</Name></Step></Response></PostFlow>
  <PostClientFlow><Response><Step><Name>log</Name></Step></Response></PostClientFlow>
  <HTTPProxyConnection>
    <BasePath>/v0/weather</BasePath>
    <Properties><Property name="X-Forwarded-For">true</Property></Properties>
    <VirtualHost>default</VirtualHost><VirtualHost>secure</VirtualHost>
  </HTTPProxyConnection>
  <RouteRule name="none"><Condition>a = 1</Condition></RouteRule>
  <RouteRule name="url"><URL>http://a.example</URL></RouteRule>
  <RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>
</ProxyEndpoint>
"""


def read(files: dict[str, str | bytes | None]) -> tuple[Bundle[Policy], list[str]]:
    """The bundle and its findings as `severity file:line:column message`."""
    bundle, report = read_bundle(proxy_archive(files), PLAIN_TYPES)
    assert bundle is not None
    return bundle, [
        f"{d.severity} {d.file.removeprefix('apiproxy/')}:{d.line}:{d.column} {d.message}" for d in report
    ]


def test_an_endpoint_is_read_whole() -> None:
    bundle, findings = read({"proxies/default.xml": FLOWS})
    assert findings == []
    (endpoint,) = bundle.proxy_endpoints
    assert [step.policy for step in endpoint.fault_rules[0].steps] == ["a", "b"]
    assert str(endpoint.fault_rules[0].condition) == 'fault.name = "x"'
    assert endpoint.default_fault_rule is not None
    assert endpoint.default_fault_rule.always_enforce
    assert endpoint.pre_flow is not None
    assert [step.policy for step in endpoint.pre_flow.request] == ["a"]
    assert [flow.name for flow in endpoint.flows] == ["first", "second"]
    assert [step.policy for step in endpoint.flows[0].request] == ["a", "b"]
    assert [step.policy for step in endpoint.flows[0].response] == ["bare"]
    assert str(endpoint.flows[0].condition) == 'request.verb = "GET"'
    assert endpoint.flows[1].condition is None
    assert endpoint.post_client_flow is not None
    assert endpoint.http_proxy_connection is not None
    assert endpoint.http_proxy_connection.base_path == "/v0/weather"
    assert endpoint.http_proxy_connection.virtual_hosts == ("default", "secure")
    assert endpoint.http_proxy_connection.properties == {"X-Forwarded-For": "true"}
    assert [(rule.name, rule.is_null) for rule in endpoint.route_rules] == [
        ("none", True),
        ("url", False),
        ("default", False),
    ]


CONNECTION = """<TargetEndpoint name="default"><HTTPTargetConnection>
  <LoadBalancer><Algorithm>weighted</Algorithm>
    <Server name="one"><Weight>2</Weight></Server><Server name="two"><IsFallback>true</IsFallback></Server>
    <MaxFailures>5</MaxFailures><RetryEnabled>false</RetryEnabled>
    <ServerUnhealthyResponse><ResponseCode>500</ResponseCode><ResponseCode>503</ResponseCode></ServerUnhealthyResponse>
  </LoadBalancer>
  <Path>/{x}</Path>
  <Properties><Property name="io.timeout.millis">100</Property></Properties>
  <SSLInfo><Enabled>true</Enabled><TrustStore>ref://t</TrustStore><Protocols><Protocol>TLSv1.2</Protocol></Protocols>
    <CommonName wildcardMatch="true">*.a.example</CommonName></SSLInfo>
  <HealthMonitor><IsEnabled>true</IsEnabled><IntervalInSec>5</IntervalInSec>
    <HTTPMonitor><Request><Verb>GET</Verb><Path>/up</Path><Header name="a">b</Header></Request>
      <SuccessResponse><ResponseCode>200</ResponseCode></SuccessResponse></HTTPMonitor></HealthMonitor>
</HTTPTargetConnection></TargetEndpoint>"""


def test_a_target_connection_is_read_whole() -> None:
    bundle, findings = read({"targets/default.xml": CONNECTION})
    assert findings == []
    connection = bundle.target_endpoints[0].http_target_connection
    assert connection is not None
    balancer, tls, monitor = connection.load_balancer, connection.ssl_info, connection.health_monitor
    assert balancer is not None
    assert (balancer.algorithm, balancer.max_failures, balancer.retry_enabled) == ("Weighted", 5, False)
    assert [(s.name, s.weight, s.is_fallback) for s in balancer.servers] == [
        ("one", 2, False),
        ("two", 1, True),
    ]
    assert balancer.server_unhealthy_response == (500, 503)
    assert str(connection.path) == "/{x}"
    assert tls is not None
    assert (tls.enabled, str(tls.trust_store), tls.protocols) == (True, "ref://t", ("TLSv1.2",))
    assert tls.common_name is not None
    assert (tls.common_name.name, tls.common_name.wildcard_match) == ("*.a.example", True)
    assert monitor is not None
    assert monitor.http_monitor is not None
    assert monitor.http_monitor.request is not None
    assert monitor.http_monitor.request.headers[0].value == "b"


def test_a_policy_is_known_by_its_name_not_by_its_file() -> None:
    bundle, findings = read({"policies/Some copy.xml": '<RaiseFault name="AM-1"/>'})
    assert list(bundle.policies) == ["AM-1"]
    assert bundle.policies["AM-1"].source.file == "apiproxy/policies/Some copy.xml"
    assert findings == []


def test_resources_are_found_by_their_urls() -> None:
    bundle, findings = read(
        {"resources/jsc/lib/a.js": b"1", "resources/xsl/b.xsl": b"2", "resources/stray": b""}
    )
    assert bundle.resource("jsc://lib/a.js") == b"1"
    assert bundle.resource("xsl://b.xsl") == b"2"
    assert bundle.resource("jsc://b.xsl") is None
    assert findings == []


def test_a_shared_flow_bundle_is_read() -> None:
    archive = archive_of(
        {
            "s.xml": '<SharedFlowBundle name="s"/>',
            "sharedflows/default.xml": '<SharedFlow name="default"><Step><Name>a</Name></Step></SharedFlow>',
            "policies/a.xml": '<RaiseFault name="a"/>',
        },
        "sharedflowbundle",
    )
    bundle, report = read_bundle(archive, PLAIN_TYPES)
    assert bundle is not None
    assert list(report) == []
    assert (bundle.kind, bundle.name, list(bundle.policies)) == ("sharedflowbundle", "s", ["a"])
    assert [step.policy for step in bundle.shared_flows[0].steps] == ["a"]


@pytest.mark.parametrize(
    ("files", "given", "name"),
    [
        ({}, None, "p"),
        ({}, "given", "given"),
        ({"p.xml": None, "other.xml": "<APIProxy/>"}, None, "other"),
        ({"p.xml": None}, None, ""),
    ],
)
def test_a_bundle_is_named_as_told_else_by_its_descriptor(
    files: dict[str, str | bytes | None], given: str | None, name: str
) -> None:
    bundle, _ = read_bundle(proxy_archive(files), PLAIN_TYPES, given)
    assert bundle is not None
    assert bundle.name == name


def test_a_bundle_of_its_descriptor_alone_is_read() -> None:
    bundle, report = read_bundle(archive_of({"p.xml": "<APIProxy name='p'/>"}), PLAIN_TYPES)
    assert bundle is not None
    assert list(report) == []


# Files added to a complete proxy, and what is found.
FOUND: list[tuple[dict[str, str | bytes | None], str]] = [
    ({"policies/a.xml": "<Quot name='a'/>"},
     "error policies/a.xml:1:1 <Quot> is not a policy type that Gatewright knows; did you mean Quota?"),
    ({"policies/a.xml": "<Zzz name='a'/>"},
     "error policies/a.xml:1:1 <Zzz> is not a policy type that Gatewright knows"),
    ({"policies/a.xml": "<RaiseFault/>"},
     "error policies/a.xml:1:1 attribute 'name' is missing or empty in <RaiseFault>"),
    ({"policies/a.xml": "<RaiseFault name='x'/>", "policies/b.xml": "<!---->\n<RaiseFault name='x'/>"},
     "error policies/b.xml:2:1 the name 'x' is taken already, by apiproxy/policies/a.xml"),
    ({"proxies/b.xml": PROXY},
     "error proxies/default.xml:1:1 the name 'default' is taken already, by apiproxy/proxies/b.xml"),
    ({"targets/b.xml": TARGET.replace("default", "b", 1), "targets/c.xml": TARGET.replace("default", "b", 1)},
     "error targets/c.xml:1:1 the name 'b' is taken already, by apiproxy/targets/b.xml"),
    ({"proxies/b.xml": "<ProxyEndpoint/>"},
     "error proxies/b.xml:1:1 attribute 'name' is missing or empty in <ProxyEndpoint>"),
    ({"proxies/b.xml": "\n<TargetEndpoint name='b'/>"},
     "error proxies/b.xml:2:1 the root element is <TargetEndpoint>, not <ProxyEndpoint>"),
    ({"p.xml": "<Proxy name='p'/>"}, "error p.xml:1:1 the root element is <Proxy>, not <APIProxy>"),
    ({"p.xml": None},
     "warning apiproxy:0:0 there is no file <name>.xml with the root element <APIProxy>"),
    ({"policies/a.txt": "x"}, "warning policies/a.txt:0:0 only .xml files are read here"),
    ({"policies/sub/a.xml": "<A/>"}, "warning policies/sub/a.xml:0:0 files in sub-folders are not read here"),
    ({"other/a.xml": "<A/>"}, "warning other/a.xml:0:0 the folder 'other' is not read"),
    ({"sharedflows/a.xml": "<A/>"}, "warning sharedflows/a.xml:0:0 the folder 'sharedflows' is not read"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "finding"), FOUND, ids=[finding for _, finding in FOUND])
def test_what_is_wrong_is_found(files: dict[str, str | bytes | None], finding: str) -> None:
    _, findings = read(files)
    assert finding in findings


@pytest.mark.parametrize(
    "files",
    [
        {"manifests/manifest.xml": "<Manifest/>", "stepdefinitions/a.xml": "<StepDefinition/>"},
        {"resources/node/deep/er/app.js": "x"},
        {"p.xml": "<APIProxy name='p'><StepDefinitions/><Anything a='b'/></APIProxy>"},
        {"policies/a.xml": '<Plain xmlns="http://www.sap.com/apimgmt" name="a"><FaultRules/></Plain>'},
        {"policies/a.xml": '<!DOCTYPE RaiseFault>\n<RaiseFault async="false" version="1" name="a"/>'},
    ],
)
def test_what_real_bundles_carry_is_passed_over(files: dict[str, str | bytes | None]) -> None:
    _, findings = read(files)
    assert findings == []


def test_a_malformed_file_refuses_the_import_and_every_one_is_told() -> None:
    files: dict[str, str | bytes | None] = {
        "policies/a.xml": "<RaiseFault name='a'>\n</Raise>",
        "policies/b.xml": "<RaiseFault name='b'",
        "proxies/default.xml": "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><ProxyEndpoint name='default'/>",
        "policies/c.xml": "<Nope/>",
    }
    bundle, report = read_bundle(proxy_archive(files), PLAIN_TYPES)
    assert bundle is None
    assert [(d.file, d.line) for d in report.errors if d.rule == "malformed-xml"] == [
        ("apiproxy/policies/a.xml", 2),
        ("apiproxy/policies/b.xml", 1),
        ("apiproxy/proxies/default.xml", 1),
    ]
    assert any(d.rule == "unknown-policy-type" for d in report.errors)


def test_an_unusable_policy_leaves_its_name() -> None:
    bundle, report = read_bundle(
        proxy_archive({"policies/a.xml": "<Zzz name='a'/>", "policies/b.xml": "<RaiseFault name='b'/>"}),
        PLAIN_TYPES,
    )
    assert bundle is not None
    assert bundle.unusable == {"a"}
    assert list(bundle.policies) == ["b"]
    assert len(report.errors) == 1


def test_the_archive_is_kept() -> None:
    archive = archive_of(COMPLETE)
    bundle, _ = read_bundle(archive, PLAIN_TYPES)
    assert bundle is not None
    assert bundle.archive is archive

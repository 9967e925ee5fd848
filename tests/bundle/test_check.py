"""What keeps a bundle from being deployed, each finding with file, line and element."""

import pytest
from tests.support.bundles import PLAIN_TYPES, PROXY, TARGET, archive_of, proxy_archive

from gatewright.bundle.archive import Archive
from gatewright.bundle.check import check_bundle
from gatewright.bundle.read import read_bundle

Files = dict[str, str | bytes | None]


def check(archive: Archive, virtual_hosts: frozenset[str] | None = None) -> list[str]:
    """The findings as `severity file:line element: message`."""
    bundle, report = read_bundle(archive, PLAIN_TYPES)
    assert bundle is not None
    check_bundle(bundle, report, virtual_hosts, lambda url: url == "jsc://environment.js")
    return [f"{d.severity} {d.file.partition('/')[2]}:{d.line} {d.element}: {d.message}" for d in report]


def proxy(inner: str, connection: str = "<BasePath>/p</BasePath>") -> Files:
    """A proxy endpoint holding this, its first line being the root's."""
    return {
        "proxies/default.xml": f"""<ProxyEndpoint name="default">
{inner}<HTTPProxyConnection>{connection}</HTTPProxyConnection></ProxyEndpoint>"""
    }


def target(inner: str) -> Files:
    return {"targets/default.xml": f'<TargetEndpoint name="default">\n{inner}</TargetEndpoint>'}


def url(text: str) -> Files:
    return target(f"<HTTPTargetConnection><URL>{text}</URL></HTTPTargetConnection>")


def pre_flow(step: str) -> Files:
    return proxy(f"<PreFlow><Request>\n{step}</Request></PreFlow>")


def plain(inner: str, name: str = "a") -> Files:
    return {"policies/a.xml": f'<Plain name="{name}">\n{inner}</Plain>'}


def prop(name: str, value: str) -> Files:
    connection = f'<Properties><Property name="{name}">{value}</Property></Properties>'
    return target(f"<HTTPTargetConnection>\n<URL>http://a.example</URL>{connection}</HTTPTargetConnection>")


STEP = "ProxyEndpoint/PreFlow/Request/Step"
HOST = "ProxyEndpoint/HTTPProxyConnection"
HTTP = "TargetEndpoint/HTTPTargetConnection"

FOUND: list[tuple[Files, str, str, str]] = [
    # Steps
    (pre_flow("<Step><Name>a</Name></Step>"),
     "error proxies/default.xml:3", STEP,
     "there is no policy 'a' in the bundle"),
    (pre_flow("<Step><Name>Quota-2</Name></Step>") | {"policies/q.xml": "<Quota name='Quota-1'/>"},
     "error proxies/default.xml:3", STEP,
     "there is no policy 'Quota-2' in the bundle; did you mean 'Quota-1'?"),
    (pre_flow("<Step><Name>A</Name></Step>") | plain(""),
     "error proxies/default.xml:3", STEP,
     "there is no policy 'A' in the bundle"),
    (pre_flow("<Step/>"), "error proxies/default.xml:3", STEP,
     "the step names no policy"),
    (pre_flow("<Step><Name/></Step>"), "error proxies/default.xml:3", STEP,
     "the step names no policy"),
    (pre_flow("<Step>a</Step>") | plain(""),
     "warning proxies/default.xml:3", STEP,
     "write the policy's name in a <Name> element"),
    (proxy("<FaultRules><FaultRule><Step><Name>x</Name></Step></FaultRule></FaultRules>"),
     "error proxies/default.xml:2", "ProxyEndpoint/FaultRules/FaultRule/Step",
     "there is no policy 'x' in the bundle"),
    (target("<DefaultFaultRule>\n<Step><Name>x</Name></Step></DefaultFaultRule><HTTPTargetConnection/>"),
     "error targets/default.xml:3", "TargetEndpoint/DefaultFaultRule/Step",
     "there is no policy 'x' in the bundle"),
    (proxy("<PostClientFlow><Response><Step><Name>x</Name></Step></Response></PostClientFlow>"),
     "error proxies/default.xml:2", "ProxyEndpoint/PostClientFlow/Response/Step",
     "there is no policy 'x' in the bundle"),
    # Conditions
    (proxy("<Flows><Flow/>\n<Flow><Condition>a =</Condition></Flow></Flows>"),
     "error proxies/default.xml:3", "ProxyEndpoint/Flows/Flow[2]/Condition",
     "the condition does not parse: "),
    (pre_flow("<Step><Name>a</Name><Condition>a = &quot;x</Condition></Step>") | plain(""),
     "error proxies/default.xml:3", STEP + "/Condition",
     "the condition does not parse: missing closing \""),
    (proxy("<RouteRule><Condition>= 1</Condition></RouteRule>"),
     "error proxies/default.xml:2", "ProxyEndpoint/RouteRule/Condition",
     "the condition does not parse: "),
    (plain("<Condition>a b c</Condition>"), "error policies/a.xml:2", "Plain/Condition",
     "the condition does not parse: "),
    # Resources
    (plain("<ResourceURL>jsc://a.js</ResourceURL>") | {"resources/jsc/b.js": "", "resources/jsc/A.js": ""},
     "error policies/a.xml:2", "Plain/ResourceURL",
     "there is no resource jsc://a.js; did you mean 'jsc://"),
    (plain("<ResourceURL>a.js</ResourceURL>"),
     "error policies/a.xml:2", "Plain/ResourceURL",
     "'a.js' is not the address of a resource, such as jsc://file.js"),
    # Routes and targets
    (proxy("<RouteRule name='r'>\n<TargetEndpoint>defualt</TargetEndpoint></RouteRule>"),
     "error proxies/default.xml:2", "ProxyEndpoint/RouteRule",
     "there is no target endpoint 'defualt'; did you mean 'default'?"),
    (proxy("<RouteRule><IntegrationEndpoint>i</IntegrationEndpoint></RouteRule>"),
     "error proxies/default.xml:2", "ProxyEndpoint/RouteRule",
     "integrations exist only in Apigee X"),
    (proxy("<RouteRule/>\n<RouteRule/>"),
     "warning proxies/default.xml:3", "ProxyEndpoint/RouteRule[2]",
     "this route rule is never reached: the one in line 2 has no condition"),
    (proxy("<Flows><Flow/><Flow><Condition>a = 1</Condition></Flow></Flows>"),
     "warning proxies/default.xml:2", "ProxyEndpoint/Flows/Flow[2]",
     "this flow is never reached: the one in line 2 has no condition"),
    (url("mocktarget"), "error targets/default.xml:2", HTTP + "/URL",
     "'mocktarget' is not an http or https URL"),
    (url("ftp://a.example"), "error targets/default.xml:2", HTTP + "/URL",
     "'ftp://a.example' is not an http or https URL"),
    (target("<HTTPTargetConnection/>"), "warning targets/default.xml:2", HTTP,
     "there is neither <URL> nor"),
    (target("<HTTPTargetConnection><URL>http://a</URL>"
            "<LoadBalancer><Server name='s'/></LoadBalancer></HTTPTargetConnection>"),
     "warning targets/default.xml:2", HTTP + "/URL",
     "the <URL> has no effect beside a <LoadBalancer>"),
    (target(""), "error targets/default.xml:1", "TargetEndpoint",
     "the target endpoint has no connection"),
    (target("<HTTPTargetConnection/><LocalTargetConnection><Path>/x</Path></LocalTargetConnection>"),
     "error targets/default.xml:1", "TargetEndpoint",
     "the target endpoint has several connections"),
    (target("<LocalTargetConnection><APIProxy>x</APIProxy></LocalTargetConnection>"),
     "error targets/default.xml:2", "TargetEndpoint/LocalTargetConnection",
     "name the proxy by"),
    (target("<ScriptTarget><ResourceURL>node://a.js</ResourceURL></ScriptTarget>"),
     "error targets/default.xml:2", "TargetEndpoint/ScriptTarget",
     "Node.js targets are not run here"),
    (target("<HostedTarget/>"),
     "error targets/default.xml:2", "TargetEndpoint/HostedTarget",
     "Node.js targets are not run here"),
    # Properties
    (prop("connect.timeout.millis", "3s"),
     "error targets/default.xml:2", HTTP,
     "the property connect.timeout.millis is '3s', not a whole number"),
    (prop("supports.http10", "yes"),
     "error targets/default.xml:2", HTTP,
     "the property supports.http10 is 'yes', not true or false"),
    (prop("success.codes", "2xx;404"),
     "error targets/default.xml:2", HTTP,
     "the property success.codes is '2xx;404', not a list"),
    # Base paths and virtual hosts
    (proxy("", "<BasePath>p</BasePath>"), "error proxies/default.xml:2", HOST,
     "the base path 'p' does not begin with /"),
    (proxy("", "<BasePath>/p*/x</BasePath>"), "error proxies/default.xml:2", HOST,
     "in the base path '/p*/x' a *"),
    (proxy("", "<BasePath>/p//x</BasePath>"),
     "error proxies/default.xml:2", HOST,
     "the base path '/p//x' has an empty segment"),
    (proxy("", "<BasePath>/{{p}}</BasePath>"),
     "error proxies/default.xml:2", HOST,
     "the base path '/{{p}}' holds a character"),
    (proxy("", "<BasePath>/p</BasePath><VirtualHost>other</VirtualHost>"),
     "error proxies/default.xml:2", HOST,
     "the environment has no virtual host 'other'; it has default, secure"),
    ({"proxies/default.xml": '<ProxyEndpoint name="default"/>'},
     "error proxies/default.xml:1", "ProxyEndpoint",
     "there is no <HTTPProxyConnection>"),
    ({"proxies/b.xml": PROXY.replace("default", "b", 1)},
     "error proxies/default.xml:1", "ProxyEndpoint",
     "the base path '/p' is that of the proxy endpoint 'b' as well"),
    # Policies and the whole
    (plain("", "a&lt;b"), "error policies/a.xml:1", "Plain",
     "a policy's name holds 1 to 255"),
    (plain("", "x" * 256), "error policies/a.xml:1", "Plain",
     "a policy's name holds 1 to 255"),
    ({"proxies/default.xml": None}, "error proxies:0", "",
     "there is no proxy endpoint"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "place", "element", "message"), FOUND, ids=[row[3] for row in FOUND])
def test_what_keeps_a_bundle_from_running_is_found(
    files: Files, place: str, element: str, message: str
) -> None:
    findings = check(proxy_archive(files), frozenset({"default", "secure"}))
    assert [found for found in findings if found.startswith(f"{place} {element}: {message}")], findings


@pytest.mark.parametrize(
    "files",
    [
        {},
        pre_flow("<Step><Name>a</Name><Condition>(a = 1) and b != null</Condition></Step>") | plain(""),
        plain("<ResourceURL>jsc://lib/a.js</ResourceURL>") | {"resources/jsc/lib/a.js": ""},
        plain("<ResourceURL>jsc://environment.js</ResourceURL>"),
        url("https://{request.header.host}/x"),
        url("{target.address}"),
        prop("success.codes", "1xx,2xx, 404"),
        prop("io.timeout.millis", ""),
        prop("any.other", "x"),
        proxy("<RouteRule><Condition>a = 1</Condition></RouteRule><RouteRule/>"),
        proxy("", "<BasePath>/v1/*/x/</BasePath><VirtualHost>secure</VirtualHost>"),
        proxy("", ""),
        {
            "proxies/b.xml": PROXY.replace("default", "b", 1).replace(
                "</BasePath>", "</BasePath><VirtualHost>secure</VirtualHost>"
            ),
            "proxies/default.xml": PROXY.replace(
                "</BasePath>", "</BasePath><VirtualHost>default</VirtualHost>"
            ),
        },
        {"targets/default.xml": TARGET, "p.xml": None} | {"p.xml": "<APIProxy/>"},
    ],
)
def test_what_can_run_has_no_findings(files: Files) -> None:
    assert check(proxy_archive(files), frozenset({"default", "secure"})) == []


def test_every_finding_is_collected_at_once() -> None:
    files = pre_flow("<Step><Name>x</Name><Condition>a = (</Condition></Step><Step/>") | url("nowhere")
    errors = [finding for finding in check(proxy_archive(files)) if finding.startswith("error")]
    assert len(errors) == 4


def test_a_step_of_an_unusable_policy_is_not_reported_again() -> None:
    files = pre_flow("<Step><Name>x</Name></Step>") | {"policies/x.xml": "<Zzz name='x'/>"}
    assert [finding.split(":")[0] for finding in check(proxy_archive(files))] == ["error policies/x.xml"]


def test_unknown_virtual_hosts_are_not_checked() -> None:
    files = proxy("", "<BasePath>/p</BasePath><VirtualHost>other</VirtualHost>")
    assert check(proxy_archive(files), None) == []


def test_a_shared_flow_bundle_needs_a_shared_flow() -> None:
    archive = archive_of({"s.xml": "<SharedFlowBundle name='s'/>"}, "sharedflowbundle")
    assert check(archive) == ["error sharedflows:0 : there is no shared flow"]


def test_steps_of_shared_flows_are_checked() -> None:
    archive = archive_of(
        {
            "s.xml": "<SharedFlowBundle name='s'/>",
            "sharedflows/d.xml": "<SharedFlow name='default'>\n<Step><Name>x</Name></Step></SharedFlow>",
        },
        "sharedflowbundle",
    )
    assert check(archive) == [
        "error sharedflows/d.xml:2 SharedFlow/Step: there is no policy 'x' in the bundle"
    ]

"""The streaming properties lift the limit of a body, where nothing has to hold it.

docs.apigee.com/api-platform/develop/enabling-streaming
"""

import pytest
from tests.engine.harness import call, compiled

from gatewright.engine.explain import explain
from gatewright.engine.target import BODY_LIMIT
from gatewright.message import Response

ROUTE = '<RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>'
READS_REQUEST = '<Flow name="f"><Condition>request.content = "x"</Condition></Flow>'
READS_RESPONSE = (
    '<Flow name="f"><Condition>request.verb = "GET"</Condition><Response><Step><Name>a</Name>'
    '<Condition>response.content = "x"</Condition></Step></Response></Flow>'
)


def properties(message: str, value: str) -> str:
    return f'<Properties><Property name="{message}.streaming.enabled">{value}</Property></Properties>'


def proxy_of(request: str, flow: str = "", route: str = ROUTE) -> str:
    connection = f"<BasePath>/marks</BasePath>{properties('request', request)}"
    return f"<Flows>{flow}</Flows><HTTPProxyConnection>{connection}</HTTPProxyConnection>{route}"


def target_of(response: str) -> str:
    url = "<URL>http://t.example</URL>"
    return f"<HTTPTargetConnection>{url}{properties('response', response)}</HTTPTargetConnection>"


@pytest.mark.parametrize(
    ("proxy", "streams"),
    [
        (proxy_of("true"), True),
        (proxy_of("TRUE"), True),
        (proxy_of("false"), False),
        (proxy_of(""), False),
        (proxy_of("true", READS_REQUEST), False),
        (proxy_of("true", route='<RouteRule name="none"/>'), False),
    ],
    ids=["on", "any case", "off", "empty", "a step reads it", "a null route answers with it"],
)
def test_a_request_may_be_of_any_size_where_it_is_streamed(proxy: str, streams: bool) -> None:
    result = compiled(proxy, target_of("false"))
    assert result.endpoints[0].streams_request is streams
    assert any("of any size" in line for line in explain(result)) is streams


@pytest.mark.parametrize(
    ("response", "flow", "limit"),
    [("true", "", None), ("false", "", BODY_LIMIT), ("true", READS_RESPONSE, BODY_LIMIT)],
    ids=["on", "off", "a step reads it"],
)
def test_an_answer_may_be_of_any_size_where_it_is_streamed(
    response: str, flow: str, limit: int | None
) -> None:
    endpoint = compiled(proxy_of("false", flow), target_of(response)).endpoints[0]
    (sent,) = call(endpoint, Response()).target.calls
    assert sent.response_limit == limit
    assert sent.buffer_response is bool(flow)

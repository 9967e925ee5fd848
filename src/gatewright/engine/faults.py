"""Faults: what can go wrong in a flow, as data, and how it is answered when no fault rule says otherwise."""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

from gatewright.message import Headers, Request, Response

REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    203: "Non-Authoritative Information",
    204: "No Content",
    205: "Reset Content",
    206: "Partial Content",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type",
    416: "Range Not Satisfiable",
    417: "Expectation Failed",
    422: "Unprocessable Content",
    426: "Upgrade Required",
    428: "Precondition Required",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True)
class FaultSpec:
    """One way to fail. Calling it makes the Fault to raise; the message's `{name}` fields are filled in.

    `code` is what clients see as `errorcode`; its last segment is `fault.name`. `doc` tells a proxy's author
    the cause and the remedy and goes into the fault reference.
    """

    code: str
    status: int
    message: str
    doc: str = ""

    @property
    def name(self) -> str:
        return self.code.rpartition(".")[2]

    def __call__(self, *, status: int | None = None, **fields: object) -> "Fault":
        message = self.message.format(**fields)
        return Fault(self.code, status or self.status, message)


def fault(code: str, status: int, message: str, doc: str = "") -> FaultSpec:
    """The spelling for class bodies: `violation = fault("policies.ratelimit.QuotaViolation", 429, "…")`."""
    return FaultSpec(code, status, message, doc)


class Fault(Exception):
    """A flow went wrong in a way that its fault rules can answer.

    `response`, where given, is the error message itself (RaiseFault's, OAuth's own bodies, a target's error
    answer); otherwise the platform's fault body is made from code and message.
    """

    def __init__(
        self,
        code: str,
        status: int,
        message: str,
        *,
        response: Response | None = None,
        category: str = "Step",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.response = response
        self.category = category
        self.headers = headers
        self.policy: str | None = None

    @property
    def name(self) -> str:
        """What fault rules compare `fault.name` with."""
        return self.code.rpartition(".")[2]


class Answered(Exception):
    """A policy has put the final answer into `flow.response`: go straight to the proxy's response pass."""

    policy: str | None = None


def fault_response(failure: Fault, request: Request) -> Response:
    """The platform's answer to a fault, in XML for a client that asks for XML first, else in JSON."""
    if prefers_xml(request):
        content_type, body = "application/xml", _xml_body(failure)
    else:
        content_type, body = "application/json", _json_body(failure)
    headers = Headers([(b"Content-Type", content_type.encode("ascii"))])
    for name, value in failure.headers:
        headers.set(name, value)
    return Response(failure.status, REASONS.get(failure.status, ""), headers, body)


def prefers_xml(request: Request) -> bool:
    """Whether the client's Accept names an XML type before any JSON type or wildcard."""
    accept = request.headers.raw(b"accept")
    if accept is None or b"xml" not in accept:
        return False
    for choice in accept.lower().split(b","):
        media_type = choice.partition(b";")[0].strip()
        if media_type in (b"application/xml", b"text/xml"):
            return True
        if media_type in (b"application/json", b"application/*", b"*/*"):
            return False
    return False


def _json_body(failure: Fault) -> bytes:
    body = {"fault": {"faultstring": failure.message, "detail": {"errorcode": failure.code}}}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def _xml_body(failure: Fault) -> bytes:
    text = (
        f"<fault><faultstring>{escape(failure.message)}</faultstring>"
        f"<detail><errorcode>{escape(failure.code)}</errorcode></detail></fault>"
    )
    return text.encode("utf-8", "replace")

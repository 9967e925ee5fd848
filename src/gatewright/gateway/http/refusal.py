"""Why a message cannot be taken, and what its sender is told."""

from gatewright.message import Headers, Response

_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    414: "URI Too Long",
    417: "Expectation Failed",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


_RETRY_AFTER_S = 5


class Refused(Exception):
    """A message that breaks a rule: its status, Edge's error code and one sentence that names the rule.

    `retry_after_s`: when it is worth another try (RFC 9110 §10.2.3).
    """

    def __init__(
        self,
        rule: str,
        status: int = 400,
        code: str = "protocol.http.BadRequest",
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(rule)
        self.rule = rule
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s

    def response(self) -> Response:
        """The fault as Edge words it (apigee fault body: faultstring and errorcode)."""
        body = f'{{"fault":{{"faultstring":"{self.rule}","detail":{{"errorcode":"{self.code}"}}}}}}'
        headers = Headers([(b"Content-Type", b"application/json")])
        if self.retry_after_s is not None:
            headers.add("Retry-After", str(self.retry_after_s))
        return Response(self.status, reason_of(self.status), headers, body.encode("ascii"))


def reason_of(status: int) -> str:
    """The reason phrase of a status that this side sends by itself."""
    return _REASONS.get(status, "")


def uri_too_long(limit: int) -> Refused:
    return Refused(f"request line size exceeding {limit:,}", 414, "protocol.http.TooBigLine")


def fields_too_big(limit: int) -> Refused:
    return Refused(f"request headers size exceeding {limit:,}", 431, "protocol.http.TooBigHeaders")


def too_many_fields(limit: int) -> Refused:
    return Refused(f"request headers count exceeding {limit:,}", 431, "protocol.http.TooBigHeaders")


def body_too_big() -> Refused:
    return Refused("Body buffer overflow", 413, "protocol.http.TooBigBody")


def unknown_verb() -> Refused:
    return Refused("the request method is not one this server carries out", 501, "NotImplemented")


def too_slow() -> Refused:
    return Refused("Request timed out", 408, "messaging.adaptors.http.flow.RequestTimeOut")


def too_many_connections() -> Refused:
    rule = "too many connections from this address: close some, or try again later"
    return Refused(rule, 503, "messaging.adaptors.http.flow.ServiceUnavailable")


def server_is_full() -> Refused:
    rule = "too many connections to this server: try again later"
    return Refused(rule, 503, "messaging.adaptors.http.flow.ServiceUnavailable", _RETRY_AFTER_S)


def internal_error() -> Refused:
    rule = "Internal error: the log has the details"
    return Refused(rule, 500, "messaging.runtime.InternalError")

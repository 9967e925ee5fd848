"""The faults of the platform itself: routing, targets, messages (Edge's `messaging.*`, `protocol.*`)."""

from gatewright.engine.faults import Fault, FaultSpec, fault

application_not_found = fault(
    "messaging.adaptors.http.flow.ApplicationNotFound",
    404,
    "Unable to identify proxy for host: {host} and url: {url}",
    "No deployed proxy has a base path that matches the request on this virtual host. "
    "Check the deployment's environment, the proxy's base path and its virtual hosts.",
)
route_failed = fault(
    "messaging.runtime.RouteFailed",
    500,
    "Unable to route the message to a TargetEndpoint",
    "Every RouteRule has a condition and none of them holds. Add a last rule without a condition.",
)
shared_flow_not_found = fault(
    "flow.SharedFlowNotFound",
    500,
    "Shared Flow {name} Not Found",
    "A FlowCallout or a flow hook names a shared flow that does not exist, or is not deployed in the "
    "environment. Deploy it there.",
)
shared_flow_too_deep = fault(
    "flow.SharedFlowNestingLimit",
    500,
    "Shared Flow {name} is called inside more than {limit} others, or inside itself",
    "Shared flows call each other in a circle, or too deep. Take out one of the calls.",
)
service_unavailable = fault(
    "messaging.adaptors.http.flow.ServiceUnavailable",
    503,
    "The Service is temporarily unavailable",
    "The target refused the connection, could not be resolved, or did not accept in time. "
    "The log entry with this message id names the address and the cause.",
)
no_active_targets = fault(
    "messaging.adaptors.http.flow.NoActiveTargets",
    503,
    "The Service is temporarily unavailable",
    "No target server of the load balancer is enabled and healthy.",
)
ssl_handshake_failed = fault(
    "messaging.adaptors.http.flow.SslHandshakeFailed",
    503,
    "SSL Handshake failed",
    "The TLS handshake with the target failed; the log entry names the reason.",
)
gateway_timeout = fault(
    "messaging.adaptors.http.flow.GatewayTimeout",
    504,
    "Gateway Timeout",
    "The target sent nothing for as long as io.timeout.millis allows.",
)
unexpected_eof_at_target = fault(
    "messaging.adaptors.http.flow.UnexpectedEOFAtTarget",
    502,
    "Unexpected EOF at target",
    "The target closed the connection before it had answered.",
)
bad_target_response = fault(
    "messaging.adaptors.http.flow.BadGateway",
    502,
    "Bad Gateway",
    "The target's answer is not valid HTTP; the log entry names the rule it breaks.",
)
request_timed_out = fault(
    "messaging.adaptors.http.flow.RequestTimeOut",
    408,
    "Request timed out",
    "The client did not send its request in time.",
)
invalid_target_url = fault(
    "messaging.adaptors.http.flow.InvalidTargetUrl",
    500,
    "The target URL is invalid: {reason}",
    "The variable target.url must hold an absolute http or https URL when the target is called.",
)
target_not_allowed = fault(
    "messaging.adaptors.http.flow.TargetNotAllowed",
    500,
    "The target address is not allowed: {host}",
    "An address made from request data is checked against loopback, link-local and private networks; "
    "the setting allow_private_targets lifts the check.",
)
error_response_code = fault(
    "messaging.adaptors.http.flow.ErrorResponseCode",
    500,
    "The target answered with status {code}",
    "The status is none of the target's success.codes; the target's own answer is passed on "
    "unless a fault rule of the target endpoint replaces it.",
)
too_big_body = fault(
    "protocol.http.TooBigBody",
    413,
    "Body buffer overflow",
    "The body is larger than the limit for bodies that are not streamed.",
)
too_big_target_body = fault(
    "protocol.http.TooBigBody",
    502,
    "Body buffer overflow",
    "The target's answer is larger than the limit for bodies that are not streamed.",
)
request_broke_off = fault(
    "messaging.adaptors.http.flow.UnexpectedEOFAtClient",
    400,
    "Unexpected EOF at client",
    "The client closed its side before its request was complete.",
)
unresolved_variable = fault(
    "entities.UnresolvedVariable",
    500,
    "Unresolved variable : {variable}",
    "A message template names a variable without a value and IgnoreUnresolvedVariables is false.",
)
evaluation_failed = fault(
    "entities.EvaluationFailed",
    500,
    "Evaluation failed: {reason}",
    "A condition, a message template or a variable cannot be evaluated for this request: a regular "
    "expression takes too long, a function's argument does not fit, there are too many parameters, or a "
    "variable cannot take what is written to it.",
)
internal_error = fault(
    "messaging.runtime.InternalError",
    500,
    "Internal error. Message id: {message_id}",
    "A defect of Gatewright; the log entry with this message id holds the details.",
)


def messaging(failure: Fault) -> Fault:
    """The same fault in the category that Edge gives to what no policy raised."""
    failure.category = "Messaging"
    return failure


PLATFORM_FAULTS: tuple[FaultSpec, ...] = (
    application_not_found,
    route_failed,
    service_unavailable,
    no_active_targets,
    ssl_handshake_failed,
    gateway_timeout,
    unexpected_eof_at_target,
    bad_target_response,
    request_timed_out,
    invalid_target_url,
    target_not_allowed,
    error_response_code,
    too_big_body,
    too_big_target_body,
    request_broke_off,
    unresolved_variable,
    evaluation_failed,
    internal_error,
)
"""For the generated fault reference."""

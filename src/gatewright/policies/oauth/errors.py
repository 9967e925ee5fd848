"""How requests for tokens and calls with tokens go wrong, in each family of answers.

docs.apigee.com/api-platform/reference/policies/oauth-http-status-code-reference prints the bodies. A policy
that answers by itself (GenerateResponse) says {"ErrorCode","Error"}; one that does not raises a fault with
Edge's fault JSON; one that is to comply with RFC 6749 says {"error","error_description"} (§5.2).
"""

from dataclasses import dataclass

from gatewright.engine.faults import Fault, FaultSpec, fault
from gatewright.policies import client_faults
from gatewright.policies.oauth.responses import edge_error, rfc_error


@dataclass(frozen=True, slots=True)
class TokenError:
    """One way in which a request for a token fails.

    `plain` is raised by a policy that does not answer by itself, `answered` by one that does: its message
    is Edge's Error.
    """

    plain: FaultSpec
    answered: FaultSpec
    code: str
    """Edge's ErrorCode."""
    rfc_code: str
    rfc_status: int = 400


@dataclass(frozen=True, slots=True)
class TokenFaults:
    """Makes the faults of one token operation as its policy wants them answered."""

    is_answering: bool
    is_rfc: bool

    def of(self, error: TokenError, **fields: object) -> Fault:
        if not self.is_answering:
            return error.plain(status=None, **fields)
        made = error.answered(status=None, **fields)
        if self.is_rfc:
            made.status = error.rfc_status
            made.response = rfc_error(error.rfc_status, error.rfc_code, made.message)
        else:
            made.response = edge_error(made.status, error.code, made.message)
        return made


missing_parameter_fault = fault(
    "steps.oauth.v2.invalid_request",
    400,
    "Required param : {parameter}",
    "The request lacks the parameter, or the policy looks for it elsewhere: see its location elements.",
)
unsupported_grant_type_fault = fault(
    "oauth.v2.UnSupportedGrantType",
    500,
    "Unsupported grant type : {grant_type}",
    "SupportedGrantTypes does not list the grant type that the client asks for.",
)
invalid_client_identifier = fault(
    "oauth.v2.InvalidClientIdentifier",
    401,
    "Invalid client identifier {{0}}",
    "The client id or its secret is missing, unknown or wrong. The text's {0} is Edge's own.",
)
invalid_client_fault = fault(
    "steps.oauth.v2.invalid_client",
    401,
    "ClientId is Invalid",
    "The client id or its secret is missing, unknown or wrong; or the key is revoked or has expired.",
)
secret_in_url_fault = fault(
    "steps.oauth.v2.invalid_request",
    400,
    "client_secret must not be sent in the URL",
    "URLs end up in logs and histories. Send the secret in the form body or by Basic authentication.",
)
invalid_scope_fault = fault(
    "steps.oauth.v2.invalid_scope",
    400,
    "Invalid scope : {scope}",
    "None of the scopes asked for belongs to a product that is approved on the consumer key.",
)
invalid_refresh_token_fault = fault(
    "steps.oauth.v2.invalid_refresh_token",
    400,
    "Invalid Refresh Token",
    "The refresh token is unknown, revoked, used up, or was issued to another client.",
)
refresh_token_expired_fault = fault(
    "steps.oauth.v2.refresh_token_expired",
    400,
    "Refresh Token expired",
    "The refresh token's time is up: the user must log in again.",
)
token_too_long_fault = fault(
    "steps.oauth.v2.invalid_request",
    400,
    "The external token is longer than {limit} bytes",
    "Tokens made elsewhere may have up to 2 KB.",
)
token_taken_fault = fault(
    "steps.oauth.v2.invalid_request",
    400,
    "The external token is in use already",
    "A token made elsewhere can be stored once.",
)

missing_parameter = TokenError(
    missing_parameter_fault, missing_parameter_fault, "invalid_request", "invalid_request"
)
unsupported_grant_type = TokenError(
    unsupported_grant_type_fault, unsupported_grant_type_fault, "invalid_request", "unsupported_grant_type"
)
invalid_client = TokenError(
    invalid_client_identifier, invalid_client_fault, "invalid_client", "invalid_client", 401
)
app_not_approved = TokenError(
    client_faults.app_not_approved, client_faults.app_not_approved, "invalid_client", "invalid_client", 401
)
developer_not_active = TokenError(
    client_faults.developer_not_active,
    client_faults.developer_not_active,
    "invalid_client",
    "invalid_client",
    401,
)
secret_in_url = TokenError(secret_in_url_fault, secret_in_url_fault, "invalid_request", "invalid_request")
invalid_scope = TokenError(invalid_scope_fault, invalid_scope_fault, "invalid_scope", "invalid_scope")
invalid_refresh_token = TokenError(
    invalid_refresh_token_fault, invalid_refresh_token_fault, "invalid_request", "invalid_grant"
)
refresh_token_expired = TokenError(
    refresh_token_expired_fault, refresh_token_expired_fault, "invalid_request", "invalid_grant"
)
token_too_long = TokenError(token_too_long_fault, token_too_long_fault, "invalid_request", "invalid_request")
token_taken = TokenError(token_taken_fault, token_taken_fault, "invalid_request", "invalid_request")

unresolved_access_token = fault(
    "steps.oauth.v2.FailedToResolveAccessToken",
    500,
    "Failed to resolve access token variable {variable}",
    "The variable that ExternalAccessToken names has no value.",
)
invalid_expires_in = fault(
    "steps.oauth.v2.InvalidValueForExpiresIn",
    500,
    "Invalid value for ExpiresIn : {value}",
    "The variable that ExpiresIn refers to must hold a positive number of milliseconds, or -1 for never.",
)
invalid_refresh_token_expires_in = fault(
    "steps.oauth.v2.InvalidValueForRefreshTokenExpiresIn",
    500,
    "Invalid value for RefreshTokenExpiresIn : {value}",
    "The variable that RefreshTokenExpiresIn refers to must hold a positive number of milliseconds, or -1.",
)

no_access_token = fault(
    "oauth.v2.InvalidAccessToken",
    401,
    "Invalid access token",
    "The call has no token where the policy looks for one: an Authorization header that begins with Bearer, "
    "or the variable that AccessToken names.",
)
invalid_access_token = fault(
    "keymanagement.service.invalid_access_token",
    401,
    "Invalid Access Token",
    "No such token was issued in this organization, or it has been deleted.",
)
access_token_expired = fault(
    "keymanagement.service.access_token_expired",
    401,
    "Access Token expired",
    "The token's time is up. Get another one.",
)
access_token_not_approved = fault(
    "keymanagement.service.access_token_not_approved",
    401,
    "Access Token not approved",
    "The token has been revoked.",
)
no_product_match = fault(
    "keymanagement.service.InvalidAPICallAsNoApiProductMatchFound",
    401,
    "Invalid API call as no apiproduct match found",
    "No product of the token holds this proxy in this environment. The log entry with this message id says "
    "what was compared.",
)
product_not_approved = fault(
    "keymanagement.service.apiproduct_not_approved",
    401,
    "API Product not approved",
    "The product that holds this call is pending or revoked on the consumer key.",
)
resource_does_not_exist = fault(
    "keymanagement.service.apiresource_doesnot_exist",
    401,
    "APIResource {path} does not exist",
    "The product holds the proxy, but none of its resources covers the path. The log entry with this message "
    "id says what was compared.",
)
insufficient_scope = fault(
    "steps.oauth.v2.InsufficientScope",
    403,
    "Required scope(s) : VerifyAccessToken.scopeSet",
    "The token lacks a scope that the policy's Scope lists. The text is Edge's; the log names the scopes.",
)
operation_not_supported = fault(
    "steps.gatewright.OperationNotSupported",
    501,
    "Operation {operation} is not supported",
    "The operation is recognised but not carried out. A bundle that holds it is refused at deployment.",
)

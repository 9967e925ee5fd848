"""OAuthV2: issue, verify and refresh OAuth 2.0 tokens."""

from collections.abc import Callable
from typing import ClassVar

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Ignored, Ref, child, children
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Answered, Fault, FaultSpec, fault_response
from gatewright.engine.flow import Execute
from gatewright.policies import client_faults
from gatewright.policies.base import Policy, VariableDoc, policy
from gatewright.policies.guard import guarded, note_cause
from gatewright.policies.oauth import (
    checks,
    errors,
    generate_access_token,
    refresh_access_token,
    verify_access_token,
)
from gatewright.policies.oauth.checks import DEFAULT_GRANT_TYPES, check_policy
from gatewright.policies.oauth.elements import (
    CustomAttribute,
    GenerateErrorResponse,
    GenerateResponse,
    Operation,
    PrivateKey,
    PublicKey,
    SecretKey,
    SupportedGrantType,
    Token,
)
from gatewright.policies.oauth.errors import TokenFaults
from gatewright.policies.oauth.issuing import ISSUED_VARIABLES, Issuing

_REALM = "null"
"""What Edge says when no realm is given."""


@policy(category="Security", display="OAuth v2.0", prefix="oauthV2")
class OAuthV2(Policy):
    """Issue, verify or refresh OAuth 2.0 tokens, as Operation says.

    GenerateAccessToken is a token endpoint: it authenticates the client by Basic authentication or by the
    form parameters client_id and client_secret, and issues an opaque token. With GenerateResponse it answers
    the client itself. VerifyAccessToken protects an API. RefreshAccessToken exchanges a refresh token.

    Elements that say where something is found, such as GrantType, hold the name of a variable.
    """

    operation: Operation | None = child(
        default=None, doc="GenerateAccessToken, VerifyAccessToken or RefreshAccessToken."
    )
    access_token: str | None = child(
        default=None,
        doc="Verify: the variable whose whole value is the token. Else the Authorization header.",
    )
    access_token_prefix: str = child(
        default="Bearer", doc="Verify: what precedes the token in the Authorization header; its case counts."
    )
    app_end_user: str | None = child(
        default=None, doc="Generate: the variable that holds the end user's id, kept with the token."
    )
    attributes: tuple[CustomAttribute, ...] = children(
        within="Attributes", default=(), doc="Generate, Refresh: custom attributes kept with the token."
    )
    client_id: str | None = child(
        default=None, doc="Authorization codes, implicit grant: the variable that holds the client's id."
    )
    code: str | None = child(default=None, doc="authorization_code grant: the variable that holds the code.")
    expires_in: Ref[str] | None = child(
        default=None,
        doc="Generate, Refresh: how long the access token lives, in milliseconds; -1 for ever. "
        "Default: 1800000.",
    )
    external_access_token: str | None = child(
        default=None, doc="Generate: the variable that holds a token made elsewhere, of 2 KB at most."
    )
    external_refresh_token: str | None = child(
        default=None, doc="Grants with refresh tokens: the variable that holds one made elsewhere."
    )
    external_authorization_code: str | None = child(
        default=None, doc="Authorization codes: the variable that holds one made elsewhere."
    )
    external_authorization: bool = child(
        default=False,
        doc="Generate: whether `oauth_external_authorization_status` being `true` stands in for the secret.",
    )
    store_token: bool = child(default=False, doc="Generate: whether a token made elsewhere is kept.")
    generate_response: GenerateResponse | None = child(
        default=None,
        doc="Generate, Refresh: answer the client at once, skipping what follows and the target.",
    )
    generate_error_response: GenerateErrorResponse | None = child(
        default=None, doc="Answer errors although continueOnError is true."
    )
    grant_type: str | None = child(
        default=None,
        doc="Generate, Refresh: the variable that holds the grant type. "
        "Default: request.formparam.grant_type.",
    )
    pass_word: str | None = child(default=None, doc="password grant: the variable that holds the password.")
    user_name: str | None = child(
        default=None, doc="password grant: the variable that holds the user's name."
    )
    redirect_uri: str | None = child(
        default=None, doc="Authorization codes, implicit grant: the variable that holds the redirect URI."
    )
    refresh_token: str | None = child(
        default=None,
        doc="Refresh: the variable that holds the refresh token. Default: request.formparam.refresh_token.",
    )
    refresh_token_expires_in: Ref[str] | None = child(
        default=None,
        doc="Refresh: how long the refresh token lives, in milliseconds; -1 for ever, the default.",
    )
    response_type: str | None = child(
        default=None, doc="Authorization codes, implicit grant: the variable that holds the response type."
    )
    reuse_refresh_token: bool = child(
        default=False, doc="Refresh: keep the refresh token rather than issue a new one."
    )
    scope: str | None = child(
        default=None,
        doc="Generate: the variable that holds the scopes asked for; without it, all scopes of the products. "
        "Verify: the scopes themselves, separated by blanks; the token must have each.",
    )
    state: str | None = child(
        default=None, doc="Authorization codes, implicit grant: the variable that holds the client's state."
    )
    supported_grant_types: tuple[SupportedGrantType, ...] = children(
        within="SupportedGrantTypes",
        default=(),
        doc="Generate: what clients may ask for. Default: authorization_code and implicit.",
    )
    tokens: tuple[Token, ...] = children(
        within="Tokens", default=(), doc="ValidateToken, InvalidateToken: the tokens."
    )
    rfc_compliant_request_response: bool = child(
        default=False,
        xml="RFCCompliantRequestResponse",
        doc="Generate, Refresh: answer as RFC 6749 has it: token_type Bearer, a number in expires_in, and "
        "errors as error and error_description.",
    )
    cache_expiry_in_seconds: Ref[str] | None = child(
        default=None, doc="Has no effect: tokens are kept in memory, and dropped as soon as they change."
    )
    algorithm: str | None = child(default=None, doc="Operations on JWTs: the algorithm.")
    secret_key: SecretKey | None = child(default=None, doc="Operations on JWTs: the key of HS algorithms.")
    private_key: PrivateKey | None = child(default=None, doc="Operations on JWTs: the key that signs.")
    public_key: PublicKey | None = child(default=None, doc="Operations on JWTs: the key that verifies.")

    ignores = (Ignored("OAuthConfig", "there is one token store"),)

    missing_parameter: ClassVar[FaultSpec] = errors.missing_parameter_fault
    unsupported_grant_type: ClassVar[FaultSpec] = errors.unsupported_grant_type_fault
    invalid_client_identifier: ClassVar[FaultSpec] = errors.invalid_client_identifier
    invalid_client: ClassVar[FaultSpec] = errors.invalid_client_fault
    secret_in_url: ClassVar[FaultSpec] = errors.secret_in_url_fault
    invalid_scope: ClassVar[FaultSpec] = errors.invalid_scope_fault
    token_too_long: ClassVar[FaultSpec] = errors.token_too_long_fault
    token_taken: ClassVar[FaultSpec] = errors.token_taken_fault
    unresolved_access_token: ClassVar[FaultSpec] = errors.unresolved_access_token
    invalid_expires_in: ClassVar[FaultSpec] = errors.invalid_expires_in
    invalid_refresh_token: ClassVar[FaultSpec] = errors.invalid_refresh_token_fault
    refresh_token_expired: ClassVar[FaultSpec] = errors.refresh_token_expired_fault
    invalid_refresh_token_expires_in: ClassVar[FaultSpec] = errors.invalid_refresh_token_expires_in
    no_access_token: ClassVar[FaultSpec] = errors.no_access_token
    invalid_access_token: ClassVar[FaultSpec] = errors.invalid_access_token
    access_token_expired: ClassVar[FaultSpec] = errors.access_token_expired
    access_token_not_approved: ClassVar[FaultSpec] = errors.access_token_not_approved
    app_not_approved: ClassVar[FaultSpec] = client_faults.app_not_approved
    developer_not_active: ClassVar[FaultSpec] = client_faults.developer_not_active
    consumer_key_expired: ClassVar[FaultSpec] = client_faults.consumer_key_expired
    product_deleted: ClassVar[FaultSpec] = client_faults.product_deleted
    product_not_approved: ClassVar[FaultSpec] = errors.product_not_approved
    no_product_match: ClassVar[FaultSpec] = errors.no_product_match
    resource_does_not_exist: ClassVar[FaultSpec] = errors.resource_does_not_exist
    insufficient_scope: ClassVar[FaultSpec] = errors.insufficient_scope
    store_away: ClassVar[FaultSpec] = client_faults.store_away
    operation_not_supported: ClassVar[FaultSpec] = errors.operation_not_supported

    variables = (
        *ISSUED_VARIABLES,
        *verify_access_token.VERIFIED_VARIABLES,
        VariableDoc("oauthV2.{policy}.fault.name", "string", "The name of the fault."),
        VariableDoc("oauthV2.{policy}.fault.cause", "string", "The text of the fault."),
    )
    starter = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<OAuthV2 async="false" continueOnError="false" enabled="true" name="$NAME">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <Properties/>
    <Attributes/>
    <ExternalAuthorization>false</ExternalAuthorization>
    <Operation>VerifyAccessToken</Operation>
    <SupportedGrantTypes/>
    <GenerateResponse enabled="true"/>
    <Tokens/>
</OAuthV2>
"""

    @property
    def operation_name(self) -> str:
        """ "" when it is missing."""
        return (self.operation and self.operation.name) or ""

    @property
    def grant_types(self) -> frozenset[str]:
        """What clients may ask the token endpoint for."""
        listed = frozenset(each.name for each in self.supported_grant_types if each.name)
        return listed or DEFAULT_GRANT_TYPES

    def check(self, report: Report) -> None:
        check_policy(self, report)

    def compile(self, cx: Compiler) -> Execute:
        return guarded(self._operation(cx), self._compile_failure(cx))

    @property
    def _answers_errors(self) -> bool:
        """Only a policy whose errors do not end the flow has to be told to answer them (docs)."""
        answer = self.generate_error_response
        return self.continue_on_error and answer is not None and answer.enabled

    def _operation(self, cx: Compiler) -> Execute:
        answers = self.generate_response is not None and self.generate_response.enabled
        faults = TokenFaults(answers or self._answers_errors, self.rfc_compliant_request_response)
        issuing = Issuing(self.name, answers, self.rfc_compliant_request_response)
        match self.operation_name:
            case checks.GENERATE:
                return generate_access_token.compile_operation(self, cx, faults, issuing)
            case checks.REFRESH:
                return refresh_access_token.compile_operation(self, cx, faults, issuing)
            case checks.VERIFY:
                return verify_access_token.compile_operation(self, cx)
        return self._refuse

    def _refuse(self, flow: FlowContext) -> None:
        """Such a bundle is not deployed; should one get here, nothing passes."""
        del flow
        raise self.operation_not_supported(operation=self.operation_name)

    def _compile_failure(self, cx: Compiler) -> Callable[[FlowContext, Fault], None]:
        """Tells of a fault in variables and, for a token that is refused, in WWW-Authenticate."""
        realm_of = self.generate_error_response and self.generate_error_response.realm
        realm = cx.ref_text(realm_of or Ref(_REALM))
        verifies = self.operation_name == checks.VERIFY
        answers = self._answers_errors

        def fail(flow: FlowContext, fault: Fault) -> None:
            note_cause(flow, fault, f"oauthV2.{self.name}")
            if verifies and fault.status in (401, 403):
                text = verify_access_token.challenge(fault, realm(flow) or _REALM, self.scope or "")
                fault.headers = (("WWW-Authenticate", text),)
            if answers:
                flow.variables[self.failed_variable] = True
                flow.response = fault.response or fault_response(fault, flow.request)
                raise Answered

        return fail

"""What keeps an OAuthV2 policy from being deployed. Rules have Edge's names where Edge has one.

(docs: OAuthV2 policy, "Deployment errors".)
"""

from typing import TYPE_CHECKING

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Ref
from gatewright.policies.oauth.generate_access_token import CARRIED_OUT as CARRIED_OUT_GRANTS
from gatewright.policies.oauth.lifetimes import is_lifetime

if TYPE_CHECKING:
    from gatewright.policies.oauth_v2 import OAuthV2

GENERATE, VERIFY, REFRESH = "GenerateAccessToken", "VerifyAccessToken", "RefreshAccessToken"
CARRIED_OUT = frozenset({GENERATE, VERIFY, REFRESH})
_ISSUING = frozenset(
    {GENERATE, REFRESH, "GenerateAccessTokenImplicitGrant", "GenerateAuthorizationCode"}
    | {"GenerateJWTAccessToken", "RefreshJWTAccessToken"}
)
_WITH_REFRESH_TOKENS = frozenset({GENERATE, REFRESH, "GenerateJWTAccessToken", "RefreshJWTAccessToken"})
OPERATIONS = _ISSUING | {VERIFY, "ValidateToken", "InvalidateToken", "VerifyJWTAccessToken"}
GRANT_TYPES = frozenset({"authorization_code", "implicit", "password", "client_credentials"})
DEFAULT_GRANT_TYPES = frozenset({"authorization_code", "implicit"})


def check_policy(policy: "OAuthV2", report: Report) -> None:
    """Every finding at once."""
    _check_operation(policy, report)
    _check_lifetime("ExpiresIn", policy.expires_in, _ISSUING, policy, report)
    _check_lifetime(
        "RefreshTokenExpiresIn", policy.refresh_token_expires_in, _WITH_REFRESH_TOKENS, policy, report
    )
    _check_grant_types(policy, report)
    _check_tokens(policy, report)
    _tell_what_has_no_effect(policy, report)


def _check_operation(policy: "OAuthV2", report: Report) -> None:
    operation = policy.operation
    if operation is None or operation.name is None:
        report.error("Operation is missing (OperationRequired)", policy.source, rule="OperationRequired")
    elif operation.name not in OPERATIONS:
        message = f"there is no operation {operation.name!r} (InvalidOperation)"
        report.error(message, operation.source, rule="InvalidOperation")
    elif operation.name not in CARRIED_OUT:
        message = f"the operation {operation.name} is not carried out yet"
        report.error(message, operation.source, rule="unsupported-operation")


def _check_lifetime(
    name: str, ref: Ref[str] | None, operations: frozenset[str], policy: "OAuthV2", report: Report
) -> None:
    if ref is None:
        return
    if ref.value is not None and not is_lifetime(ref.value):
        rule = f"InvalidValueFor{name}"
        message = f"{name} is {ref.value!r}, not a positive number of milliseconds or -1 ({rule})"
        report.error(message, ref.source, rule=rule)
    if policy.operation_name in OPERATIONS - operations:
        rule = f"{name}NotApplicableForOperation"
        report.error(f"{policy.operation_name} has no {name} ({rule})", ref.source, rule=rule)


def _check_grant_types(policy: "OAuthV2", report: Report) -> None:
    """The default counts as well: a policy that lists no grant types asks for those two."""
    for each in policy.supported_grant_types:
        if each.name is not None and each.name not in GRANT_TYPES:
            message = f"there is no grant type {each.name!r} (InvalidGrantType)"
            report.error(message, each.source, rule="InvalidGrantType")
        elif each.name is not None and policy.operation_name in OPERATIONS - _ISSUING:
            rule = "GrantTypesNotApplicableForOperation"
            message = f"{policy.operation_name} has no SupportedGrantTypes ({rule})"
            report.error(message, each.source, rule=rule)
    if policy.operation_name == GENERATE:
        places = {each.name: each.source for each in policy.supported_grant_types}
        for name in sorted((policy.grant_types & GRANT_TYPES) - CARRIED_OUT_GRANTS):
            listed = "" if name in places else ", which SupportedGrantTypes means when it lists none,"
            message = f"the grant type {name}{listed} is not carried out yet"
            report.error(message, places.get(name, policy.source), rule="unsupported-grant-type")


def _check_tokens(policy: "OAuthV2", report: Report) -> None:
    for token in policy.tokens:
        if not token.variable:
            message = "Token needs the variable that holds the token (TokenValueRequired)"
            report.error(message, token.source, rule="TokenValueRequired")


def _tell_what_has_no_effect(policy: "OAuthV2", report: Report) -> None:
    for answer in (policy.generate_response, policy.generate_error_response):
        if answer is not None and answer.format:
            report.warning("Format has no effect: answers are JSON", answer.source, rule="no-effect")
    cached = policy.cache_expiry_in_seconds
    if cached is not None:
        message = "CacheExpiryInSeconds has no effect: a token that changes is dropped from memory at once"
        report.warning(message, cached.source, rule="no-effect")

"""GenerateAccessToken: the token endpoint."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.flow import Execute
from gatewright.policies.oauth import client_credentials, errors
from gatewright.policies.oauth.client_authentication import compile_authentication
from gatewright.policies.oauth.errors import TokenFaults
from gatewright.policies.oauth.issuing import Issuing

if TYPE_CHECKING:
    from gatewright.policies.oauth_v2 import OAuthV2

CARRIED_OUT = frozenset({client_credentials.GRANT_TYPE})
"""Grant types that a policy may list in SupportedGrantTypes; others are refused at deployment."""

GRANT_TYPE_LOCATION = "request.formparam.grant_type"


def compile_operation(policy: "OAuthV2", cx: Compiler, faults: TokenFaults, issuing: Issuing) -> Execute:
    """Grant type first, then the client, then the grant itself."""
    grant_type = cx.text(policy.grant_type or GRANT_TYPE_LOCATION)
    authenticate = compile_authentication(cx, faults, is_external=policy.external_authorization)
    grant = client_credentials.ClientCredentialsGrant(policy, cx, faults, issuing)
    supported = policy.grant_types & CARRIED_OUT

    def execute(flow: FlowContext) -> Awaitable[None] | None:
        asked = grant_type(flow)
        if not asked:
            raise faults.of(errors.missing_parameter, parameter="grant_type")
        if asked not in supported:
            raise faults.of(errors.unsupported_grant_type, grant_type=asked)
        return authenticate(flow, lambda client: grant(flow, client))

    return execute

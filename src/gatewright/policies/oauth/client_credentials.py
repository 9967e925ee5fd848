"""The client_credentials grant: a token for the app itself, without a user and without a refresh token.

RFC 6749 §4.4; docs: "Implementing the client credentials grant type".
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.ports import TokenTaken
from gatewright.entities import AccessToken, Client, token_hash
from gatewright.policies.oauth import errors
from gatewright.policies.oauth.errors import TokenFaults
from gatewright.policies.oauth.issuing import ACCESS_TOKEN_LENGTH, Issued, Issuing, compile_attributes
from gatewright.policies.oauth.lifetimes import ACCESS_TOKEN_MS, compile_lifetime, expiry
from gatewright.policies.oauth.scopes import approved_products, granted_scopes

if TYPE_CHECKING:
    from gatewright.policies.oauth_v2 import OAuthV2

GRANT_TYPE = "client_credentials"
EXTERNAL_TOKEN_LIMIT = 2_048

Grant: TypeAlias = Callable[[FlowContext, Client], Awaitable[None]]


def compile_grant(policy: "OAuthV2", cx: Compiler, faults: TokenFaults, issuing: Issuing) -> Grant:
    """Issues a token to a client that has been authenticated."""
    clock, tokens = cx.ports.clock, cx.ports.tokens
    lifetime = compile_lifetime(
        policy.expires_in, cx, default_ms=ACCESS_TOKEN_MS, invalid=errors.invalid_expires_in
    )
    asked_scopes = cx.text(policy.scope) if policy.scope else _nothing
    end_user = cx.text(policy.app_end_user) if policy.app_end_user else _nothing
    attributes = compile_attributes(policy.attributes, cx)
    token_text = _compile_token_text(policy, cx, faults)
    is_stored = policy.store_token or not policy.external_access_token

    async def grant(flow: FlowContext, client: Client) -> None:
        asked = asked_scopes(flow)
        scopes = granted_scopes(client, asked)
        if scopes is None:
            raise faults.of(errors.invalid_scope, scope=asked)
        now_ms, text = clock.now_ms(), token_text(flow)
        record = AccessToken(
            hash=token_hash(text),
            organization=client.organization,
            client_id=client.credential.consumer_key,
            app_id=client.app.app_id,
            developer_id=client.developer.developer_id,
            grant_type=GRANT_TYPE,
            issued_at=now_ms,
            expires_at=expiry(now_ms, lifetime(flow)),
            api_products=tuple(product.name for product in approved_products(client)),
            scopes=scopes,
            end_user=end_user(flow) or "",
            attributes=attributes(flow),
        )
        if is_stored:
            try:
                await tokens.issue(record)
            except TokenTaken:
                raise faults.of(errors.token_taken) from None
        issuing.finish(flow, Issued(record, client, text), now_ms)

    return grant


def _compile_token_text(policy: "OAuthV2", cx: Compiler, faults: TokenFaults) -> Callable[[FlowContext], str]:
    """A new random token, or the one made elsewhere that ExternalAccessToken names."""
    chance, variable = cx.ports.chance, policy.external_access_token
    if not variable:
        return lambda _: chance.token(ACCESS_TOKEN_LENGTH)
    read = cx.text(variable)

    def external(flow: FlowContext) -> str:
        text = read(flow)
        if not text:
            raise errors.unresolved_access_token(variable=variable)
        if len(text.encode()) > EXTERNAL_TOKEN_LIMIT:
            raise faults.of(errors.token_too_long, limit=EXTERNAL_TOKEN_LIMIT)
        return text

    return external


def _nothing(flow: FlowContext) -> str | None:
    del flow
    return None

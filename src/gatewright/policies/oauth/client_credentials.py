"""The client_credentials grant: a token for the app itself, without a user and without a refresh token.

RFC 6749 §4.4; docs: "Implementing the client credentials grant type".
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

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


class ClientCredentialsGrant:
    """Issues a token to a client that has been authenticated, as one policy says."""

    def __init__(self, policy: "OAuthV2", cx: Compiler, faults: TokenFaults, issuing: Issuing) -> None:
        self._clock = cx.ports.clock
        self._tokens = cx.ports.tokens
        self._faults = faults
        self._issuing = issuing
        self._lifetime = compile_lifetime(
            policy.expires_in, cx, default_ms=ACCESS_TOKEN_MS, invalid=errors.invalid_expires_in
        )
        self._asked_scopes = cx.text(policy.scope) if policy.scope else _nothing
        self._end_user = cx.text(policy.app_end_user) if policy.app_end_user else _nothing
        self._attributes = compile_attributes(policy.attributes, cx)
        self._token_text = _compile_token_text(policy, cx, faults)
        self._is_stored = policy.store_token or not policy.external_access_token

    async def __call__(self, flow: FlowContext, client: Client) -> None:
        now_ms, text = self._clock.now_ms(), self._token_text(flow)
        record = self._record(flow, client, text, now_ms)
        if self._is_stored:
            try:
                await self._tokens.issue(record)
            except TokenTaken:
                raise self._faults.of(errors.token_taken) from None
        self._issuing.finish(flow, Issued(record, client, text), now_ms)

    def _record(self, flow: FlowContext, client: Client, text: str, now_ms: int) -> AccessToken:
        return AccessToken(
            hash=token_hash(text),
            organization=client.organization,
            client_id=client.credential.consumer_key,
            app_id=client.app.app_id,
            developer_id=client.developer.developer_id,
            grant_type=GRANT_TYPE,
            issued_at=now_ms,
            expires_at=expiry(now_ms, self._lifetime(flow)),
            api_products=tuple(product.name for product in approved_products(client)),
            scopes=self._scopes(flow, client),
            end_user=self._end_user(flow) or "",
            attributes=self._attributes(flow),
        )

    def _scopes(self, flow: FlowContext, client: Client) -> tuple[str, ...]:
        asked = self._asked_scopes(flow)
        granted = granted_scopes(client, asked)
        if granted is None:
            raise self._faults.of(errors.invalid_scope, scope=asked)
        return granted


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

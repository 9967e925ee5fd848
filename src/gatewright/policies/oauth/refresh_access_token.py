"""RefreshAccessToken: a new access token for a refresh token (RFC 6749 §6).

The new pair takes the old one's place in one write: of several requests with the same refresh token one
succeeds. Unless ReuseRefreshToken says otherwise a new refresh token is issued and the old one is dead.
"""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.flow import Execute
from gatewright.entities import NEVER, AccessToken, Client, TokenAttribute, token_hash
from gatewright.policies.oauth import errors
from gatewright.policies.oauth.client_authentication import compile_authentication
from gatewright.policies.oauth.errors import TokenFaults
from gatewright.policies.oauth.generate_access_token import GRANT_TYPE_LOCATION
from gatewright.policies.oauth.issuing import (
    ACCESS_TOKEN_LENGTH,
    REFRESH_TOKEN_LENGTH,
    Issued,
    Issuing,
    compile_attributes,
)
from gatewright.policies.oauth.lifetimes import ACCESS_TOKEN_MS, compile_lifetime, expiry
from gatewright.policies.soon import after

if TYPE_CHECKING:
    from gatewright.policies.oauth_v2 import OAuthV2

GRANT_TYPE = "refresh_token"


def compile_operation(policy: "OAuthV2", cx: Compiler, faults: TokenFaults, issuing: Issuing) -> Execute:
    """Grant type and refresh token first, then the client, then the record."""
    grant_type = cx.text(policy.grant_type or GRANT_TYPE_LOCATION)
    refresh_token = cx.text(policy.refresh_token or "request.formparam.refresh_token")
    authenticate = compile_authentication(cx, faults, is_external=policy.external_authorization)
    tokens, organization = cx.ports.tokens, cx.place.organization
    refresh = _Refresh(policy, cx, faults, issuing)

    def execute(flow: FlowContext) -> Awaitable[None] | None:
        asked, token = grant_type(flow), refresh_token(flow)
        if not asked:
            raise faults.of(errors.missing_parameter, parameter="grant_type")
        if asked != GRANT_TYPE:
            raise faults.of(errors.unsupported_grant_type, grant_type=asked)
        if not token:
            raise faults.of(errors.missing_parameter, parameter="refresh_token")

        def find(client: Client) -> Awaitable[None] | None:
            found = tokens.find_by_refresh_token(organization, token)
            return after(found, lambda record: refresh(flow, client, record, token))

        return authenticate(flow, find)

    return execute


class _Refresh:
    """Puts a new pair of tokens in the place of an old one."""

    def __init__(self, policy: "OAuthV2", cx: Compiler, faults: TokenFaults, issuing: Issuing) -> None:
        self._ports = cx.ports
        self._faults = faults
        self._issuing = issuing
        self._is_reused = policy.reuse_refresh_token
        self._attributes = compile_attributes(policy.attributes, cx)
        self._lifetime = compile_lifetime(
            policy.expires_in, cx, default_ms=ACCESS_TOKEN_MS, invalid=errors.invalid_expires_in
        )
        self._refresh_lifetime = compile_lifetime(
            policy.refresh_token_expires_in,
            cx,
            default_ms=NEVER,
            invalid=errors.invalid_refresh_token_expires_in,
        )

    async def __call__(
        self, flow: FlowContext, client: Client, old: AccessToken | None, refresh_token: str
    ) -> None:
        now_ms = self._ports.clock.now_ms()
        if old is None or not _may_refresh(old, client):
            raise self._faults.of(errors.invalid_refresh_token)
        if old.is_refresh_token_expired(now_ms):
            raise self._faults.of(errors.refresh_token_expired)
        issued = self._successor(flow, client, old, refresh_token, now_ms)
        if not await self._ports.tokens.replace(old, issued.record):
            raise self._faults.of(errors.invalid_refresh_token)
        self._issuing.finish(flow, issued, now_ms)

    def _successor(
        self, flow: FlowContext, client: Client, old: AccessToken, refresh_token: str, now_ms: int
    ) -> Issued:
        """The same products and scopes: refreshing widens nothing."""
        access_token = self._ports.chance.token(ACCESS_TOKEN_LENGTH)
        record = replace(
            old,
            hash=token_hash(access_token),
            status="approved",
            issued_at=now_ms,
            expires_at=expiry(now_ms, self._lifetime(flow)),
            attributes=_merged(old.attributes, self._attributes(flow)),
            refresh_count=old.refresh_count + 1,
        )
        if not self._is_reused:
            refresh_token = self._ports.chance.token(REFRESH_TOKEN_LENGTH)
            record = replace(
                record,
                refresh_token_hash=token_hash(refresh_token),
                refresh_token_issued_at=now_ms,
                refresh_token_expires_at=expiry(now_ms, self._refresh_lifetime(flow)),
            )
        return Issued(record, client, access_token, refresh_token)


def _may_refresh(token: AccessToken, client: Client) -> bool:
    is_approved = token.refresh_token_status == "approved"  # noqa: S105  (a status, not a secret)
    return is_approved and token.client_id == client.credential.consumer_key


def _merged(old: tuple[TokenAttribute, ...], new: tuple[TokenAttribute, ...]) -> tuple[TokenAttribute, ...]:
    """The old attributes with the new ones of the same name in their place."""
    return tuple(({each.name: each for each in old} | {each.name: each for each in new}).values())

"""OAuth 2.0 tokens. A token itself is never kept, only the SHA-256 by which it is found again."""

from hashlib import sha256
from typing import Literal

from gatewright.entities.publishing import NEVER
from gatewright.entities.shape import Entity

TokenStatus = Literal["approved", "revoked"]


class TokenAttribute(Entity, frozen=True, kw_only=True):
    """A custom attribute of a token; `display` says whether token responses show it."""

    name: str
    value: str = ""
    display: bool = True


class AccessToken(Entity, frozen=True, kw_only=True):
    """An access token and, when one was issued with it, its refresh token.

    Hashes are those of `token_hash`; times are epoch milliseconds; an expiry of `NEVER` does not come.
    `refresh_token_hash` "" means that there is no refresh token.
    """

    hash: str
    organization: str
    client_id: str
    app_id: str
    developer_id: str = ""
    grant_type: str = "client_credentials"
    status: TokenStatus = "approved"
    issued_at: int
    expires_at: int
    api_products: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    end_user: str = ""
    attributes: tuple[TokenAttribute, ...] = ()
    refresh_token_hash: str = ""
    refresh_token_status: TokenStatus = "approved"  # noqa: S105  (a status, not a secret)
    refresh_token_issued_at: int = 0
    refresh_token_expires_at: int = NEVER
    refresh_count: int = 0

    def is_expired(self, now_ms: int) -> bool:
        return self.expires_at != NEVER and self.expires_at <= now_ms

    def is_refresh_token_expired(self, now_ms: int) -> bool:
        return self.refresh_token_expires_at != NEVER and self.refresh_token_expires_at <= now_ms


def token_hash(token: str) -> str:
    """Hex SHA-256 of a token: tokens are random, so no salt or stretching is needed to hide them."""
    return sha256(token.encode()).hexdigest()

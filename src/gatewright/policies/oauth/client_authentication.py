"""Which client asks for a token, and whether it is that client: Basic authentication or form parameters.

Basic wins where both are sent. A secret in the URL is refused (RFC 6749 §2.3.1). With ExternalAuthorization,
the variable `oauth_external_authorization_status` says whether somebody else has checked the secret; the
client must still exist and be in good standing (docs: "Using third-party OAuth tokens").
"""

import binascii
import logging
from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.entities import NEVER, Client
from gatewright.policies.oauth import errors
from gatewright.policies.oauth.errors import TokenError, TokenFaults
from gatewright.policies.soon import after

log = logging.getLogger(__name__)

GoOn: TypeAlias = Callable[[Client], Awaitable[None] | None]
Authenticate: TypeAlias = Callable[[FlowContext, GoOn], Awaitable[None] | None]

_EXTERNAL_STATUS = "oauth_external_authorization_status"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client shows. Neither part is printed: a consumer key is an API key as well."""

    client_id: str = field(repr=False)
    secret: str = field(repr=False)


def compile_authentication(cx: Compiler, faults: TokenFaults, *, is_external: bool) -> Authenticate:
    """Goes on with the client once it is known who it is; raises the fault of a client that is not let in."""
    client_id, secret = cx.text("request.formparam.client_id"), cx.text("request.formparam.client_secret")
    status = cx.text(_EXTERNAL_STATUS)
    clients, organization, clock = cx.ports.clients, cx.place.organization, cx.ports.clock

    def authenticate(flow: FlowContext, go_on: GoOn) -> Awaitable[None] | None:
        if "client_secret" in flow.request.query:
            raise faults.of(errors.secret_in_url)
        is_checked = is_external and status(flow) == "true"
        shown = _shown(flow, client_id, secret, is_checked=is_checked)
        if shown is None:
            raise _refused("no client credentials were sent", errors.invalid_client, flow, faults)

        def check(client: Client | None) -> Awaitable[None] | None:
            if client is None:
                raise _refused("there is no such consumer key", errors.invalid_client, flow, faults)
            if not is_checked and not clients.secret_matches(client, shown.secret):
                raise _refused("wrong secret", errors.invalid_client, flow, faults, client)
            _check_standing(client, clock.now_ms(), flow, faults)
            return go_on(client)

        return after(clients.find(organization, shown.client_id), check)

    return authenticate


def basic_credentials(authorization: str) -> Credentials | None:
    """The user and password of a Basic Authorization header; None for another scheme or what is malformed."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    client_id, colon, secret = text.partition(":")
    return Credentials(client_id, secret) if colon and client_id else None


def _shown(
    flow: FlowContext,
    client_id: Callable[[FlowContext], str | None],
    secret: Callable[[FlowContext], str | None],
    *,
    is_checked: bool,
) -> Credentials | None:
    authorization = flow.request.headers.get("authorization") or ""
    if not is_checked and authorization[:6].lower() == "basic ":
        return basic_credentials(authorization)
    found = client_id(flow)
    return Credentials(found, secret(flow) or "") if found else None


def _check_standing(client: Client, now_ms: int, flow: FlowContext, faults: TokenFaults) -> None:
    credential = client.credential
    if not credential.is_approved:
        raise _refused("the consumer key is not approved", errors.invalid_client, flow, faults, client)
    if credential.expires_at != NEVER and credential.expires_at <= now_ms:
        raise _refused("the consumer key has expired", errors.invalid_client, flow, faults, client)
    if not client.app.is_approved:
        raise _refused("the app is not approved", errors.app_not_approved, flow, faults, client)
    if not client.developer.is_active:
        raise _refused("the developer is not active", errors.developer_not_active, flow, faults, client)


def _refused(
    why: str, error: TokenError, flow: FlowContext, faults: TokenFaults, client: Client | None = None
) -> Exception:
    who = "a client" if client is None else f"app {client.app.name}"
    log.info("token refused to %s: %s", who, why, extra={"message_id": flow.message_id})
    return faults.of(error)

"""VerifyAccessToken: let only calls with a good token through.

The token must exist, be in time and approved; its key, app and developer in good standing; one of its
products must hold the call; and it must have every scope that the policy lists. (docs: OAuthV2 policy,
VerifyAccessToken.)
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Fault
from gatewright.engine.flow import Execute
from gatewright.entities import NEVER, AccessToken, ApiProduct, Client
from gatewright.message import Value
from gatewright.policies import client_faults
from gatewright.policies.access import Access, Decision, Refusal
from gatewright.policies.base import VariableDoc
from gatewright.policies.client_variables import CALLER_VARIABLES, caller_variables, remembered_variables
from gatewright.policies.oauth import errors
from gatewright.policies.oauth.lifetimes import seconds_left
from gatewright.policies.soon import after
from gatewright.policies.verdicts import Verdicts, tell

if TYPE_CHECKING:
    from gatewright.policies.oauth_v2 import OAuthV2

log = logging.getLogger(__name__)

VERIFIED_VARIABLES: tuple[VariableDoc, ...] = (
    VariableDoc("organization_name", "string", "The organization."),
    VariableDoc("grant_type", "string", "The grant type that the token was issued for."),
    VariableDoc("token_type", "string", "BearerToken."),
    VariableDoc("access_token", "string", "The token."),
    VariableDoc("issued_at", "string", "When the token was issued, in epoch milliseconds."),
    VariableDoc("expires_in", "string", "Seconds that the token still lives; 0 for ever."),
    VariableDoc("status", "string", "approved."),
    VariableDoc("scope", "string", "The token's scopes, separated by blanks."),
    VariableDoc("accesstoken.{attribute}", "string", "A custom attribute of the token."),
    *CALLER_VARIABLES,
)


def compile_operation(policy: "OAuthV2", cx: Compiler) -> Execute:
    """Works at once as long as the token and its client are in the worker's memory."""
    shown_in, token_in = _compile_location(policy, cx)
    tokens, clients = cx.ports.tokens, cx.ports.clients
    organization = cx.place.organization
    verdicts = Verdicts(cx.ports.clock)
    verification = _Verification(policy, cx, verdicts)

    def execute(flow: FlowContext) -> Awaitable[None] | None:
        shown = shown_in(flow)
        generation = tokens.generation + clients.generation
        if verdicts.recall(shown, generation, flow):
            return None
        text = token_in(shown)
        if not text:
            raise errors.no_access_token()
        caller = _Caller(shown, text, generation)
        return after(tokens.find(organization, text), lambda token: found(flow, caller, token))

    def found(flow: FlowContext, caller: _Caller, token: AccessToken | None) -> Awaitable[None] | None:
        checked = verification.check_token(token)
        client = clients.find(organization, checked.client_id)
        return after(client, lambda client: verification.check_call(flow, caller, checked, client))

    return execute


class _Caller(NamedTuple):
    """What a call has shown, the token in it, and how old the records are that it is looked up in."""

    shown: bytes | str | None
    token: str
    generation: int


class _Verification:
    """The checks of one policy, and what it has worked out about clients."""

    def __init__(self, policy: "OAuthV2", cx: Compiler, verdicts: Verdicts) -> None:
        self._organization = cx.place.organization
        self._clock = cx.ports.clock
        self._access = Access(cx.place, cx.ports.clock)
        self._scopes = frozenset((policy.scope or "").split())
        self._clients = remembered_variables()
        self._verdicts = verdicts

    def check_token(self, token: AccessToken | None) -> AccessToken:
        if token is None:
            raise errors.invalid_access_token()
        if token.is_expired(self._clock.now_ms()):
            raise errors.access_token_expired()
        if token.status != "approved":
            raise errors.access_token_not_approved()
        return token

    def check_call(
        self, flow: FlowContext, caller: _Caller, token: AccessToken, client: Client | None
    ) -> None:
        if client is None:
            log.info("the token's consumer key has been deleted", extra={"message_id": flow.message_id})
            raise errors.invalid_access_token()
        decision = self._access.decide(client, flow, token.api_products)
        if decision.grant is None:
            raise _fault_of(decision, flow)
        self._check_scopes(flow, token)
        left_s = seconds_left(token.expires_at, self._clock.now_ms())
        variables = {
            **self._of_client(client, decision.grant.product),
            **self._of_token(caller.token, token),
            "expires_in": str(left_s),
        }
        tell(flow, variables)
        next_second = NEVER if token.expires_at == NEVER else token.expires_at - left_s * 1_000
        ends = (next_second, client.credential.expires_at)
        self._verdicts.keep(caller.shown, caller.generation, decision, variables, *ends)

    def _check_scopes(self, flow: FlowContext, token: AccessToken) -> None:
        if self._scopes and not self._scopes.issubset(token.scopes):
            log.info(
                "access refused: the token has scopes [%s] and lacks [%s]",
                " ".join(token.scopes),
                " ".join(sorted(self._scopes.difference(token.scopes))),
                extra={"message_id": flow.message_id},
            )
            raise errors.insufficient_scope()

    def _of_client(self, client: Client, product: ApiProduct) -> Mapping[str, Value]:
        by_product = self._clients.of(client)
        known = by_product.get(product.name)
        if known is None:
            known = by_product[product.name] = caller_variables(client, product)
        return known

    def _of_token(self, text: str, token: AccessToken) -> dict[str, Value]:
        variables: dict[str, Value] = {
            "organization_name": self._organization,
            "grant_type": token.grant_type,
            "token_type": "BearerToken",
            "access_token": text,
            "issued_at": str(token.issued_at),
            "status": token.status,
            "scope": " ".join(token.scopes),
        }
        for attribute in token.attributes:
            variables[f"accesstoken.{attribute.name}"] = attribute.value
        return variables


def challenge(fault: Fault, realm: str, scopes: str) -> str:
    """WWW-Authenticate in Edge's form (RFC 6750 §3), e.g. for the fault of an unknown token:

    `Bearer realm="null",error="invalid_token",error_description="keymanagement.service.invalid_access_token:
    Invalid Access Token"`
    """
    error = "insufficient_scope" if fault.status == 403 else "invalid_token"
    parts = [
        f'realm="{_quotable(realm)}"',
        f'error="{error}"',
        f'error_description="{_quotable(f"{fault.code}: {fault.message}")}"',
    ]
    if error == "insufficient_scope" and scopes:
        parts.append(f'scope="{_quotable(scopes)}"')
    return "Bearer " + ",".join(parts)


def _compile_location(
    policy: "OAuthV2", cx: Compiler
) -> tuple[Callable[[FlowContext], bytes | str | None], Callable[[bytes | str | None], str | None]]:
    """What a call shows, and the token in it: the whole of a variable, or what follows the prefix in the
    Authorization header."""
    if policy.access_token:
        return cx.text(policy.access_token), lambda shown: cast(str | None, shown)
    prefix = f"{policy.access_token_prefix} ".encode()

    def after_prefix(shown: bytes | str | None) -> str | None:
        if not isinstance(shown, bytes) or not shown.startswith(prefix):
            return None
        return shown[len(prefix) :].strip().decode("latin-1")

    return lambda flow: flow.request.headers.raw(b"authorization"), after_prefix


def _fault_of(decision: Decision, flow: FlowContext) -> Fault:
    match decision.refusal:
        case Refusal.KEY_NOT_APPROVED | Refusal.APP_NOT_APPROVED:
            return client_faults.app_not_approved()
        case Refusal.KEY_EXPIRED:
            return client_faults.consumer_key_expired()
        case Refusal.DEVELOPER_NOT_ACTIVE:
            return client_faults.developer_not_active()
        case Refusal.PRODUCTS_DELETED:
            return client_faults.product_deleted()
        case Refusal.PRODUCT_NOT_APPROVED:
            return errors.product_not_approved()
        case Refusal.RESOURCE_NOT_IN_PRODUCT:
            return errors.resource_does_not_exist(path=flow.path_suffix or "/")
        case _:
            return errors.no_product_match()


def _quotable(text: str) -> str:
    """The text as RFC 6750 §3 allows it between quotes: printable ASCII without `"` and `\\`."""
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "?" for c in text)

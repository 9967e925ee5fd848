"""May this client make this call? The decision that VerifyAPIKey and VerifyAccessToken share.

The key, its app and their developer must be in good standing, and one product that is approved on the key
must hold the environment, the proxy and the resource path. (docs: API products; the order is that of
Apigee's apidVerifyApiKey.)
"""

import enum
import logging
from collections.abc import Collection
from dataclasses import dataclass

from gatewright.engine.context import FlowContext, Place
from gatewright.engine.ports import Clock
from gatewright.entities import NEVER, ApiProduct, Client
from gatewright.policies.derived import Derived
from gatewright.policies.resource_paths import Covers, compile_resources

log = logging.getLogger(__name__)


class Refusal(enum.Enum):
    """Why a call is refused; where several products fail, the reason of the one that came nearest."""

    KEY_NOT_APPROVED = "the consumer key is not approved"
    KEY_EXPIRED = "the consumer key has expired"
    APP_NOT_APPROVED = "the app is not approved"
    DEVELOPER_NOT_ACTIVE = "the developer is not active"
    PRODUCTS_DELETED = "none of the consumer key's products exists any more"
    NO_PRODUCT_HERE = "no product holds this proxy in this environment"
    PRODUCT_NOT_APPROVED = "the product is not approved on the consumer key"
    RESOURCE_NOT_IN_PRODUCT = "no product holds the resource path"


@dataclass(frozen=True, slots=True)
class Grant:
    """A product on the key that holds this proxy in this environment."""

    product: ApiProduct
    is_approved: bool
    covers: Covers


@dataclass(frozen=True, slots=True)
class Decision:
    """What allows the call, or why it is refused and what was compared with what."""

    grant: Grant | None
    refusal: Refusal | None = None
    compared: str = ""
    """For the operator's log: names of products, apps, paths; never a key or a token."""
    passed_over: tuple[Grant, ...] = ()
    """Those that come before the grant and would have counted, had they held the path."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of a client before any call: whether its records are in order, and its products here."""

    refusal: Refusal | None
    grants: tuple[Grant, ...]
    elsewhere: tuple[str, ...]
    """Why each of the other products does not count."""


class _Records:
    """What records are worth at one place.

    Apart from Access so that nothing there refers back to it: a retired deployment goes at once, without
    waiting for the garbage collector.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._resources: Derived[ApiProduct, Covers] = Derived(_covers_of)

    def standing_of(self, client: Client) -> _Standing:
        statuses = {each.name: each.status for each in client.credential.api_products}
        grants: list[Grant] = []
        elsewhere: list[str] = []
        for product in client.products:
            reason = self._elsewhere(product)
            if reason:
                elsewhere.append(f"product {product.name} {reason}")
                continue
            is_approved = statuses.get(product.name) == "approved"
            grants.append(Grant(product, is_approved, self._resources.of(product)))
        return _Standing(_record_refusal(client), tuple(grants), tuple(elsewhere))

    def _elsewhere(self, product: ApiProduct) -> str:
        """Why the product has nothing to do with this proxy here; "" when it has."""
        place = self._place
        if product.environments and place.environment not in product.environments:
            return f"is for environments {_listed(product.environments)}"
        if product.proxies and place.proxy not in product.proxies:
            return f"is for proxies {_listed(product.proxies)}"
        return ""


class Access:
    """Decides for the proxy of one deployment. What follows from a client's records alone is kept."""

    def __init__(self, place: Place, clock: Clock) -> None:
        self._place = place
        self._clock = clock
        self._standings: Derived[Client, _Standing] = Derived(_Records(place).standing_of)

    def decide(self, client: Client, flow: FlowContext, names: Collection[str] | None = None) -> Decision:
        """`names` are the products that the token was issued for; None leaves it at those of the key."""
        standing = self._standings.of(client)
        if standing.refusal is not None:
            return self._refused(standing.refusal, client, flow)
        expires_at = client.credential.expires_at
        if expires_at != NEVER and expires_at <= self._clock.now_ms():
            return self._refused(Refusal.KEY_EXPIRED, client, flow)
        passed_over: list[Grant] = []
        for grant in standing.grants:
            if not grant.is_approved or (names is not None and grant.product.name not in names):
                continue
            if covers(grant, flow):
                return Decision(grant, passed_over=tuple(passed_over))
            passed_over.append(grant)
        return self._no_product(standing, client, flow, names)

    def _no_product(
        self, standing: _Standing, client: Client, flow: FlowContext, names: Collection[str] | None
    ) -> Decision:
        refusal = Refusal.NO_PRODUCT_HERE
        reasons = list(standing.elsewhere)
        for grant in standing.grants:
            product = grant.product
            if names is not None and product.name not in names:
                reasons.append(f"product {product.name} is not one of the token's")
            elif not covers(grant, flow):
                reasons.append(f"product {product.name} has resources {_listed(product.api_resources)}")
                if refusal is Refusal.NO_PRODUCT_HERE:
                    refusal = Refusal.RESOURCE_NOT_IN_PRODUCT
            else:
                reasons.append(f"product {product.name} is not approved on the key")
                refusal = Refusal.PRODUCT_NOT_APPROVED
        return self._refused(refusal, client, flow, reasons or ["the key has no product"])

    def _refused(
        self, refusal: Refusal, client: Client, flow: FlowContext, reasons: Collection[str] = ()
    ) -> Decision:
        place = self._place
        call = f"{flow.path_suffix or '/'} of proxy {place.proxy} in environment {place.environment}"
        compared = "; ".join([f"app {client.app.name} called {call}", refusal.value, *reasons])
        log.info("access refused: %s", compared, extra={"message_id": flow.message_id})
        return Decision(None, refusal, compared)


def _record_refusal(client: Client) -> Refusal | None:
    """What is wrong with the client's records themselves, whatever it calls."""
    if not client.credential.is_approved:
        return Refusal.KEY_NOT_APPROVED
    if not client.app.is_approved:
        return Refusal.APP_NOT_APPROVED
    if not client.developer.is_active:
        return Refusal.DEVELOPER_NOT_ACTIVE
    if client.credential.api_products and not client.products:
        return Refusal.PRODUCTS_DELETED
    return None


def _covers_of(product: ApiProduct) -> Covers:
    return compile_resources(product.api_resources)


def covers(grant: Grant, flow: FlowContext) -> bool:
    """Whether the product holds the call's path.

    Products name paths after the base path; those that name whole paths are understood as well.
    """
    return grant.covers(flow.path_suffix) or grant.covers(flow.base_path.rstrip("/") + flow.path_suffix)


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)

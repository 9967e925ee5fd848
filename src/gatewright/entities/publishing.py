"""API products and who may call them: developers, apps, credentials."""

from typing import Literal

from msgspec import UNSET, UnsetType, field

from gatewright.entities.shape import Attribute, Entity, Stamped

ApprovalType = Literal["auto", "manual"]
Approval = Literal["approved", "pending", "revoked"]

NEVER = -1
"""An expiry in epoch milliseconds that never comes."""


class ApiProduct(Stamped, frozen=True, kw_only=True):
    """What an app may call. An empty list of environments, proxies or resources leaves that side open."""

    name: str
    display_name: str = ""
    description: str = ""
    approval_type: ApprovalType = "auto"
    api_resources: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    environments: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    quota: str | UnsetType = UNSET
    quota_interval: str | UnsetType = UNSET
    quota_time_unit: str | UnsetType = UNSET
    scopes: tuple[str, ...] = ()


class Developer(Stamped, frozen=True, kw_only=True):
    """A developer of the organization. `apps` (names) is filled in on reading."""

    email: str
    first_name: str
    last_name: str
    user_name: str
    developer_id: str = ""
    organization_name: str = ""
    status: Literal["active", "inactive"] = "active"
    attributes: tuple[Attribute, ...] = ()
    apps: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        return self.status == "active"


class ProductStatus(Entity, frozen=True, kw_only=True):
    """A product on a credential and whether it has been approved there."""

    name: str = field(name="apiproduct")
    status: Approval = "approved"


class Credential(Entity, frozen=True, kw_only=True):
    """A consumer key and secret. `api_products` keeps the order in which they were added."""

    consumer_key: str
    consumer_secret: str
    status: Approval = "approved"
    api_products: tuple[ProductStatus, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    scopes: tuple[str, ...] = ()
    issued_at: int = 0
    expires_at: int = NEVER

    def __repr__(self) -> str:
        """Without the secret, which must not reach a log."""
        return f"Credential(consumer_key={self.consumer_key!r}, status={self.status!r})"

    @property
    def is_approved(self) -> bool:
        return self.status == "approved"


class App(Stamped, frozen=True, kw_only=True):
    """A developer's app. `credentials` is filled in on reading, oldest first."""

    name: str
    app_id: str = ""
    developer_id: str = ""
    status: Approval = "approved"
    app_family: str = "default"
    callback_url: str = ""
    attributes: tuple[Attribute, ...] = ()
    scopes: tuple[str, ...] = ()
    credentials: tuple[Credential, ...] = ()

    @property
    def is_approved(self) -> bool:
        return self.status == "approved"


class Client(Entity, frozen=True, kw_only=True):
    """All that decides what a consumer key may call, as the gateway needs it: read in one go.

    `products` are those of the credential that exist, in its order, whatever their status there.
    `secret_mac` is the keyed hash that a presented secret is compared with.
    """

    organization: str
    credential: Credential
    app: App
    developer: Developer
    products: tuple[ApiProduct, ...] = ()
    secret_mac: bytes = b""

    def __repr__(self) -> str:
        return f"Client(organization={self.organization!r}, credential={self.credential!r})"

"""Organizations, their environments and what listens there."""

from msgspec import UNSET, UnsetType, field

from gatewright.entities.shape import Attribute, Entity, Properties, Stamped

TOO_MANY_REQUESTS_PROPERTY = "features.isHTTPStatusTooManyRequestEnabled"


class Organization(Stamped, frozen=True, kw_only=True):
    """The tenant that everything else belongs to. `environments` is filled in on reading."""

    name: str
    display_name: str = ""
    type: str = "trial"
    environments: tuple[str, ...] = ()
    properties: Properties = Properties()

    @property
    def answers_too_many_requests(self) -> bool:
        """Whether Quota and SpikeArrest answer 429 rather than 500."""
        return self.properties.get(TOO_MANY_REQUESTS_PROPERTY) == "true"


class Environment(Stamped, frozen=True, kw_only=True):
    """Where revisions are deployed: `test`, `prod`."""

    name: str
    description: str = ""
    properties: Properties = Properties()


class SSLInfo(Entity, frozen=True, kw_only=True):
    """TLS of a virtual host or a target server. Edge spells the two switches as text."""

    enabled: str = "false"
    client_auth_enabled: str = "false"
    key_store: str | UnsetType = UNSET
    key_alias: str | UnsetType = UNSET
    trust_store: str | UnsetType = UNSET
    ciphers: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    ignore_validation_errors: bool = False

    @property
    def is_enabled(self) -> bool:
        return self.enabled == "true"

    @property
    def is_client_auth_enabled(self) -> bool:
        return self.client_auth_enabled == "true"


class VirtualHost(Entity, frozen=True, kw_only=True):
    """A listener of an environment: the aliases it answers to, its port (text, as Edge has it), its TLS."""

    name: str
    port: str
    host_aliases: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    listen_options: tuple[str, ...] = ()
    properties: Properties = Properties()
    ssl_info: SSLInfo | UnsetType = field(default=UNSET, name="sSLInfo")

    @property
    def is_tls(self) -> bool:
        return self.ssl_info is not UNSET and self.ssl_info.is_enabled


class TargetServer(Entity, frozen=True, kw_only=True):
    """A named target host of an environment, for LoadBalancer."""

    name: str
    host: str
    port: int = 80
    is_enabled: bool = True
    ssl_info: SSLInfo | UnsetType = field(default=UNSET, name="sSLInfo")


class KeyValueEntry(Entity, frozen=True, kw_only=True):
    """One pair of a key value map."""

    name: str
    value: str


class KeyValueMap(Entity, frozen=True, kw_only=True):
    """A named map. `entry` holds clear values; hiding encrypted ones from operators is the reader's duty."""

    name: str
    encrypted: bool = False
    entry: tuple[KeyValueEntry, ...] = ()


class MapScope(Entity, frozen=True, kw_only=True):
    """Whose key value map it is: the organization's, or one environment's, proxy's or revision's."""

    environment: str = ""
    proxy: str = ""
    revision: int = 0

    @property
    def path(self) -> str:
        """Unique text of the scope: "", "e/test", "apis/weatherapi", "apis/weatherapi/revisions/3"."""
        if self.environment:
            return f"e/{self.environment}"
        if not self.proxy:
            return ""
        return f"apis/{self.proxy}" + (f"/revisions/{self.revision}" if self.revision else "")


class UserRole(Entity, frozen=True, kw_only=True):
    """A role held in an organization; organization "" for platform-wide ones such as sysadmin."""

    name: str
    organization: str = ""


class User(Entity, frozen=True, kw_only=True):
    """Someone who may log in to manage. The password's Argon2 hash is kept apart from this record."""

    email: str = field(name="emailId")
    first_name: str = ""
    last_name: str = ""
    attributes: tuple[Attribute, ...] = ()
    roles: tuple[UserRole, ...] = ()

    @property
    def is_sysadmin(self) -> bool:
        return UserRole(name="sysadmin") in self.roles

"""What a unit of work may ask of the store, one Protocol per kind of record.

All are synchronous: they run inside a transaction on one of the store's threads. Reading what is not
there raises Missing, creating what is there Duplicate, deleting what is referred to InUse; a database out
of reach raises StoreUnavailable. Lists come in order of name unless said otherwise. A page begins at
`start`, inclusive, and holds at most `count`.
"""

from collections.abc import Sequence
from typing import Protocol

from gatewright.entities import (
    AccessToken,
    ApiProduct,
    App,
    BundleKind,
    Client,
    Credential,
    Deployment,
    Developer,
    EndpointAddress,
    Environment,
    FlowHook,
    FlowHookPoint,
    KeyValueEntry,
    KeyValueMap,
    MapScope,
    MetaData,
    Organization,
    Proxy,
    Revision,
    TargetServer,
    User,
    VirtualHost,
)
from gatewright.store.changes import Change, ChangeKind
from gatewright.store.workers import Report, Worker


class Organizations(Protocol):
    def names(self) -> tuple[str, ...]: ...
    def get(self, name: str) -> Organization: ...
    def create(self, organization: Organization) -> None: ...
    def update(self, organization: Organization) -> None: ...


class Environments(Protocol):
    def names(self, organization: str) -> tuple[str, ...]: ...
    def get(self, organization: str, name: str) -> Environment: ...
    def create(self, organization: str, environment: Environment) -> None: ...
    def update(self, organization: str, environment: Environment) -> None: ...
    def delete(self, organization: str, name: str) -> None:
        """Raises InUse while it has virtual hosts, target servers, flow hooks or deployments."""


class VirtualHosts(Protocol):
    def list(self, organization: str, environment: str) -> tuple[VirtualHost, ...]: ...
    def get(self, organization: str, environment: str, name: str) -> VirtualHost: ...
    def create(self, organization: str, environment: str, virtual_host: VirtualHost) -> None: ...
    def update(self, organization: str, environment: str, virtual_host: VirtualHost) -> None: ...
    def delete(self, organization: str, environment: str, name: str) -> None: ...


class TargetServers(Protocol):
    def list(self, organization: str, environment: str) -> tuple[TargetServer, ...]: ...
    def get(self, organization: str, environment: str, name: str) -> TargetServer: ...
    def create(self, organization: str, environment: str, target_server: TargetServer) -> None: ...
    def update(self, organization: str, environment: str, target_server: TargetServer) -> None: ...
    def delete(self, organization: str, environment: str, name: str) -> None: ...


class FlowHooks(Protocol):
    """Only those with a shared flow are kept: getting another gives a hook without one."""

    def list(self, organization: str, environment: str) -> tuple[FlowHook, ...]: ...
    def get(self, organization: str, environment: str, point: FlowHookPoint) -> FlowHook: ...
    def put(self, organization: str, environment: str, hook: FlowHook) -> int:
        """Attach in place of what was; the version of the change. Raises InUse without the environment."""

    def delete(self, organization: str, environment: str, point: FlowHookPoint) -> int:
        """Detach, which is fine when nothing is attached; the version of the change."""


class Bundles(Protocol):
    """Zips by content hash, "SHA-512:" and hex. Those that nothing refers to any more are dropped."""

    def get(self, bundle_hash: str) -> bytes: ...
    def drop_unreferenced(self) -> int:
        """How many went."""


class Proxies(Protocol):
    """API proxies and shared flows."""

    def names(self, organization: str, kind: BundleKind) -> tuple[str, ...]: ...
    def get(self, organization: str, kind: BundleKind, name: str) -> Proxy: ...
    def create(self, organization: str, kind: BundleKind, name: str, stamps: MetaData) -> None: ...
    def update(self, organization: str, kind: BundleKind, name: str, stamps: MetaData) -> None: ...
    def delete(self, organization: str, kind: BundleKind, name: str) -> None:
        """With all its revisions. Raises InUse while one of them is deployed."""


class Revisions(Protocol):
    """`revision.name` and `revision.number` say which."""

    def get(self, organization: str, kind: BundleKind, name: str, number: int) -> Revision: ...
    def bundle_hash(self, organization: str, kind: BundleKind, name: str, number: int) -> str: ...
    def create(self, organization: str, kind: BundleKind, revision: Revision, bundle: bytes) -> str:
        """The bundle's content hash."""

    def replace(
        self, organization: str, kind: BundleKind, revision: Revision, bundle: bytes, expected_hash: str
    ) -> str:
        """The new content hash. Raises Stale when the bundle is no longer the expected one."""

    def delete(self, organization: str, kind: BundleKind, name: str, number: int) -> None:
        """Raises InUse while it is deployed."""


class Deployments(Protocol):
    """What is meant to be served. The `server` list of a deployment is not kept: workers report it."""

    def list(
        self,
        kind: BundleKind,
        organization: str | None = None,
        environment: str | None = None,
        name: str | None = None,
    ) -> tuple[Deployment, ...]:
        """By organization, environment, name and revision; None for any."""

    def get(
        self, organization: str, environment: str, kind: BundleKind, name: str, number: int
    ) -> Deployment: ...

    def put(self, kind: BundleKind, deployment: Deployment, addresses: Sequence[EndpointAddress]) -> int:
        """Create or replace; the version of the change. Raises Duplicate for an address that is taken."""

    def addresses(self, kind: BundleKind, deployment: Deployment) -> tuple[EndpointAddress, ...]: ...

    def occupant(
        self, organization: str, environment: str, address: EndpointAddress
    ) -> tuple[BundleKind, str, int] | None:
        """Kind, name and revision of what is deployed there, one virtual host's or every one's."""

    def delete(self, kind: BundleKind, deployment: Deployment) -> int:
        """The version of the change."""


class Products(Protocol):
    def names(self, organization: str, start: str = "", count: int | None = None) -> tuple[str, ...]: ...
    def list(
        self, organization: str, start: str = "", count: int | None = None
    ) -> tuple[ApiProduct, ...]: ...
    def get(self, organization: str, name: str) -> ApiProduct: ...
    def create(self, organization: str, product: ApiProduct) -> None: ...
    def update(self, organization: str, product: ApiProduct) -> None: ...
    def delete(self, organization: str, name: str) -> None:
        """Raises InUse while a credential has it."""

    def keys(self, organization: str, name: str) -> tuple[str, ...]:
        """Consumer keys of the credentials that have the product."""


class Developers(Protocol):
    def emails(self, organization: str, start: str = "", count: int | None = None) -> tuple[str, ...]: ...
    def list(self, organization: str, start: str = "", count: int | None = None) -> tuple[Developer, ...]: ...
    def get(self, organization: str, email_or_id: str) -> Developer: ...
    def create(self, organization: str, developer: Developer) -> None: ...
    def update(self, organization: str, developer: Developer) -> None:
        """Found by `developer_id`: the e-mail may change."""

    def delete(self, organization: str, developer_id: str) -> None:
        """With all apps and their credentials."""


class Apps(Protocol):
    """Apps come with their credentials, secrets in clear."""

    def ids(self, organization: str, start: str = "", count: int | None = None) -> tuple[str, ...]: ...
    def list(self, organization: str, start: str = "", count: int | None = None) -> tuple[App, ...]:
        """In order of id."""

    def of_developer(self, organization: str, developer_id: str) -> tuple[App, ...]: ...
    def get(self, organization: str, app_id: str) -> App: ...
    def find(self, organization: str, developer_id: str, name: str) -> App: ...
    def create(self, organization: str, app: App) -> None:
        """Without credentials: those are created on their own."""

    def update(self, organization: str, app: App) -> None: ...
    def delete(self, organization: str, app_id: str) -> None:
        """With its credentials."""


class Credentials(Protocol):
    def get(self, organization: str, app_id: str, consumer_key: str) -> Credential: ...
    def create(self, organization: str, app_id: str, credential: Credential) -> None:
        """Raises InUse when a product of it does not exist."""

    def update(self, organization: str, app_id: str, credential: Credential) -> None:
        """Everything but the secret. Raises InUse when a product of it does not exist."""

    def delete(self, organization: str, app_id: str, consumer_key: str) -> None: ...
    def client(self, organization: str, consumer_key: str) -> Client: ...


class Tokens(Protocol):
    """Access tokens by the hash of the token, or of its refresh token."""

    def get(self, organization: str, token_hash: str) -> AccessToken: ...
    def by_refresh_token(self, organization: str, refresh_hash: str) -> AccessToken: ...
    def create(self, token: AccessToken) -> None: ...
    def update(self, token: AccessToken) -> None: ...
    def replace(self, organization: str, token_hash: str, token: AccessToken) -> None:
        """Put a refreshed token in the place of another. Raises Missing when that one is gone."""

    def delete(self, organization: str, token_hash: str) -> None: ...
    def of_app(self, organization: str, app_id: str, end_user: str = "") -> tuple[AccessToken, ...]: ...
    def purge(self, now_ms: int, limit: int) -> int:
        """Drop at most so many tokens of which neither half is good any more; how many went."""


class Maps(Protocol):
    """Key value maps; values of an encrypted map are sealed in the database and clear here."""

    def names(self, organization: str, scope: MapScope) -> tuple[str, ...]: ...
    def get(self, organization: str, scope: MapScope, name: str) -> KeyValueMap: ...
    def create(self, organization: str, scope: MapScope, key_value_map: KeyValueMap) -> None: ...
    def delete(self, organization: str, scope: MapScope, name: str) -> None: ...
    def delete_scope(self, organization: str, scope: MapScope) -> None:
        """Every map of a scope that goes away."""

    def keys(
        self, organization: str, scope: MapScope, name: str, start: str = "", count: int | None = None
    ) -> tuple[str, ...]: ...
    def entry(self, organization: str, scope: MapScope, name: str, key: str) -> KeyValueEntry: ...
    def put_entry(self, organization: str, scope: MapScope, name: str, entry: KeyValueEntry) -> None:
        """Create or replace. Raises Missing when there is no such map."""

    def delete_entry(self, organization: str, scope: MapScope, name: str, key: str) -> None: ...


class Users(Protocol):
    def emails(self) -> tuple[str, ...]: ...
    def get(self, email: str) -> User: ...
    def create(self, user: User, password_hash: str) -> None: ...
    def update(self, user: User) -> None: ...
    def delete(self, email: str) -> None: ...
    def password_hash(self, email: str) -> str: ...
    def set_password_hash(self, email: str, password_hash: str) -> None: ...


class ChangeFeed(Protocol):
    """Repositories append to it themselves; see `store.changes`."""

    def append(self, kind: ChangeKind, organization: str, name: str, environment: str = "") -> int:
        """The version of the change."""

    def latest(self) -> int:
        """The newest version, 0 when nothing has ever changed."""

    def after(self, version: int) -> tuple[Change, ...]: ...


class Workers(Protocol):
    """Who serves, and how far. Written with relaxed durability: it means nothing after a restart."""

    def beat(self, worker: Worker) -> None:
        """Register or renew."""

    def report(self, worker_id: str, reports: Sequence[Report]) -> None:
        """Replace all that the worker said about deployments."""

    def live(self, since_ms: int) -> tuple[Worker, ...]:
        """Workers whose last heartbeat is not older, in order of id."""

    def reports(self, organization: str, environment: str, kind: BundleKind, name: str) -> tuple[Report, ...]:
        """What all workers said about the deployments of one proxy, in order of worker and revision."""

    def remove(self, worker_id: str) -> None:
        """It has ended; none is fine."""

    def forget(self, before_ms: int) -> None:
        """Drop workers whose last heartbeat is older."""


class Transaction(Protocol):
    """One unit of work: all of it is kept, or nothing. `now_ms` is the time at its beginning."""

    @property
    def now_ms(self) -> int: ...
    @property
    def organizations(self) -> Organizations: ...
    @property
    def environments(self) -> Environments: ...
    @property
    def virtual_hosts(self) -> VirtualHosts: ...
    @property
    def target_servers(self) -> TargetServers: ...
    @property
    def flow_hooks(self) -> FlowHooks: ...
    @property
    def bundles(self) -> Bundles: ...
    @property
    def proxies(self) -> Proxies: ...
    @property
    def revisions(self) -> Revisions: ...
    @property
    def deployments(self) -> Deployments: ...
    @property
    def products(self) -> Products: ...
    @property
    def developers(self) -> Developers: ...
    @property
    def apps(self) -> Apps: ...
    @property
    def credentials(self) -> Credentials: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def maps(self) -> Maps: ...
    @property
    def users(self) -> Users: ...
    @property
    def changes(self) -> ChangeFeed: ...
    @property
    def workers(self) -> Workers: ...


class Lookups(Protocol):
    """The gateway's look-ups: prepared SQL on a held connection, called inline from one event loop.

    Unlike in a transaction, what is not there is None: for a gateway an unknown key is an everyday answer.
    """

    def token(self, organization: str, token_hash: str) -> AccessToken | None: ...
    def token_by_refresh_token(self, organization: str, refresh_hash: str) -> AccessToken | None: ...
    def client(self, organization: str, consumer_key: str) -> Client | None: ...
    def map_value(self, organization: str, scope: MapScope, name: str, key: str) -> str | None: ...
    def close(self) -> None: ...

"""What a new data folder holds: an organization to begin in, its first administrator, and the samples."""

import asyncio
import uuid
from dataclasses import dataclass

from msgspec.structs import replace

from gatewright.bundle.archive import write_zip
from gatewright.entities import (
    TOO_MANY_REQUESTS_PROPERTY,
    Environment,
    Organization,
    Properties,
    Property,
    SSLInfo,
    User,
    UserRole,
    VirtualHost,
)
from gatewright.operations.bundles import PolicyTypes, ReadBundle, read_now
from gatewright.operations.keys import add_key, random_text
from gatewright.operations.proxies import add_revision
from gatewright.operations.stamps import created
from gatewright.samples import bundles
from gatewright.samples.seed import NIKOLAI_TESLA, PREMIUM_WEATHER_API, weather_app
from gatewright.store import Passwords, Store, Transaction

ORGANIZATION = "myorg"
ENVIRONMENTS = ("test", "prod")
_TEST_ALIASES = ("localhost", "127.0.0.1")
_PASSWORD_LENGTH = 20


@dataclass(frozen=True, slots=True)
class NewFolder:
    """What a new data folder is made with. Without a password the administrator gets a random one."""

    admin_email: str
    admin_password: str | None
    http_port: int
    https_port: int
    has_samples: bool = True


@dataclass(frozen=True, slots=True)
class Provisioned:
    """How the first administrator logs in; `is_password_new` when the password has just been made."""

    admin_email: str
    admin_password: str
    is_password_new: bool


async def provision(
    store: Store, passwords: Passwords, new: NewFolder, policies: PolicyTypes
) -> Provisioned | None:
    """Fill an empty store, all at once; None when there is an organization in it already."""
    if await store.read(lambda tx: tx.organizations.names()):
        return None
    password = new.admin_password or random_text(_PASSWORD_LENGTH)
    password_hash = await passwords.hash(password)
    samples = await asyncio.to_thread(_read_samples, policies) if new.has_samples else {}

    def work(tx: Transaction) -> bool:
        if tx.organizations.names():
            return False
        _create_organization(tx, new)
        administrator = User(email=new.admin_email, roles=(UserRole(name="sysadmin"),))
        tx.users.create(administrator, password_hash)
        if new.has_samples:
            _create_samples(tx, samples, by=new.admin_email)
        return True

    is_done = await store.write(work)
    return Provisioned(new.admin_email, password, new.admin_password is None) if is_done else None


async def tell_ports(store: Store, http_port: int, https_port: int) -> None:
    """Let every virtual host report the port that the gateway listens on for it."""

    def work(tx: Transaction) -> None:
        for organization in tx.organizations.names():
            for environment in tx.environments.names(organization):
                for was in tx.virtual_hosts.list(organization, environment):
                    now = replace(was, port=str(https_port if was.is_tls else http_port))
                    if now != was:
                        tx.virtual_hosts.update(organization, environment, now)

    await store.write(work)


def _read_samples(policies: PolicyTypes) -> dict[str, ReadBundle]:
    return {name: read_now(write_zip(files), policies, "apiproxy", name) for name, files in bundles().items()}


def _create_organization(tx: Transaction, new: NewFolder) -> None:
    features = (
        Property(name=TOO_MANY_REQUESTS_PROPERTY, value="true"),
        Property(name="features.isCpsEnabled", value="true"),
    )
    organization = Organization(
        name=ORGANIZATION, display_name=ORGANIZATION, properties=Properties(property=features)
    )
    tx.organizations.create(created(organization, new.admin_email, tx.now_ms))
    for name in ENVIRONMENTS:
        tx.environments.create(ORGANIZATION, created(Environment(name=name), new.admin_email, tx.now_ms))
        for virtual_host in _virtual_hosts(name, new):
            tx.virtual_hosts.create(ORGANIZATION, name, virtual_host)


def _virtual_hosts(environment: str, new: NewFolder) -> tuple[VirtualHost, VirtualHost]:
    """Clients such as apigeetool count on `secure` having exactly one alias."""
    alias = f"{ORGANIZATION}-{environment}.localhost"
    more = _TEST_ALIASES if environment == "test" else ()
    default = VirtualHost(name="default", port=str(new.http_port), host_aliases=(alias, *more))
    secure = VirtualHost(
        name="secure",
        port=str(new.https_port),
        host_aliases=(alias,),
        ssl_info=SSLInfo(enabled="true"),
    )
    return default, secure


def _create_samples(tx: Transaction, samples: dict[str, ReadBundle], by: str) -> None:
    for name, read in samples.items():
        add_revision(tx, ORGANIZATION, "apiproxy", name, read, by)
    tx.products.create(ORGANIZATION, created(PREMIUM_WEATHER_API, by, tx.now_ms))
    developer = replace(NIKOLAI_TESLA, developer_id=str(uuid.uuid4()), organization_name=ORGANIZATION)
    tx.developers.create(ORGANIZATION, created(developer, by, tx.now_ms))
    app = replace(weather_app("", ""), app_id=str(uuid.uuid4()), developer_id=developer.developer_id)
    tx.apps.create(ORGANIZATION, created(app, by, tx.now_ms))
    add_key(tx, ORGANIZATION, app, (PREMIUM_WEATHER_API.name,))

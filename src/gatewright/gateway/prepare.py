"""Before anything is served: the data folder gets its key, certificate, database and first contents."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from gatewright.config import Settings
from gatewright.engine.ports import unplugged
from gatewright.gateway.certificate import self_signed
from gatewright.gateway.folder import DataFolder
from gatewright.gateway.prepared import Prepared
from gatewright.gateway.tls import server_context
from gatewright.operations.deployments import deploy, deploy_check, list_deployments
from gatewright.operations.provision import (
    ENVIRONMENTS,
    ORGANIZATION,
    NewFolder,
    provision,
    tell_ports,
)
from gatewright.policies import policy_types
from gatewright.policies.base import Policy
from gatewright.samples import bundles
from gatewright.services.clock import SystemClock
from gatewright.store import Passwords, Store, read_or_create_key


async def prepare(
    settings: Settings, stand_in_port: int | None, tell_password: Callable[[str], None]
) -> Prepared:
    """Bring the folder up to date. A password that was made is told at once, whatever fails afterwards.

    Raises StoreFailure, UnusableCertificate and OSError when the folder cannot be used.
    """
    folder = DataFolder(settings.data)
    clock = SystemClock()
    key = settings.encryption_key or read_or_create_key(folder.key_file)
    folder.counters.mkdir(mode=0o700, exist_ok=True)
    self_signed(folder.certificate, _certificate_names(), datetime.fromtimestamp(clock.now_ms() / 1000, UTC))
    server_context(folder.certificate)
    types = policy_types()
    store = Store.open(folder.database, key, now_ms=clock.now_ms)
    passwords = Passwords()
    try:
        first = await provision(store, passwords, _new_folder(settings), types)
        if first is not None and first.is_password_new:
            tell_password(first.admin_password)
        if first is None:
            await tell_ports(store, settings.http_port, settings.https_port)
        elif settings.samples and settings.deploy_samples:
            await _deploy_samples(store, types)
        deployed = await list_deployments(store, ORGANIZATION, "test") if settings.samples else ()
    finally:
        passwords.close()
        store.close()
    serves_samples = settings.samples and {each.api_proxy for each in deployed} >= bundles().keys()
    return Prepared(key, stand_in_port, serves_samples)


def _new_folder(settings: Settings) -> NewFolder:
    return NewFolder(
        settings.admin_user,
        settings.admin_password,
        settings.http_port,
        settings.https_port,
        settings.samples,
    )


async def _deploy_samples(store: Store, types: Mapping[str, type[Policy]]) -> None:
    """Before any worker runs, so nobody has to be waited for."""
    check = deploy_check(types, unplugged())
    for name in bundles():
        await deploy(store, ORGANIZATION, "test", name, 1, check=check)


def _certificate_names() -> tuple[str, ...]:
    aliases = tuple(f"{ORGANIZATION}-{environment}.localhost" for environment in ENVIRONMENTS)
    return (*aliases, "localhost", "127.0.0.1", "::1")

"""A new data folder holds what the tutorial finds, and is filled once and whole."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.support.stores import open_store

from gatewright.engine.ports import unplugged
from gatewright.entities import ProductStatus, User, UserRole, attribute_value
from gatewright.operations.apps import list_apps
from gatewright.operations.deployments import deploy, deploy_check, list_deployments
from gatewright.operations.provision import NewFolder, provision, tell_ports
from gatewright.operations.proxies import get_proxy, list_proxies
from gatewright.operations.users import (
    authenticate,
    create_user,
    delete_user,
    edit_user,
    get_user,
    list_users,
    set_password,
)
from gatewright.policies import policy_types
from gatewright.store import Passwords, Store

NEW = NewFolder("admin@myorg.example", None, 9001, 9443)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_it_holds_the_tutorials_resources_and_nothing_is_deployed(
    store: Store, passwords: Passwords
) -> None:
    await provision(store, passwords, NEW, policy_types())
    assert await list_proxies(store, "myorg") == ("oauth", "weatherapi")
    assert (await get_proxy(store, "myorg", "oauth")).revision == ("1",)
    assert await list_deployments(store, "myorg") == ()
    (app,) = await list_apps(store, "myorg")
    assert (app.name, attribute_value(app.attributes, "DisplayName")) == ("weatherapp", "Weather App")
    (credential,) = app.credentials
    assert credential.api_products == (ProductStatus(name="PremiumWeatherAPI"),)
    assert (len(credential.consumer_key), len(credential.consumer_secret)) == (32, 16)
    organization = await store.read(lambda tx: tx.organizations.get("myorg"))
    assert organization.environments == ("prod", "test")
    assert organization.answers_too_many_requests


ALIASES = {
    ("test", "default"): ("9001", ("myorg-test.localhost", "localhost", "127.0.0.1")),
    ("test", "secure"): ("9443", ("myorg-test.localhost",)),
    ("prod", "default"): ("9001", ("myorg-prod.localhost",)),
    ("prod", "secure"): ("9443", ("myorg-prod.localhost",)),
}


@pytest.mark.parametrize(("environment", "name"), ALIASES)
async def test_virtual_hosts_answer_to_their_aliases(
    store: Store, passwords: Passwords, environment: str, name: str
) -> None:
    await provision(store, passwords, NEW, policy_types())
    found = await store.read(lambda tx: tx.virtual_hosts.get("myorg", environment, name))
    assert (found.port, found.host_aliases) == ALIASES[environment, name]
    assert found.is_tls is (name == "secure")


async def test_virtual_hosts_report_the_ports_that_are_listened_on(
    store: Store, passwords: Passwords
) -> None:
    await provision(store, passwords, NEW, policy_types())
    await tell_ports(store, 80, 443)
    hosts = await store.read(lambda tx: tx.virtual_hosts.list("myorg", "prod"))
    assert [(each.name, each.port) for each in hosts] == [("default", "80"), ("secure", "443")]
    before = await store.read(lambda tx: tx.changes.latest())
    await tell_ports(store, 80, 443)
    assert await store.read(lambda tx: tx.changes.latest()) == before


async def test_the_samples_can_be_deployed_as_they_are(store: Store, passwords: Passwords) -> None:
    await provision(store, passwords, NEW, policy_types())
    check = deploy_check(policy_types(), unplugged())
    for name in ("oauth", "weatherapi"):
        done = await deploy(store, "myorg", "test", name, 1, check=check)
        assert done.deployment.state == "deployed"


async def test_the_administrator_can_log_in_with_the_password_of_the_day(
    store: Store, passwords: Passwords
) -> None:
    made = await provision(store, passwords, NEW, policy_types())
    assert made is not None
    assert made.is_password_new
    assert len(made.admin_password) == 20
    user = await authenticate(store, passwords, "admin@myorg.example", made.admin_password)
    assert user is not None
    assert user.roles == (UserRole(name="sysadmin"),)


async def test_a_password_that_was_given_is_used(store: Store, passwords: Passwords) -> None:
    given = NewFolder("a@b.example", "correct horse", 9001, 9443, has_samples=False)
    made = await provision(store, passwords, given, policy_types())
    assert made is not None
    assert not made.is_password_new
    assert await authenticate(store, passwords, "a@b.example", "correct horse")
    assert not await authenticate(store, passwords, "a@b.example", "wrong")
    assert not await authenticate(store, passwords, "nobody@b.example", "correct horse")
    assert await list_proxies(store, "myorg") == ()


async def test_a_folder_is_filled_once_whoever_comes_first(store: Store, passwords: Passwords) -> None:
    made = await asyncio.gather(*(provision(store, passwords, NEW, policy_types()) for _ in range(3)))
    assert [each is not None for each in made].count(True) == 1
    assert await provision(store, passwords, NEW, policy_types()) is None
    assert await list_users(store) == ("admin@myorg.example",)


async def test_users_come_change_and_go(store: Store, passwords: Passwords) -> None:
    ann = User(email="ann@b.example", first_name="Ann")
    await create_user(store, passwords, ann, "first")
    await set_password(store, passwords, "ann@b.example", "second")
    assert not await authenticate(store, passwords, "ann@b.example", "first")
    assert await authenticate(store, passwords, "ann@b.example", "second") == ann
    edited = await edit_user(store, "ann@b.example", lambda was: replace(was, email="x", last_name="B"))
    assert await get_user(store, "ann@b.example") == edited == replace(ann, last_name="B")
    await delete_user(store, "ann@b.example")
    assert not await authenticate(store, passwords, "ann@b.example", "second")

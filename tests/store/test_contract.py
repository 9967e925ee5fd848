"""What every repository promises, on every back end."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.store.records import (
    APP,
    BUNDLE,
    CREDENTIAL,
    DEPLOYMENT,
    DEVELOPER,
    ENVIRONMENT,
    ORGANIZATION,
    PRODUCT,
    REVISION,
    SECURE,
    TARGET_SERVER,
    USER,
    fill,
    token,
)

from gatewright.entities import (
    EVERY_VIRTUAL_HOST,
    AccessToken,
    App,
    Attribute,
    Configuration,
    EndpointAddress,
    Environment,
    FlowHook,
    KeyValueEntry,
    KeyValueMap,
    MapScope,
    MetaData,
    ProductStatus,
    UserRole,
    token_hash,
)
from gatewright.store import (
    Duplicate,
    InUse,
    Missing,
    Report,
    Stale,
    Store,
    Transaction,
    Worker,
    content_hash,
)

Work = Callable[[Transaction], object]
TEST = MapScope(environment="test")
MAP = KeyValueMap(name="m", entry=(KeyValueEntry(name="a", value="1"), KeyValueEntry(name="b", value="2")))
SECURE_ROOT = EndpointAddress(virtual_host="secure", base_path="/")
HOOK_ALONE = FlowHook(flow_hook_point="PreProxyFlowHook")
WORKER = Worker(id="w", host="h", pid=1, role="gateway", version=7, started_at=1, heartbeat_at=100)


@pytest.fixture
async def filled(store: Store) -> Store:
    await store.write(fill)
    return store


async def test_records_come_back_as_they_were_written(filled: Store) -> None:
    def work(tx: Transaction) -> None:
        assert tx.organizations.get("myorg") == replace(ORGANIZATION, environments=("test",))
        assert tx.environments.get("myorg", "test") == ENVIRONMENT
        assert tx.virtual_hosts.get("myorg", "test", "secure") == SECURE
        assert tx.target_servers.get("myorg", "test", "backend") == TARGET_SERVER
        assert tx.proxies.get("myorg", "apiproxy", "weatherapi").revision == ("1",)
        assert tx.revisions.get("myorg", "apiproxy", "weatherapi", 1) == REVISION
        assert tx.products.get("myorg", PRODUCT.name) == PRODUCT
        assert tx.developers.get("myorg", "d-1") == replace(DEVELOPER, apps=("weatherapp",))
        assert tx.developers.get("myorg", DEVELOPER.email).developer_id == "d-1"
        assert tx.apps.get("myorg", "a-1") == replace(APP, credentials=(CREDENTIAL,))
        assert tx.apps.find("myorg", "d-1", "weatherapp").app_id == "a-1"
        assert tx.credentials.get("myorg", "a-1", "key-1") == CREDENTIAL
        assert tx.users.get(USER.email) == USER
        assert tx.users.password_hash(USER.email) == "$argon2id$…"

    await filled.read(work)


MISSING: dict[str, Work] = {
    "organization": lambda tx: tx.organizations.get("no"),
    "environment": lambda tx: tx.environments.get("myorg", "no"),
    "virtual host": lambda tx: tx.virtual_hosts.get("myorg", "test", "no"),
    "target server": lambda tx: tx.target_servers.get("myorg", "test", "no"),
    "proxy": lambda tx: tx.proxies.get("myorg", "apiproxy", "no"),
    "revision": lambda tx: tx.revisions.get("myorg", "apiproxy", "weatherapi", 9),
    "deployment": lambda tx: tx.deployments.get("myorg", "test", "apiproxy", "weatherapi", 1),
    "bundle": lambda tx: tx.bundles.get("SHA-512:00"),
    "API product": lambda tx: tx.products.get("myorg", "no"),
    "developer": lambda tx: tx.developers.get("myorg", "no"),
    "app": lambda tx: tx.apps.get("myorg", "no"),
    "credential": lambda tx: tx.credentials.get("myorg", "another app", "key-1"),
    "access token": lambda tx: tx.tokens.get("myorg", "no"),
    "key value map": lambda tx: tx.maps.get("myorg", TEST, "no"),
    "key value map entry": lambda tx: tx.maps.entry("myorg", TEST, "m", "no"),
    "user": lambda tx: tx.users.get("no"),
}


@pytest.mark.parametrize("kind", MISSING)
async def test_what_is_not_there_is_missing_and_named(filled: Store, kind: str) -> None:
    with pytest.raises(Missing) as failure:
        await filled.read(MISSING[kind])
    assert failure.value.kind == kind


DUPLICATES: dict[str, Work] = {
    "organization": lambda tx: tx.organizations.create(ORGANIZATION),
    "environment": lambda tx: tx.environments.create("myorg", ENVIRONMENT),
    "virtual host": lambda tx: tx.virtual_hosts.create("myorg", "test", SECURE),
    "target server": lambda tx: tx.target_servers.create("myorg", "test", TARGET_SERVER),
    "proxy": lambda tx: tx.proxies.create("myorg", "apiproxy", "weatherapi", MetaData()),
    "revision": lambda tx: tx.revisions.create("myorg", "apiproxy", REVISION, BUNDLE),
    "API product": lambda tx: tx.products.create("myorg", PRODUCT),
    "developer": lambda tx: tx.developers.create("myorg", replace(DEVELOPER, developer_id="d-2")),
    "app": lambda tx: tx.apps.create("myorg", replace(APP, app_id="a-2")),
    "credential": lambda tx: tx.credentials.create("myorg", "a-1", CREDENTIAL),
    "user": lambda tx: tx.users.create(USER, "hash"),
}


@pytest.mark.parametrize("kind", DUPLICATES)
async def test_what_is_there_cannot_be_created_again(filled: Store, kind: str) -> None:
    with pytest.raises(Duplicate) as failure:
        await filled.write(DUPLICATES[kind])
    assert failure.value.kind == kind


UPDATES_OF_NOTHING: list[Work] = [
    lambda tx: tx.organizations.update(replace(ORGANIZATION, name="no")),
    lambda tx: tx.environments.update("myorg", Environment(name="no")),
    lambda tx: tx.virtual_hosts.update("myorg", "test", replace(SECURE, name="no")),
    lambda tx: tx.virtual_hosts.delete("myorg", "test", "no"),
    lambda tx: tx.target_servers.delete("myorg", "test", "no"),
    lambda tx: tx.products.update("myorg", replace(PRODUCT, name="no")),
    lambda tx: tx.developers.update("myorg", replace(DEVELOPER, developer_id="no")),
    lambda tx: tx.apps.update("myorg", replace(APP, app_id="no")),
    lambda tx: tx.credentials.update("myorg", "a-1", replace(CREDENTIAL, consumer_key="no")),
    lambda tx: tx.credentials.delete("myorg", "a-1", "no"),
    lambda tx: tx.tokens.update(token("no")),
    lambda tx: tx.tokens.delete("myorg", "no"),
    lambda tx: tx.maps.delete("myorg", TEST, "no"),
    lambda tx: tx.maps.put_entry("myorg", TEST, "no", KeyValueEntry(name="a", value="1")),
    lambda tx: tx.maps.delete_entry("myorg", TEST, "no", "a"),
    lambda tx: tx.users.update(replace(USER, email="no")),
    lambda tx: tx.users.set_password_hash("no", "hash"),
]


@pytest.mark.parametrize("work", UPDATES_OF_NOTHING)
async def test_nothing_can_be_changed_that_is_not_there(filled: Store, work: Work) -> None:
    before = await filled.read(lambda tx: tx.changes.latest())
    with pytest.raises(Missing):
        await filled.write(work)
    assert await filled.read(lambda tx: tx.changes.latest()) == before


async def test_an_environment_in_use_cannot_be_deleted(filled: Store) -> None:
    with pytest.raises(InUse):
        await filled.write(lambda tx: tx.environments.delete("myorg", "test"))


async def test_a_product_on_a_key_cannot_be_deleted(filled: Store) -> None:
    assert await filled.read(lambda tx: tx.products.keys("myorg", PRODUCT.name)) == ("key-1",)
    with pytest.raises(InUse):
        await filled.write(lambda tx: tx.products.delete("myorg", PRODUCT.name))


async def test_a_key_cannot_have_a_product_that_does_not_exist(filled: Store) -> None:
    wrong = replace(CREDENTIAL, api_products=(ProductStatus(name="no"),))
    with pytest.raises(InUse) as failure:
        await filled.write(lambda tx: tx.credentials.update("myorg", "a-1", wrong))
    assert failure.value.name == "no"
    assert (await filled.read(lambda tx: tx.credentials.get("myorg", "a-1", "key-1"))) == CREDENTIAL


async def test_names_come_in_order_and_by_page(filled: Store) -> None:
    def create(tx: Transaction) -> None:
        for name in ("b", "C", "a"):
            tx.products.create("myorg", replace(PRODUCT, name=name))

    await filled.write(create)
    everything = ("C", "PremiumWeatherAPI", "a", "b")
    assert await filled.read(lambda tx: tx.products.names("myorg")) == everything
    assert await filled.read(lambda tx: tx.products.names("myorg", "PremiumWeatherAPI", 2)) == everything[1:3]
    page = await filled.read(lambda tx: tx.products.list("myorg", "a", 1000))
    assert [each.name for each in page] == ["a", "b"]


async def test_organizations_do_not_see_each_other(filled: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.organizations.create(replace(ORGANIZATION, name="other"))
        tx.products.create("other", replace(PRODUCT, description="the other's"))
        assert tx.products.get("myorg", PRODUCT.name) == PRODUCT
        assert tx.products.get("other", PRODUCT.name).description == "the other's"
        with pytest.raises(Missing):
            tx.credentials.client("other", "key-1")

    await filled.write(work)


async def test_a_developers_email_may_change(filled: Store) -> None:
    moved = replace(DEVELOPER, email="n@tesla.example")

    def work(tx: Transaction) -> None:
        tx.developers.update("myorg", moved)
        assert tx.developers.get("myorg", "n@tesla.example").apps == ("weatherapp",)
        assert tx.developers.emails("myorg") == ("n@tesla.example",)
        with pytest.raises(Missing):
            tx.developers.get("myorg", DEVELOPER.email)

    await filled.write(work)


async def test_a_developer_goes_with_apps_and_keys(filled: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.developers.delete("myorg", "d-1")
        assert tx.apps.ids("myorg") == ()
        assert tx.products.keys("myorg", PRODUCT.name) == ()
        kinds = {(change.kind, change.name) for change in tx.changes.after(0)}
        assert {("credential", "key-1"), ("app", "a-1"), ("developer", "d-1")} <= kinds

    await filled.write(work)


async def test_keys_of_an_app_come_oldest_first_and_products_in_their_order(filled: Store) -> None:
    def work(tx: Transaction) -> App:
        tx.products.create("myorg", replace(PRODUCT, name="A"))
        tx.credentials.create("myorg", "a-1", replace(CREDENTIAL, consumer_key="a later one"))
        two = (ProductStatus(name="PremiumWeatherAPI"), ProductStatus(name="A", status="pending"))
        tx.credentials.update("myorg", "a-1", replace(CREDENTIAL, status="revoked", api_products=two))
        return tx.apps.get("myorg", "a-1")

    first, second = (await filled.write(work)).credentials
    assert (first.consumer_key, second.consumer_key) == ("key-1", "a later one")
    assert [(each.name, each.status) for each in first.api_products] == [
        ("PremiumWeatherAPI", "approved"),
        ("A", "pending"),
    ]
    assert first.consumer_secret == CREDENTIAL.consumer_secret


async def test_a_client_is_all_that_decides_what_a_key_may_call(filled: Store) -> None:
    client = await filled.read(lambda tx: tx.credentials.client("myorg", "key-1"))
    assert client.credential == CREDENTIAL
    assert client.app == APP
    assert client.developer == replace(DEVELOPER, apps=("weatherapp",))
    assert client.products == (PRODUCT,)
    assert filled.lookups.client("myorg", "key-1") == client
    assert filled.secret_matches(client, CREDENTIAL.consumer_secret)
    assert not filled.secret_matches(client, CREDENTIAL.consumer_secret + "x")


async def test_tokens_are_found_by_either_half(store: Store) -> None:
    full = token("t", refresh_token_hash=token_hash("r"), scopes=("READ",), end_user="joe")
    await store.write(lambda tx: tx.tokens.create(full))
    assert store.lookups.token("myorg", token_hash("t")) == full
    assert store.lookups.token_by_refresh_token("myorg", token_hash("r")) == full
    assert store.lookups.token("other", token_hash("t")) is None
    assert store.lookups.token_by_refresh_token("other", token_hash("r")) is None
    assert store.lookups.token("myorg", token_hash("r")) is None
    assert await store.read(lambda tx: tx.tokens.get("myorg", token_hash("t"))) == full
    assert await store.read(lambda tx: tx.tokens.by_refresh_token("myorg", token_hash("r"))) == full
    assert await store.read(lambda tx: tx.tokens.of_app("myorg", "a-1", "joe")) == (full,)
    assert await store.read(lambda tx: tx.tokens.of_app("myorg", "a-1", "ann")) == ()


async def test_a_token_can_be_replaced_once(store: Store) -> None:
    old, new, newer = token("old"), token("new"), token("newer")

    def work(tx: Transaction) -> None:
        tx.tokens.create(old)
        tx.tokens.replace("myorg", old.hash, new)
        assert tx.tokens.get("myorg", new.hash) == new
        with pytest.raises(Missing):
            tx.tokens.replace("myorg", old.hash, newer)
        tx.tokens.delete("myorg", new.hash)
        with pytest.raises(Missing):
            tx.tokens.get("myorg", new.hash)

    await store.write(work)


PURGING: list[tuple[dict[str, object], bool]] = [
    ({"expires_at": 500}, True),
    ({"expires_at": 501}, False),
    ({"expires_at": -1}, False),
    ({"expires_at": 500, "refresh_token_hash": "r"}, False),
    ({"expires_at": 500, "refresh_token_hash": "r", "refresh_token_expires_at": 400}, True),
    ({"expires_at": 500, "refresh_token_hash": "r", "refresh_token_expires_at": 600}, False),
]


@pytest.mark.parametrize(("times", "goes"), PURGING)
async def test_a_token_is_purged_when_neither_half_is_good_any_more(
    store: Store, times: dict[str, object], goes: bool
) -> None:
    def work(tx: Transaction) -> int:
        tx.tokens.create(token("t", **times))
        return tx.tokens.purge(500, limit=10)

    assert await store.write(work) == int(goes)


async def test_purging_keeps_to_its_limit(store: Store) -> None:
    def work(tx: Transaction) -> list[int]:
        for number in range(5):
            tx.tokens.create(token(str(number), expires_at=1))
        return [tx.tokens.purge(2, limit=3) for _ in range(3)]

    assert await store.write(work) == [3, 2, 0]


@pytest.mark.parametrize("encrypted", [False, True])
async def test_map_values_come_back_clear_and_are_sealed_only_in_encrypted_maps(
    filled: Store, encrypted: bool
) -> None:
    written = replace(MAP, encrypted=encrypted)

    def work(tx: Transaction) -> None:
        tx.maps.create("myorg", TEST, written)
        assert tx.maps.get("myorg", TEST, "m") == written
        tx.maps.put_entry("myorg", TEST, "m", KeyValueEntry(name="a", value="changed"))
        tx.maps.delete_entry("myorg", TEST, "m", "b")
        assert tx.maps.keys("myorg", TEST, "m") == ("a",)
        assert tx.maps.entry("myorg", TEST, "m", "a").value == "changed"

    await filled.write(work)
    assert filled.lookups.map_value("myorg", TEST, "m", "a") == "changed"
    assert filled.lookups.map_value("myorg", TEST, "m", "b") is None
    assert filled.lookups.map_value("myorg", MapScope(), "m", "a") is None


async def test_maps_of_one_name_live_in_each_scope(filled: Store) -> None:
    scopes = [TEST, MapScope(), MapScope(proxy="weatherapi"), MapScope(proxy="weatherapi", revision=1)]

    def work(tx: Transaction) -> None:
        for scope in scopes:
            tx.maps.create("myorg", scope, KeyValueMap(name="m"))
        with pytest.raises(Duplicate):
            tx.maps.create("myorg", TEST, KeyValueMap(name="m"))

    await filled.write(work)
    await filled.write(lambda tx: tx.maps.delete_scope("myorg", TEST))
    names = await filled.read(lambda tx: [tx.maps.names("myorg", scope) for scope in scopes])
    assert names == [(), ("m",), ("m",), ("m",)]


async def test_a_revision_is_replaced_only_when_it_is_as_expected(filled: Store) -> None:
    def replace_with(bundle: bytes, expected: bytes) -> Work:
        changed = replace(REVISION, policies=("C",))
        return lambda tx: tx.revisions.replace("myorg", "apiproxy", changed, bundle, content_hash(expected))

    assert await filled.write(replace_with(b"second", BUNDLE)) == content_hash(b"second")
    with pytest.raises(Stale):
        await filled.write(replace_with(b"third", BUNDLE))
    assert await filled.read(lambda tx: tx.bundles.get(content_hash(b"second"))) == b"second"
    with pytest.raises(Missing):
        await filled.read(lambda tx: tx.bundles.get(content_hash(BUNDLE)))


async def test_a_deployment_keeps_the_bundle_that_it_pins(filled: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.deployments.put("apiproxy", DEPLOYMENT, [SECURE_ROOT])
        changed = replace(REVISION, policies=("C",))
        tx.revisions.replace("myorg", "apiproxy", changed, b"second", content_hash(BUNDLE))
        assert tx.bundles.get(content_hash(BUNDLE)) == BUNDLE
        tx.deployments.delete("apiproxy", DEPLOYMENT)
        with pytest.raises(Missing):
            tx.bundles.get(content_hash(BUNDLE))

    await filled.write(work)


async def test_a_deployed_revision_cannot_be_deleted(filled: Store) -> None:
    await filled.write(lambda tx: tx.deployments.put("apiproxy", DEPLOYMENT, []))
    with pytest.raises(InUse):
        await filled.write(lambda tx: tx.revisions.delete("myorg", "apiproxy", "weatherapi", 1))
    with pytest.raises(InUse):
        await filled.write(lambda tx: tx.proxies.delete("myorg", "apiproxy", "weatherapi"))
    await filled.write(lambda tx: tx.deployments.delete("apiproxy", DEPLOYMENT))
    await filled.write(lambda tx: tx.proxies.delete("myorg", "apiproxy", "weatherapi"))
    assert await filled.read(lambda tx: tx.proxies.names("myorg", "apiproxy")) == ()


async def test_putting_a_deployment_again_replaces_it(filled: Store) -> None:
    again = replace(
        DEPLOYMENT, configuration=Configuration(base_path="/v2", config_version=content_hash(BUNDLE))
    )

    def work(tx: Transaction) -> None:
        first = tx.deployments.put("apiproxy", DEPLOYMENT, [SECURE_ROOT])
        second = tx.deployments.put("apiproxy", again, [replace(SECURE_ROOT, base_path="/v2")])
        assert second > first
        assert tx.deployments.list("apiproxy", "myorg", "test", "weatherapi") == (again,)
        assert tx.deployments.list("apiproxy") == (again,)
        assert tx.deployments.list("sharedflow") == ()
        assert tx.deployments.occupant("myorg", "test", SECURE_ROOT) is None

    await filled.write(work)


@pytest.mark.parametrize(
    ("deployed_on", "asked_on", "is_taken"),
    [
        ("secure", "secure", True),
        ("secure", "default", False),
        ("secure", EVERY_VIRTUAL_HOST, True),
        (EVERY_VIRTUAL_HOST, "secure", True),
        (EVERY_VIRTUAL_HOST, EVERY_VIRTUAL_HOST, True),
    ],
)
async def test_every_virtual_host_includes_each(
    filled: Store, deployed_on: str, asked_on: str, is_taken: bool
) -> None:
    address = EndpointAddress(virtual_host=deployed_on, base_path="/x")
    await filled.write(lambda tx: tx.deployments.put("apiproxy", DEPLOYMENT, [address]))
    asked = EndpointAddress(virtual_host=asked_on, base_path="/x")
    occupant = await filled.read(lambda tx: tx.deployments.occupant("myorg", "test", asked))
    assert occupant == (("apiproxy", "weatherapi", 1) if is_taken else None)


async def test_user_roles_and_attributes_are_kept(filled: Store) -> None:
    changed = replace(
        USER,
        roles=(UserRole(name="orgadmin", organization="myorg"),),
        attributes=(Attribute(name="a", value="b"),),
    )
    await filled.write(lambda tx: tx.users.update(changed))
    assert await filled.read(lambda tx: tx.users.get(USER.email)) == changed
    assert await filled.read(lambda tx: tx.users.password_hash(USER.email)) == "$argon2id$…"


async def test_a_worker_lives_as_long_as_it_beats(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.workers.beat(WORKER)
        tx.workers.beat(replace(WORKER, version=8, heartbeat_at=200))
        assert tx.workers.live(since_ms=200) == (replace(WORKER, version=8, heartbeat_at=200),)
        assert tx.workers.live(since_ms=201) == ()
        tx.workers.forget(before_ms=200)
        assert len(tx.workers.live(0)) == 1
        tx.workers.remove("w")
        tx.workers.remove("w")
        assert tx.workers.live(0) == ()

    await store.write_relaxed(work)


async def test_a_worker_reports_on_all_its_deployments_at_once(store: Store) -> None:
    report = Report(
        worker_id="w",
        organization="myorg",
        environment="test",
        kind="apiproxy",
        name="weatherapi",
        revision=1,
        bundle_hash="SHA-512:00",
        state="error",
        error="no such file",
    )

    def work(tx: Transaction) -> None:
        tx.workers.beat(WORKER)
        tx.workers.report("w", [report])
        assert tx.workers.reports("myorg", "test", "apiproxy", "weatherapi") == (report,)
        tx.workers.report("w", [])
        assert tx.workers.reports("myorg", "test", "apiproxy", "weatherapi") == ()
        tx.workers.report("w", [report])
        tx.workers.remove("w")
        assert tx.workers.reports("myorg", "test", "apiproxy", "weatherapi") == ()

    await store.write_relaxed(work)


async def test_a_token_record_survives_the_way_through_the_database(store: Store) -> None:
    full: AccessToken = token("t", api_products=("A", "B"), grant_type="password", refresh_count=3)
    await store.write(lambda tx: tx.tokens.create(full))
    with pytest.raises(Duplicate):
        await store.write(lambda tx: tx.tokens.create(full))
    assert store.read_now(lambda tx: tx.tokens.get("myorg", full.hash)) == full


async def test_a_flow_hook_without_a_shared_flow_is_there_all_the_same(filled: Store) -> None:
    def work(tx: Transaction) -> None:
        assert tx.flow_hooks.list("myorg", "test") == ()
        assert tx.flow_hooks.get("myorg", "test", "PreProxyFlowHook") == HOOK_ALONE
        tx.flow_hooks.delete("myorg", "test", "PreProxyFlowHook")
        tx.flow_hooks.put("myorg", "test", replace(HOOK_ALONE, shared_flow="a"))
        tx.flow_hooks.put("myorg", "test", replace(HOOK_ALONE, shared_flow="b", continue_on_error=False))
        (hook,) = tx.flow_hooks.list("myorg", "test")
        assert (hook.attached, hook.continue_on_error) == ("b", False)
        tx.flow_hooks.delete("myorg", "test", "PreProxyFlowHook")
        assert tx.flow_hooks.get("myorg", "test", "PreProxyFlowHook") == HOOK_ALONE

    await filled.write(work)


async def test_a_flow_hook_needs_its_environment(filled: Store) -> None:
    hook = replace(HOOK_ALONE, shared_flow="a")
    with pytest.raises(InUse):
        await filled.write(lambda tx: tx.flow_hooks.put("myorg", "no", hook))
    await filled.write(lambda tx: tx.flow_hooks.put("myorg", "test", hook))
    with pytest.raises(InUse):
        await filled.write(lambda tx: tx.environments.delete("myorg", "test"))

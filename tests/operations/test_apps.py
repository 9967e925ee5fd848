"""Products, developers, apps and their keys, and what each may and may not do to the others."""

import re
from dataclasses import replace as changed

import pytest
from msgspec.structs import replace
from tests.operations.installation import BY, Installation

from gatewright.entities import NEVER, ApiProduct, Attribute, Developer, Properties, Property
from gatewright.operations.apps import (
    NewApp,
    approve_app,
    create_app,
    delete_app,
    edit_app,
    get_app,
    get_app_by_id,
    list_apps,
    list_developer_apps,
    revoke_app,
)
from gatewright.operations.attributes import (
    attribute_named,
    with_attribute,
    with_attributes,
    without_attribute,
)
from gatewright.operations.developers import (
    activate_developer,
    create_developer,
    deactivate_developer,
    delete_developer,
    edit_developer,
    get_developer,
    list_developers,
)
from gatewright.operations.errors import (
    AppAlreadyExists,
    AppDoesNotExist,
    AppIdDoesNotExist,
    AttributeDoesNotExist,
    DeveloperAlreadyExists,
    DeveloperDoesNotExist,
    InvalidField,
    KeyAlreadyExists,
    KeyDoesNotExist,
    ProductAlreadyExists,
    ProductDoesNotExist,
    ProductInUse,
    ProductNotOnKey,
)
from gatewright.operations.keys import (
    add_products,
    approve_key,
    delete_key,
    generate_key,
    get_key,
    import_key,
    remove_product,
    revoke_key,
    set_product_status,
)
from gatewright.operations.organizations import replace_organization_properties
from gatewright.operations.products import create_product, delete_product, edit_product, get_product
from gatewright.store import Store

EMAIL = "tesla@weathersample.com"
TESLA = Developer(email=EMAIL, first_name="Nikolai", last_name="Tesla", user_name="tesla")
APP = NewApp("weatherapp", api_products=("P", "Manual"))


@pytest.fixture
async def store(installed: Installation) -> Store:
    """Two products, one with manual approval, a developer and an app with both."""
    store = installed.store
    await create_product(store, "myorg", ApiProduct(name="P"), BY)
    await create_product(store, "myorg", ApiProduct(name="Manual", approval_type="manual"), BY)
    await create_developer(store, "myorg", TESLA, BY)
    await create_app(store, "myorg", EMAIL, APP, BY)
    return store


async def only_key(store: Store) -> str:
    (credential,) = (await get_app(store, "myorg", EMAIL, "weatherapp")).credentials
    return credential.consumer_key


async def test_an_app_begins_approved_with_one_random_key(store: Store) -> None:
    app = await get_app(store, "myorg", EMAIL, "weatherapp")
    (credential,) = app.credentials
    assert re.fullmatch("[A-Za-z0-9]{32}", credential.consumer_key)
    assert re.fullmatch("[A-Za-z0-9]{16}", credential.consumer_secret)
    assert (app.status, credential.status, credential.expires_at) == ("approved", "approved", NEVER)
    statuses = [(each.name, each.status) for each in credential.api_products]
    assert statuses == [("P", "approved"), ("Manual", "pending")]
    assert await get_app_by_id(store, "myorg", app.app_id) == app
    assert await list_apps(store, "myorg") == await list_developer_apps(store, "myorg", EMAIL) == (app,)


async def test_the_organization_sets_the_length_of_keys(store: Store) -> None:
    lengths = Properties(
        property=(
            Property(name="keymanagement.consumer.key.length", value="64"),
            Property(name="keymanagement.consumer.secret.length", value="7"),
        )
    )
    await replace_organization_properties(store, "myorg", lengths, BY)
    _, second = (await generate_key(store, "myorg", EMAIL, "weatherapp")).credentials
    assert (len(second.consumer_key), len(second.consumer_secret)) == (64, 16)


@pytest.mark.parametrize(("expires_in", "expires_after"), [(NEVER, None), (60_000, 60_000)])
async def test_a_key_expires_after_its_time(store: Store, expires_in: int, expires_after: int | None) -> None:
    app = await create_app(store, "myorg", EMAIL, changed(APP, name="b", key_expires_in_ms=expires_in), BY)
    (credential,) = app.credentials
    expected = NEVER if expires_after is None else credential.issued_at + expires_after
    assert credential.expires_at == expected


@pytest.mark.parametrize("expires_in", [0, -2])
async def test_a_key_cannot_have_expired_before_it_begins(store: Store, expires_in: int) -> None:
    with pytest.raises(InvalidField):
        await create_app(store, "myorg", EMAIL, changed(APP, name="b", key_expires_in_ms=expires_in), BY)


async def test_an_app_with_an_unknown_product_is_not_made(store: Store) -> None:
    with pytest.raises(ProductDoesNotExist, match=r"API Product \[no\] does not exist for tenant \[myorg\]"):
        await create_app(store, "myorg", EMAIL, NewApp("b", api_products=("P", "no")), BY)
    with pytest.raises(AppDoesNotExist, match=f"App named b does not exist under {EMAIL}"):
        await get_app(store, "myorg", EMAIL, "b")


async def test_what_is_there_is_not_made_again(store: Store) -> None:
    with pytest.raises(AppAlreadyExists, match="App with name weatherapp already exists"):
        await create_app(store, "myorg", EMAIL, APP, BY)
    with pytest.raises(DeveloperAlreadyExists):
        await create_developer(store, "myorg", TESLA, BY)
    with pytest.raises(ProductAlreadyExists):
        await create_product(store, "myorg", ApiProduct(name="P"), BY)
    with pytest.raises(KeyAlreadyExists):
        await import_key(store, "myorg", EMAIL, "weatherapp", await only_key(store), "secret")


async def test_products_are_added_approved_and_taken_off(store: Store) -> None:
    key = await only_key(store)
    await create_product(store, "myorg", ApiProduct(name="New"), BY)
    added = await add_products(store, "myorg", EMAIL, "weatherapp", key, ["Manual", "New", "New"])
    assert [each.name for each in added.api_products] == ["P", "Manual", "New"]
    await set_product_status(store, "myorg", EMAIL, "weatherapp", key, "Manual", "approved")
    await set_product_status(store, "myorg", EMAIL, "weatherapp", key, "P", "revoked")
    left = await remove_product(store, "myorg", EMAIL, "weatherapp", key, "New")
    assert [(each.name, each.status) for each in left.api_products] == [
        ("P", "revoked"),
        ("Manual", "approved"),
    ]
    with pytest.raises(ProductNotOnKey):
        await remove_product(store, "myorg", EMAIL, "weatherapp", key, "New")
    with pytest.raises(ProductNotOnKey):
        await set_product_status(store, "myorg", EMAIL, "weatherapp", key, "New", "approved")


async def test_keys_are_revoked_approved_imported_and_deleted(store: Store) -> None:
    key = await only_key(store)
    await revoke_key(store, "myorg", EMAIL, "weatherapp", key)
    assert (await get_key(store, "myorg", EMAIL, "weatherapp", key)).status == "revoked"
    await approve_key(store, "myorg", EMAIL, "weatherapp", key)
    assert (await get_key(store, "myorg", EMAIL, "weatherapp", key)).status == "approved"
    await import_key(store, "myorg", EMAIL, "weatherapp", "my own key", "my own secret")
    imported = await get_key(store, "myorg", EMAIL, "weatherapp", "my own key")
    assert (imported.consumer_secret, imported.api_products) == ("my own secret", ())
    await delete_key(store, "myorg", EMAIL, "weatherapp", key)
    with pytest.raises(KeyDoesNotExist):
        await get_key(store, "myorg", EMAIL, "weatherapp", key)


async def test_a_key_of_another_app_is_unknown(store: Store) -> None:
    await create_app(store, "myorg", EMAIL, NewApp("other"), BY)
    with pytest.raises(KeyDoesNotExist):
        await get_key(store, "myorg", EMAIL, "other", await only_key(store))


async def test_an_app_is_revoked_approved_edited_and_deleted(store: Store) -> None:
    before = await get_app(store, "myorg", EMAIL, "weatherapp")
    await revoke_app(store, "myorg", EMAIL, "weatherapp", BY)
    assert (await get_app(store, "myorg", EMAIL, "weatherapp")).status == "revoked"
    await approve_app(store, "myorg", EMAIL, "weatherapp", BY)
    edited = await edit_app(
        store,
        "myorg",
        EMAIL,
        "weatherapp",
        lambda was: replace(was, callback_url="https://x.example/", app_id="mine", credentials=()),
        BY,
    )
    assert edited.callback_url == "https://x.example/"
    assert (edited.app_id, edited.credentials) == (before.app_id, before.credentials)
    await delete_app(store, "myorg", EMAIL, "weatherapp")
    with pytest.raises(AppIdDoesNotExist):
        await get_app_by_id(store, "myorg", before.app_id)


async def test_a_product_on_a_key_stays_until_it_is_taken_off(store: Store) -> None:
    with pytest.raises(ProductInUse, match="1 consumer key"):
        await delete_product(store, "myorg", "P")
    await remove_product(store, "myorg", EMAIL, "weatherapp", await only_key(store), "P")
    await delete_product(store, "myorg", "P")
    with pytest.raises(ProductDoesNotExist):
        await get_product(store, "myorg", "P")


async def test_an_edit_keeps_the_name_and_who_made_it(store: Store) -> None:
    edited = await edit_product(
        store, "myorg", "P", lambda was: replace(was, name="Q", quota="5", created_by="me"), "other@b.example"
    )
    assert (edited.name, edited.quota) == ("P", "5")
    assert (edited.created_by, edited.last_modified_by) == (BY, "other@b.example")
    assert (edited.display_name, await get_product(store, "myorg", "P")) == ("P", edited)


async def test_a_developer_is_found_by_id_and_stays_who_it_is(store: Store) -> None:
    found = await get_developer(store, "myorg", EMAIL)
    assert (found.status, found.organization_name, found.apps) == ("active", "myorg", ("weatherapp",))
    edited = await edit_developer(
        store,
        "myorg",
        found.developer_id,
        lambda was: replace(was, email="n@tesla.example", developer_id="mine", apps=()),
        BY,
    )
    assert (edited.developer_id, edited.apps) == (found.developer_id, ("weatherapp",))
    assert await get_developer(store, "myorg", "n@tesla.example") == edited
    assert await list_developers(store, "myorg") == (edited,)


async def test_a_developer_is_deactivated_activated_and_deleted(store: Store) -> None:
    await deactivate_developer(store, "myorg", EMAIL, BY)
    assert not (await get_developer(store, "myorg", EMAIL)).is_active
    await activate_developer(store, "myorg", EMAIL, BY)
    assert (await get_developer(store, "myorg", EMAIL)).is_active
    await delete_developer(store, "myorg", EMAIL)
    with pytest.raises(
        DeveloperDoesNotExist, match=f"DeveloperId {EMAIL} does not exist in organization myorg"
    ):
        await get_app(store, "myorg", EMAIL, "weatherapp")
    assert await list_apps(store, "myorg") == ()


@pytest.mark.parametrize(
    "wrong",
    [
        replace(TESLA, email=""),
        replace(TESLA, email="tesla"),
        replace(TESLA, email="t t@x.example"),
        replace(TESLA, first_name=" "),
        replace(TESLA, last_name=""),
        replace(TESLA, user_name=""),
    ],
)
async def test_a_developer_needs_an_email_and_names(installed: Installation, wrong: Developer) -> None:
    with pytest.raises(InvalidField):
        await create_developer(installed.store, "myorg", wrong, BY)


def test_attributes_keep_their_order() -> None:
    a, b, a2 = (
        Attribute(name="a", value="1"),
        Attribute(name="b", value="1"),
        Attribute(name="a", value="2"),
    )
    assert with_attributes((), [a, b, a2]) == (a2, b)
    assert with_attribute((a,), b) == (a, b)
    assert without_attribute((a, b), "a") == (b,)
    assert attribute_named((a, b), "b") == b
    with pytest.raises(AttributeDoesNotExist, match="c"):
        without_attribute((a, b), "c")

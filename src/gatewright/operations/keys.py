"""Consumer keys of an app, with their secrets and the products on them."""

import secrets
import string
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from gatewright.entities import NEVER, App, Approval, Attribute, Credential, Organization, ProductStatus
from gatewright.operations.errors import InvalidField, ProductNotOnKey
from gatewright.operations.naming import check_given
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction

_ALPHABET = string.ascii_letters + string.digits
_LENGTHS = range(16, 129)


async def get_key(store: Store, organization: str, developer: str, app: str, consumer_key: str) -> Credential:
    def work(tx: Transaction) -> Credential:
        return tx.credentials.get(organization, _app(tx, organization, developer, app).app_id, consumer_key)

    return await reading(store, work, organization=organization, developer=developer)


async def generate_key(
    store: Store,
    organization: str,
    developer: str,
    app: str,
    api_products: Iterable[str] = (),
    *,
    attributes: tuple[Attribute, ...] = (),
    scopes: tuple[str, ...] = (),
    expires_in_ms: int = NEVER,
) -> App:
    """A further key with random key and secret; the app with all its keys."""

    def work(tx: Transaction) -> App:
        found = _app(tx, organization, developer, app)
        add_key(
            tx,
            organization,
            found,
            api_products,
            attributes=attributes,
            scopes=scopes,
            expires_in_ms=expires_in_ms,
        )
        return tx.apps.get(organization, found.app_id)

    return await writing(store, work, organization=organization, developer=developer)


async def import_key(
    store: Store,
    organization: str,
    developer: str,
    app: str,
    consumer_key: str,
    consumer_secret: str,
    *,
    attributes: tuple[Attribute, ...] = (),
    scopes: tuple[str, ...] = (),
) -> Credential:
    """A key and secret made elsewhere, without products. Raises KeyAlreadyExists."""
    check_given(consumerKey=consumer_key, consumerSecret=consumer_secret)
    if not (consumer_key.isprintable() and consumer_key.isascii() and len(consumer_key) <= 2048):
        raise InvalidField(field="consumerKey", problem="must be printable ASCII of at most 2048 characters")

    def work(tx: Transaction) -> Credential:
        found = _app(tx, organization, developer, app)
        credential = Credential(
            consumer_key=consumer_key,
            consumer_secret=consumer_secret,
            attributes=attributes,
            scopes=scopes,
            issued_at=tx.now_ms,
        )
        tx.credentials.create(organization, found.app_id, credential)
        return credential

    return await writing(store, work, organization=organization, developer=developer)


async def edit_key(
    store: Store,
    organization: str,
    developer: str,
    app: str,
    consumer_key: str,
    edit: Callable[[Credential], Credential],
) -> Credential:
    """Put what `edit` makes of the key in its place. Key, secret and times stay."""

    def work(tx: Transaction) -> Credential:
        app_id = _app(tx, organization, developer, app).app_id
        was = tx.credentials.get(organization, app_id, consumer_key)
        now = replace(
            edit(was),
            consumer_key=was.consumer_key,
            consumer_secret=was.consumer_secret,
            issued_at=was.issued_at,
            expires_at=was.expires_at,
        )
        tx.credentials.update(organization, app_id, now)
        return now

    return await writing(store, work, organization=organization, developer=developer)


async def add_products(
    store: Store,
    organization: str,
    developer: str,
    app: str,
    consumer_key: str,
    api_products: Iterable[str],
    *,
    attributes: tuple[Attribute, ...] | None = None,
    scopes: tuple[str, ...] | None = None,
) -> Credential:
    """Append products, those already there staying as they are; and replace attributes or scopes if given."""

    def work(tx: Transaction) -> Credential:
        app_id = _app(tx, organization, developer, app).app_id
        was = tx.credentials.get(organization, app_id, consumer_key)
        there = {product.name for product in was.api_products}
        new = [name for name in dict.fromkeys(api_products) if name not in there]
        now = replace(
            was,
            api_products=was.api_products + _statuses(tx, organization, new),
            attributes=was.attributes if attributes is None else attributes,
            scopes=was.scopes if scopes is None else scopes,
        )
        tx.credentials.update(organization, app_id, now)
        return now

    return await writing(store, work, organization=organization, developer=developer)


async def remove_product(
    store: Store, organization: str, developer: str, app: str, consumer_key: str, api_product: str
) -> Credential:
    """Raises ProductNotOnKey."""

    def edit(was: Credential) -> Credential:
        _check_on(was, api_product)
        return replace(was, api_products=tuple(each for each in was.api_products if each.name != api_product))

    return await edit_key(store, organization, developer, app, consumer_key, edit)


async def set_product_status(
    store: Store,
    organization: str,
    developer: str,
    app: str,
    consumer_key: str,
    api_product: str,
    status: Approval,
) -> None:
    """Approve or revoke one product of a key. Raises ProductNotOnKey."""

    def edit(was: Credential) -> Credential:
        _check_on(was, api_product)
        return replace(
            was,
            api_products=tuple(
                replace(each, status=status) if each.name == api_product else each
                for each in was.api_products
            ),
        )

    await edit_key(store, organization, developer, app, consumer_key, edit)


async def approve_key(store: Store, organization: str, developer: str, app: str, consumer_key: str) -> None:
    await edit_key(
        store, organization, developer, app, consumer_key, lambda was: replace(was, status="approved")
    )


async def revoke_key(store: Store, organization: str, developer: str, app: str, consumer_key: str) -> None:
    await edit_key(
        store, organization, developer, app, consumer_key, lambda was: replace(was, status="revoked")
    )


async def delete_key(
    store: Store, organization: str, developer: str, app: str, consumer_key: str
) -> Credential:
    def work(tx: Transaction) -> Credential:
        app_id = _app(tx, organization, developer, app).app_id
        was = tx.credentials.get(organization, app_id, consumer_key)
        tx.credentials.delete(organization, app_id, consumer_key)
        return was

    return await writing(store, work, organization=organization, developer=developer)


def add_key(
    tx: Transaction,
    organization: str,
    app: App,
    api_products: Iterable[str],
    *,
    attributes: tuple[Attribute, ...] = (),
    scopes: tuple[str, ...] = (),
    expires_in_ms: int = NEVER,
) -> Credential:
    """A random key and secret, of the lengths that the organization's properties set."""
    if expires_in_ms != NEVER and expires_in_ms <= 0:
        raise InvalidField(field="keyExpiresIn", problem="must be positive, or -1 for never")
    tenant = tx.organizations.get(organization)
    credential = Credential(
        consumer_key=random_text(_length(tenant, "key", 32)),
        consumer_secret=random_text(_length(tenant, "secret", 16)),
        api_products=_statuses(tx, organization, dict.fromkeys(api_products)),
        attributes=attributes,
        scopes=scopes,
        issued_at=tx.now_ms,
        expires_at=NEVER if expires_in_ms == NEVER else tx.now_ms + expires_in_ms,
    )
    tx.credentials.create(organization, app.app_id, credential)
    return credential


def _app(tx: Transaction, organization: str, developer: str, name: str) -> App:
    owner = tx.developers.get(organization, developer)
    return tx.apps.find(organization, owner.developer_id, name)


def _statuses(tx: Transaction, organization: str, products: Iterable[str]) -> tuple[ProductStatus, ...]:
    """New products on a key: those with manual approval wait for it."""
    return tuple(
        ProductStatus(
            name=name,
            status="pending" if tx.products.get(organization, name).approval_type == "manual" else "approved",
        )
        for name in products
    )


def _check_on(credential: Credential, api_product: str) -> None:
    if all(each.name != api_product for each in credential.api_products):
        raise ProductNotOnKey()


def _length(organization: Organization, part: str, default: int) -> int:
    text = organization.properties.get(f"keymanagement.consumer.{part}.length")
    return int(text) if text.isdecimal() and int(text) in _LENGTHS else default


def random_text(length: int) -> str:
    """So many letters and digits that nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))

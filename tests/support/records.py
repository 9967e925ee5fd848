"""The tutorial's records, and variations of them."""

from typing import Any

from msgspec.structs import replace
from tests.support.ports import NOW_MS

from gatewright.entities import (
    NEVER,
    AccessToken,
    ApiProduct,
    App,
    Attribute,
    Client,
    Credential,
    Developer,
    ProductStatus,
    token_hash,
)

KEY = "SJOaCEGohSu3vpNswMs5YdBlc2GOAh1J"
SECRET = "aXBrWxb6Sq5nVdJk"
TOKEN = "UAj2yiGAcMZGxfN2DhcUbl9v8WsR"
REFRESH_TOKEN = "fYACGW7OCPtCNDEnRSnqFlEgogboFPMm"

PRODUCT = ApiProduct(
    name="PremiumWeatherAPI",
    display_name="Premium Weather API",
    attributes=(Attribute(name="access", value="public"),),
    environments=("test", "prod"),
    proxies=("weatherapi",),
    api_resources=("/",),
    scopes=("READ",),
    quota="10",
    quota_interval="1",
    quota_time_unit="minute",
)
DEVELOPER = Developer(
    email="tesla@weathersample.com",
    first_name="Nikolai",
    last_name="Tesla",
    user_name="tesla",
    developer_id="0e1d7d4b-8a3a-4d5f-9a39-2f6a3c3e2a11",
    organization_name="myorg",
    apps=("weatherapp",),
    attributes=(Attribute(name="tier", value="gold"),),
    created_at=1_400_000_000_000,
    created_by="admin@myorg.example",
    last_modified_at=1_400_000_000_001,
    last_modified_by="admin@myorg.example",
)
APP = App(
    name="weatherapp",
    app_id="8586c7b7-2936-4779-b7a6-97014e436d7d",
    developer_id=DEVELOPER.developer_id,
    callback_url="https://weather.example/callback",
    attributes=(Attribute(name="DisplayName", value="Weather App"),),
    created_at=1_400_000_000_002,
    created_by="admin@myorg.example",
    last_modified_at=1_400_000_000_003,
    last_modified_by="admin@myorg.example",
)
CREDENTIAL = Credential(
    consumer_key=KEY,
    consumer_secret=SECRET,
    api_products=(ProductStatus(name="PremiumWeatherAPI"),),
    issued_at=1_400_000_000_004,
)
CLIENT = Client(
    organization="myorg", credential=CREDENTIAL, app=APP, developer=DEVELOPER, products=(PRODUCT,)
)


def client(
    *products: ApiProduct,
    statuses: dict[str, str] | None = None,
    credential: dict[str, Any] | None = None,
    app: dict[str, Any] | None = None,
    developer: dict[str, Any] | None = None,
) -> Client:
    """The tutorial's client with other products, approved unless said, or with fields changed."""
    products = products or (PRODUCT,)
    on_key = tuple(
        ProductStatus(name=product.name, status=(statuses or {}).get(product.name, "approved"))  # type: ignore[arg-type]
        for product in products
    )
    return replace(
        CLIENT,
        credential=replace(CREDENTIAL, **({"api_products": on_key} | (credential or {}))),
        app=replace(APP, **(app or {})),
        developer=replace(DEVELOPER, **(developer or {})),
        products=products,
    )


def product(name: str = "PremiumWeatherAPI", **changes: Any) -> ApiProduct:
    """The tutorial's product with fields changed."""
    return replace(PRODUCT, name=name, **changes)


def token(text: str = TOKEN, **changes: Any) -> AccessToken:
    """A token as the tutorial's client got it a minute ago."""
    record = AccessToken(
        hash=token_hash(text),
        organization="myorg",
        client_id=KEY,
        app_id=APP.app_id,
        developer_id=DEVELOPER.developer_id,
        issued_at=NOW_MS - 60_000,
        expires_at=NOW_MS + 3_540_000,
        api_products=("PremiumWeatherAPI",),
        scopes=("READ",),
    )
    return replace(record, **changes)


def refreshable(text: str = TOKEN, refresh_token: str = REFRESH_TOKEN, **changes: Any) -> AccessToken:
    """A token of the password grant, with its refresh token."""
    fields: dict[str, Any] = {
        "grant_type": "password",
        "refresh_token_hash": token_hash(refresh_token),
        "refresh_token_issued_at": NOW_MS - 60_000,
        "refresh_token_expires_at": NEVER,
    }
    return token(text, **(fields | changes))

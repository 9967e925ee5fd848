"""Records that the tests of the store and of the operations begin with."""

from gatewright.entities import (
    NEVER,
    AccessToken,
    ApiProduct,
    App,
    Attribute,
    Configuration,
    ConfigurationVersion,
    Credential,
    Deployment,
    Developer,
    Environment,
    MetaData,
    Organization,
    ProductStatus,
    Properties,
    Property,
    ResourceFile,
    ResourceFiles,
    Revision,
    SSLInfo,
    TargetServer,
    User,
    UserRole,
    VirtualHost,
    token_hash,
)
from gatewright.store import Transaction, content_hash

KEY = bytes(range(32))
BUNDLE = b"PK not looked into by the store"

ORGANIZATION = Organization(
    name="myorg",
    display_name="My organization",
    properties=Properties(property=(Property(name="features.isCpsEnabled", value="true"),)),
    created_at=1,
    created_by="a@b.example",
)
ENVIRONMENT = Environment(name="test", description="for tests")
SECURE = VirtualHost(
    name="secure",
    port="9443",
    host_aliases=("myorg-test.localhost",),
    ssl_info=SSLInfo(enabled="true", key_store="ks"),
)
TARGET_SERVER = TargetServer(name="backend", host="backend.example", port=8080)
PRODUCT = ApiProduct(
    name="PremiumWeatherAPI",
    scopes=("READ",),
    quota="10",
    attributes=(Attribute(name="access", value="public"),),
)
DEVELOPER = Developer(
    email="tesla@weathersample.com",
    first_name="Nikolai",
    last_name="Tesla",
    user_name="tesla",
    developer_id="d-1",
    organization_name="myorg",
)
APP = App(name="weatherapp", app_id="a-1", developer_id="d-1")
CREDENTIAL = Credential(
    consumer_key="key-1",
    consumer_secret="a secret ü",
    api_products=(ProductStatus(name="PremiumWeatherAPI"),),
    attributes=(Attribute(name="colour", value="blue"),),
    issued_at=5,
)
REVISION = Revision(
    name="weatherapi",
    revision="1",
    basepaths=("/v0/weather",),
    configuration_version=ConfigurationVersion(),
    policies=("A", "B"),
    resource_files=ResourceFiles(resource_file=(ResourceFile(name="x.js", type="jsc"),)),
)
DEPLOYMENT = Deployment(
    api_proxy="weatherapi",
    organization="myorg",
    environment="test",
    name="1",
    revision="1",
    configuration=Configuration(base_path="/", config_version=content_hash(BUNDLE)),
)
USER = User(email="admin@myorg.example", first_name="A", roles=(UserRole(name="sysadmin"),))


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.time_ms = 1_700_000_000_000

    def now_ms(self) -> int:
        return self.time_ms


def token(text: str, **changes: object) -> AccessToken:
    """An access token of the app; `text` is what a client would send."""
    values: dict[str, object] = {
        "hash": token_hash(text),
        "organization": "myorg",
        "client_id": "key-1",
        "app_id": "a-1",
        "issued_at": 1_000,
        "expires_at": NEVER,
    }
    return AccessToken(**(values | changes))  # type: ignore[arg-type]


def fill(tx: Transaction) -> None:
    """One record of each kind, each belonging to the others."""
    tx.organizations.create(ORGANIZATION)
    tx.environments.create("myorg", ENVIRONMENT)
    tx.virtual_hosts.create("myorg", "test", SECURE)
    tx.target_servers.create("myorg", "test", TARGET_SERVER)
    tx.proxies.create("myorg", "apiproxy", "weatherapi", MetaData(created_by="a@b.example"))
    tx.revisions.create("myorg", "apiproxy", REVISION, BUNDLE)
    tx.products.create("myorg", PRODUCT)
    tx.developers.create("myorg", DEVELOPER)
    tx.apps.create("myorg", APP)
    tx.credentials.create("myorg", "a-1", CREDENTIAL)
    tx.users.create(USER, "$argon2id$…")

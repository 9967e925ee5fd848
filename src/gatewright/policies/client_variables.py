"""Flow variables that tell who calls: app, developer and API product, once a key or token has been verified.

docs: VerifyAPIKey policy, "Flow variables"; OAuthV2 policy, "Flow variables". A custom attribute never hides
a variable of the platform.
"""

from collections.abc import Mapping
from sys import intern

from msgspec import UNSET

from gatewright.entities import ApiProduct, Attribute, Client
from gatewright.message import Value
from gatewright.policies.base import VariableDoc
from gatewright.policies.derived import Derived


def app_variables(client: Client) -> dict[str, Value]:
    """`app.*`."""
    app = client.app
    return _named("app", app.attributes) | {
        "app.name": app.name,
        "app.id": app.app_id,
        "app.accessType": "",
        "app.callbackUrl": app.callback_url,
        "app.status": app.status,
        "app.scopes": list(app.scopes),
        "app.appFamily": app.app_family,
        "app.apiproducts": [each.name for each in client.credential.api_products],
        "app.appParentStatus": client.developer.status,
        "app.appType": "Developer",
        "app.appParentId": developer_id(client),
        "app.created_at": app.created_at,
        "app.created_by": app.created_by,
        "app.last_modified_at": app.last_modified_at,
        "app.last_modified_by": app.last_modified_by,
    }


def developer_variables(client: Client) -> dict[str, Value]:
    """`developer.*`."""
    developer = client.developer
    return _named("developer", developer.attributes) | {
        "developer.id": developer_id(client),
        "developer.app.id": client.app.app_id,
        "developer.app.name": client.app.name,
        "developer.userName": developer.user_name,
        "developer.firstName": developer.first_name,
        "developer.lastName": developer.last_name,
        "developer.email": developer.email,
        "developer.status": developer.status,
        "developer.apps": list(developer.apps),
        "developer.created_at": developer.created_at,
        "developer.created_by": developer.created_by,
        "developer.last_modified_at": developer.last_modified_at,
        "developer.last_modified_by": developer.last_modified_by,
    }


def product_variables(product: ApiProduct) -> dict[str, Value]:
    """`apiproduct.*`; the quota's three only where the product has one."""
    variables = _named("apiproduct", product.attributes)
    variables["apiproduct.name"] = product.name
    quota = (
        ("limit", product.quota),
        ("interval", product.quota_interval),
        ("timeunit", product.quota_time_unit),
    )
    variables.update(
        (f"apiproduct.developer.quota.{name}", value) for name, value in quota if value is not UNSET
    )
    return variables


def caller_variables(client: Client, product: ApiProduct) -> dict[str, Value]:
    """All of them, and the client's id."""
    return (
        app_variables(client)
        | developer_variables(client)
        | product_variables(product)
        | {"client_id": client.credential.consumer_key}
    )


def prefixed(prefix: str, variables: Mapping[str, Value]) -> dict[str, Value]:
    """The same under longer names, of which there is one copy however many clients have them."""
    return {intern(f"{prefix}.{name}"): value for name, value in variables.items()}


def remembered_variables() -> Derived[Client, dict[str, Mapping[str, Value]]]:
    """Variables by product name, for the clients that called last; a client's are some 3 KB."""
    return Derived(lambda _: {}, capacity=500)


def developer_id(client: Client) -> str:
    """Edge's id of a developer in variables and analytics."""
    return f"{client.organization}@@@{client.developer.developer_id}"


def _named(prefix: str, attributes: tuple[Attribute, ...]) -> dict[str, Value]:
    return {f"{prefix}.{attribute.name}": attribute.value for attribute in attributes}


CALLER_VARIABLES: tuple[VariableDoc, ...] = (
    VariableDoc("client_id", "string", "The consumer key."),
    VariableDoc("app.name", "string", "The app's name."),
    VariableDoc("app.id", "string", "The app's id."),
    VariableDoc("app.accessType", "string", "Always empty; kept for bundles that read it."),
    VariableDoc("app.callbackUrl", "string", "The app's callback URL."),
    VariableDoc("app.status", "string", "approved or revoked."),
    VariableDoc("app.scopes", "list", "The app's own scopes."),
    VariableDoc("app.appFamily", "string", "The app's family, default."),
    VariableDoc("app.apiproducts", "list", "The names of the products on the consumer key."),
    VariableDoc("app.appParentStatus", "string", "The status of the app's owner."),
    VariableDoc("app.appType", "string", "Whose app it is: Developer."),
    VariableDoc("app.appParentId", "string", "The id of the app's owner."),
    VariableDoc("app.created_at", "integer", "When the app was made, in epoch milliseconds."),
    VariableDoc("app.created_by", "string", "Who made the app."),
    VariableDoc("app.last_modified_at", "integer", "When the app last changed, in epoch milliseconds."),
    VariableDoc("app.last_modified_by", "string", "Who changed the app last."),
    VariableDoc("app.{attribute}", "string", "A custom attribute of the app."),
    VariableDoc("developer.id", "string", "The developer's id: the organization, @@@ and a UUID."),
    VariableDoc("developer.app.id", "string", "The app's id."),
    VariableDoc("developer.app.name", "string", "The app's name."),
    VariableDoc("developer.userName", "string", "The developer's user name."),
    VariableDoc("developer.firstName", "string", "The developer's first name."),
    VariableDoc("developer.lastName", "string", "The developer's last name."),
    VariableDoc("developer.email", "string", "The developer's e-mail address."),
    VariableDoc("developer.status", "string", "active or inactive."),
    VariableDoc("developer.apps", "list", "The names of the developer's apps."),
    VariableDoc("developer.created_at", "integer", "When the developer was made, in epoch milliseconds."),
    VariableDoc("developer.created_by", "string", "Who made the developer."),
    VariableDoc(
        "developer.last_modified_at", "integer", "When the developer last changed, in epoch milliseconds."
    ),
    VariableDoc("developer.last_modified_by", "string", "Who changed the developer last."),
    VariableDoc("developer.{attribute}", "string", "A custom attribute of the developer."),
    VariableDoc("apiproduct.name", "string", "The API product that allows the call."),
    VariableDoc("apiproduct.{attribute}", "string", "A custom attribute of the product."),
    VariableDoc("apiproduct.developer.quota.limit", "string", "The product's quota, if it has one."),
    VariableDoc("apiproduct.developer.quota.interval", "string", "How many time units the quota is for."),
    VariableDoc("apiproduct.developer.quota.timeunit", "string", "The quota's time unit."),
)
"""For the generated documentation; `{attribute}` stands for the attribute's name."""

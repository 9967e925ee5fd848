"""The JSON of the entities is Edge's: https://apidocs.apigee.com/docs (v1 object shapes)."""

from typing import Any, cast

import msgspec
import pytest

from gatewright.entities import (
    AccessToken,
    ApiProduct,
    App,
    Client,
    Credential,
    Deployment,
    Developer,
    MapScope,
    Organization,
    ProductStatus,
    Properties,
    Property,
    Server,
    SSLInfo,
    TargetServer,
    User,
    VirtualHost,
    token_hash,
)


def wire(entity: object) -> dict[str, Any]:
    return cast("dict[str, Any]", msgspec.to_builtins(entity))


def test_a_product_without_quota_says_nothing_about_quota() -> None:
    assert "quota" not in wire(ApiProduct(name="P"))
    assert wire(ApiProduct(name="P", quota="10", quota_time_unit="minute"))["quotaTimeUnit"] == "minute"


def test_java_bean_names_are_kept() -> None:
    deployment = Deployment(
        api_proxy="weatherapi",
        organization="myorg",
        environment="test",
        name="1",
        revision="1",
        server=(Server(status="deployed", uuid="w1"),),
    )
    assert wire(deployment)["aPIProxy"] == "weatherapi"
    assert wire(deployment)["server"] == (
        {"status": "deployed", "uUID": "w1", "type": ("message-processor",)},
    )
    assert (
        wire(TargetServer(name="t", host="h", ssl_info=SSLInfo(enabled="true")))["sSLInfo"]["enabled"]
        == "true"
    )
    assert wire(User(email="a@b"))["emailId"] == "a@b"
    assert wire(ProductStatus(name="P")) == {"apiproduct": "P", "status": "approved"}


def test_a_virtual_host_is_tls_only_when_its_ssl_info_says_so() -> None:
    assert not VirtualHost(name="default", port="80").is_tls
    assert not VirtualHost(name="default", port="80", ssl_info=SSLInfo()).is_tls
    assert VirtualHost(name="secure", port="443", ssl_info=SSLInfo(enabled="true")).is_tls


def test_lists_come_back_as_tuples() -> None:
    product = msgspec.json.decode(b'{"name": "P", "scopes": ["READ"], "unknown": 1}', type=ApiProduct)
    assert product == ApiProduct(name="P", scopes=("READ",))


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        (MapScope(), ""),
        (MapScope(environment="test"), "e/test"),
        (MapScope(proxy="weatherapi"), "apis/weatherapi"),
        (MapScope(proxy="weatherapi", revision=3), "apis/weatherapi/revisions/3"),
    ],
)
def test_every_scope_of_key_value_maps_has_its_own_path(scope: MapScope, path: str) -> None:
    assert scope.path == path


def test_too_many_requests_follows_the_organization_property() -> None:
    switched_on = Properties(
        property=(Property(name="features.isHTTPStatusTooManyRequestEnabled", value="true"),)
    )
    assert Organization(name="o", properties=switched_on).answers_too_many_requests
    assert not Organization(name="o").answers_too_many_requests


def test_a_secret_does_not_show_in_a_repr() -> None:
    credential = Credential(consumer_key="key", consumer_secret="hunter2")
    app = App(name="a", credentials=(credential,))
    developer = Developer(email="e", first_name="f", last_name="l", user_name="u")
    client = Client(
        organization="o", credential=credential, app=app, developer=developer, secret_mac=b"hunter2"
    )
    assert "hunter2" not in repr(credential) + repr(app) + repr(client)


@pytest.mark.parametrize(("expires_at", "expired"), [(-1, False), (999, True), (1000, True), (1001, False)])
def test_a_token_expires_at_its_expiry_and_never_when_it_is_minus_one(expires_at: int, expired: bool) -> None:
    token = AccessToken(
        hash=token_hash("t"), organization="o", client_id="c", app_id="a", issued_at=0, expires_at=expires_at
    )
    assert token.is_expired(1000) is expired

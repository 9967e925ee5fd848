"""Variables of the caller: what is the platform's is never hidden by an attribute."""

from msgspec import UNSET
from tests.support.records import client, product

from gatewright.entities import Attribute
from gatewright.policies.client_variables import (
    CALLER_VARIABLES,
    app_variables,
    caller_variables,
    developer_variables,
    prefixed,
    product_variables,
)

SPOOF = (Attribute(name="id", value="spoofed"), Attribute(name="tier", value="gold"))


def test_an_attribute_becomes_a_variable_but_hides_none() -> None:
    who = client(app={"attributes": SPOOF}, developer={"attributes": SPOOF})
    assert app_variables(who)["app.tier"] == "gold"
    assert app_variables(who)["app.id"] == "8586c7b7-2936-4779-b7a6-97014e436d7d"
    assert developer_variables(who)["developer.tier"] == "gold"
    assert developer_variables(who)["developer.id"] == "myorg@@@0e1d7d4b-8a3a-4d5f-9a39-2f6a3c3e2a11"


def test_a_product_without_a_quota_sets_none() -> None:
    without = product(quota=UNSET, quota_interval=UNSET, quota_time_unit=UNSET)
    assert product_variables(without) == {"apiproduct.name": without.name, "apiproduct.access": "public"}


def test_a_quota_that_stands_in_an_attribute_is_one_too() -> None:
    old = product(
        quota=UNSET,
        quota_interval=UNSET,
        quota_time_unit=UNSET,
        attributes=(Attribute(name="developer.quota.limit", value="5"), Attribute(name="name", value="x")),
    )
    variables = product_variables(old)
    assert (variables["apiproduct.developer.quota.limit"], variables["apiproduct.name"]) == ("5", old.name)


def test_every_variable_that_is_set_is_documented() -> None:
    documented = {each.name for each in CALLER_VARIABLES if "{" not in each.name}
    attributes = {"app.DisplayName", "developer.tier", "apiproduct.access"}
    assert set(caller_variables(client(), product())) == documented | attributes


def test_longer_names_are_one_object_for_all_clients() -> None:
    first, second = (next(iter(prefixed("verifyapikey.P", {name: 1}))) for name in ("app.id", "app." + "id"))
    assert first == "verifyapikey.P.app.id"
    assert first is second

"""The seed data is what the tutorial finds in a new organization."""

from gatewright.entities import ProductStatus, attribute_value
from gatewright.samples.seed import NIKOLAI_TESLA, PREMIUM_WEATHER_API, weather_app


def test_the_product_opens_weatherapi_with_scope_read_in_both_environments() -> None:
    assert PREMIUM_WEATHER_API.name == "PremiumWeatherAPI"
    assert PREMIUM_WEATHER_API.display_name == "Premium Weather API"
    assert PREMIUM_WEATHER_API.proxies == ("weatherapi",)
    assert PREMIUM_WEATHER_API.environments == ("test", "prod")
    assert PREMIUM_WEATHER_API.api_resources == ("/",)
    assert PREMIUM_WEATHER_API.scopes == ("READ",)


def test_the_developer_is_nikolai_tesla_and_active() -> None:
    assert f"{NIKOLAI_TESLA.first_name} {NIKOLAI_TESLA.last_name}" == "Nikolai Tesla"
    assert NIKOLAI_TESLA.email == "tesla@weathersample.com"
    assert NIKOLAI_TESLA.is_active


def test_the_app_has_one_approved_key_for_the_product() -> None:
    app = weather_app("key", "secret")
    assert (app.name, attribute_value(app.attributes, "DisplayName")) == ("weatherapp", "Weather App")
    (credential,) = app.credentials
    assert (credential.consumer_key, credential.consumer_secret) == ("key", "secret")
    assert credential.is_approved
    assert credential.api_products == (ProductStatus(name="PremiumWeatherAPI", status="approved"),)

"""Who may call the predefined weatherapi proxy in a new data folder: a product, a developer and his app."""

from gatewright.entities import ApiProduct, App, Attribute, Credential, Developer, ProductStatus

PREMIUM_WEATHER_API = ApiProduct(
    name="PremiumWeatherAPI",
    display_name="Premium Weather API",
    description="Weather forecasts by place.",
    approval_type="auto",
    api_resources=("/",),
    attributes=(Attribute(name="access", value="public"),),
    environments=("test", "prod"),
    proxies=("weatherapi",),
    scopes=("READ",),
)

NIKOLAI_TESLA = Developer(
    email="tesla@weathersample.com", first_name="Nikolai", last_name="Tesla", user_name="tesla"
)


def weather_app(consumer_key: str, consumer_secret: str) -> App:
    """Nikolai Tesla's app with that key, approved for the product."""
    credential = Credential(
        consumer_key=consumer_key,
        consumer_secret=consumer_secret,
        api_products=(ProductStatus(name=PREMIUM_WEATHER_API.name),),
    )
    display_name = Attribute(name="DisplayName", value="Weather App")
    return App(name="weatherapp", attributes=(display_name,), credentials=(credential,))

"""Base path matching (docs: API proxy configuration reference, BasePath)."""

import pytest

from gatewright.engine.router import BasePathTaken, Router

ROUTES = ["/", "/v0/weather", "/v0/weather/deep", "/v1/*/status", "/v1/eu/status", "/oauth/client_credential"]


@pytest.mark.parametrize(
    ("path", "base_path", "suffix"),
    [
        ("/", "/", "/"),
        ("/other", "/", "/other"),
        ("/v0/weather", "/v0/weather", ""),
        ("/v0/weather/", "/v0/weather", "/"),
        ("/v0/weather/forecastrss", "/v0/weather", "/forecastrss"),
        ("/v0/weatherman", "/", "/v0/weatherman"),
        ("/v0/weather/deep/er", "/v0/weather/deep", "/er"),
        ("/v1/us/status/x", "/v1/*/status", "/x"),
        ("/v1/eu/status/x", "/v1/eu/status", "/x"),
        ("/v1/us/other", "/", "/v1/us/other"),
        ("/v1//status", "/", "/v1//status"),
        ("//v0/weather", "/", "//v0/weather"),
    ],
)
@pytest.mark.parametrize("with_wildcards", [True, False])
def test_the_longest_base_path_wins(path: str, base_path: str, suffix: str, with_wildcards: bool) -> None:
    routes = [each for each in ROUTES if with_wildcards or "*" not in each]
    if base_path not in routes:
        base_path, suffix = "/", path
    found = Router((each, each) for each in routes).find(path)
    assert found is not None
    assert (found.endpoint, found.base_path, found.suffix) == (base_path, base_path, suffix)


def test_a_path_under_no_base_path_is_not_found() -> None:
    assert Router([("/a", 1)]).find("/b/a") is None
    assert Router([("/a/*", 1)]).find("/a") is None
    assert Router[int]([]).find("/") is None


def test_a_base_path_can_be_claimed_once() -> None:
    with pytest.raises(BasePathTaken, match="/a"):
        Router([("/a", 1), ("/a/", 2)])

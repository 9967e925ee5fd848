"""Spellings of one path, mixed as clients mix them."""

import pytest

from gatewright.management.paths import canonical


@pytest.mark.parametrize(
    ("path", "long"),
    [
        ("/v1/o", "/v1/organizations"),
        ("/v1/o/", "/v1/organizations"),
        ("/v1/o/myorg/", "/v1/organizations/myorg"),
        ("/v1/organizations/myorg/e/test", "/v1/organizations/myorg/environments/test"),
        ("/v1/o/myorg/e/test/apis/p/", "/v1/organizations/myorg/environments/test/apis/p"),
        ("/v1/o/o/e/e/apis/e", "/v1/organizations/o/environments/e/apis/e"),
        ("/v1/o/myorg/apis/e", "/v1/organizations/myorg/apis/e"),
        ("/v1/organizations/e/apis", "/v1/organizations/e/apis"),
        ("/v1/", "/v1/"),
        ("/", "/"),
        ("/o/myorg", "/o/myorg"),
        ("/livez", "/livez"),
    ],
)
def test_a_path_in_its_long_form(path: str, long: str) -> None:
    assert canonical(path) == long

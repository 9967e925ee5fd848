"""Products cover the paths that the rows of conformance/resource_paths.toml say, and no others."""

import tomllib
from pathlib import Path

import pytest

from gatewright.policies.resource_paths import compile_resources

ROWS = tomllib.loads((Path(__file__).parents[1] / "conformance" / "resource_paths.toml").read_text("utf-8"))[
    "row"
]
COVERED = [(row["pattern"], path) for row in ROWS for path in row.get("covers", ())]
REFUSED = [(row["pattern"], path) for row in ROWS for path in row.get("refuses", ())]


@pytest.mark.parametrize(("pattern", "path"), COVERED)
def test_a_resource_covers_the_path(pattern: str, path: str) -> None:
    assert compile_resources([pattern])(path)


@pytest.mark.parametrize(("pattern", "path"), REFUSED)
def test_a_resource_does_not_cover_the_path(pattern: str, path: str) -> None:
    assert not compile_resources([pattern])(path)


@pytest.mark.parametrize("path", ["", "/", "/a", "/a/../b"])
def test_no_resources_cover_every_path(path: str) -> None:
    assert compile_resources([])(path)


def test_one_of_several_resources_is_enough() -> None:
    covers = compile_resources(["/a", "/b/*"])
    assert [covers(path) for path in ("/a", "/b/1", "/c")] == [True, True, False]
    assert compile_resources(["/a", "/"])("/c")

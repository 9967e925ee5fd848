"""The page about compatibility leaves out no table, and every row says where it comes from."""

import pytest
from tools.reference.compatibility import AREAS, FOLDER, Area, compatibility_page

ROOT = FOLDER.parents[1]


def test_every_table_is_an_area() -> None:
    assert {area.path for area in AREAS} == set(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("area", AREAS, ids=[area.name for area in AREAS])
def test_an_area_is_run_by_the_tests_that_it_names(area: Area) -> None:
    texts = [
        path.read_text("utf-8")
        for module in area.tests
        for path in ([ROOT / module] if module.endswith(".py") else (ROOT / module).glob("*.py"))
    ]
    assert any(f'"{area.name.removeprefix("oauth_")}' in text for text in texts)


@pytest.mark.parametrize("area", AREAS, ids=[area.name for area in AREAS])
def test_every_row_has_a_source(area: Area) -> None:
    rows = area.rows()
    assert rows
    without = [row for row in rows if not area.source and not row.get("source")]
    assert without == []


def test_short_names_of_sources_are_spelled_out() -> None:
    """No table on the page has a line for a name such as `edge`, which says nothing to a reader."""
    lines = [line.split(" | ")[0] for line in compatibility_page().splitlines() if line.startswith("| ")]
    short = {line for line in lines if line.removeprefix("| ") in {"edge", "x", "sap", "bundles", "ours"}}
    assert short == set()

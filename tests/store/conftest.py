"""Every test of the store runs on every back end: a new one is one more entry of BACKENDS."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store.records import KEY, Clock

from gatewright.store import Store

BACKENDS: dict[str, Callable[[Path], str]] = {
    "sqlite": lambda folder: f"sqlite:///{folder / 'gatewright.db'}"
}
"""Makes the location of a new, empty database in or for the test's folder."""


@pytest.fixture(params=sorted(BACKENDS))
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return BACKENDS[request.param](tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_store(location: str, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the test's database, as often as it is called: as several processes would."""
    stores: list[Store] = []

    def open_one() -> Store:
        stores.append(Store.open(location, KEY, now_ms=clock.now_ms))
        return stores[-1]

    yield open_one
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()

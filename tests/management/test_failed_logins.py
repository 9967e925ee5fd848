"""Guessing passwords is slow, and locks nobody out."""

import asyncio

import httpx
from tests.management.installation import ADMIN, Api, Installation

from gatewright.management.failed_logins import ALLOWED, WAIT_S

OTHER = "orgadmin@myorg.example"


async def guess(api: Api, times: int, user: str = ADMIN) -> list[int]:
    """The statuses of that many wrong passwords."""
    return [
        (await api("GET", "environments", user=user, password=f"guess {number}")).status_code
        for number in range(times)
    ]


def from_address(installed: Installation, address: str) -> Api:
    transport = httpx.ASGITransport(installed.app, client=(address, 50_000))
    return Api(httpx.AsyncClient(transport=transport, base_url="http://localhost:8080"))


async def test_after_a_few_wrong_passwords_the_next_must_wait(installed: Installation) -> None:
    assert await guess(installed.api, ALLOWED) == [401] * ALLOWED
    response = await installed.api("GET", "environments")
    assert response.status_code == 429
    assert response.headers["retry-after"] == f"{WAIT_S:.0f}"
    assert response.json()["code"] == "management.TooManyFailedLogins"


async def test_waiting_is_over_in_time_for_the_right_password(installed: Installation) -> None:
    await guess(installed.api, ALLOWED + 1)
    installed.seconds.now += WAIT_S - 1
    response = await installed.api("GET", "environments")
    assert (response.status_code, response.headers["retry-after"]) == (429, "1")
    installed.seconds.now += 1
    assert (await installed.api("GET", "environments")).status_code == 200


async def test_a_right_password_wipes_the_slate(installed: Installation) -> None:
    for _ in range(3):
        assert await guess(installed.api, ALLOWED - 1) == [401] * (ALLOWED - 1)
        assert (await installed.api("GET", "environments")).status_code == 200
        installed.seconds.now += 61  # so that the login is not just remembered


async def test_other_users_and_other_addresses_are_not_held_up(installed: Installation) -> None:
    elsewhere = from_address(installed, "192.0.2.7")
    await guess(elsewhere, ALLOWED + 1)
    assert (await elsewhere("GET", "environments")).status_code == 429
    assert (await elsewhere("GET", "environments", user=OTHER)).status_code == 200
    assert (await installed.api("GET", "environments")).status_code == 200


async def test_a_login_that_is_remembered_goes_on_while_somebody_guesses(installed: Installation) -> None:
    assert (await installed.api("GET", "environments")).status_code == 200
    await guess(installed.api, ALLOWED + 1)
    assert (await installed.api("GET", "environments")).status_code == 200


async def test_guessing_at_once_gains_nothing(api: Api) -> None:
    guesses = (api("GET", "environments", password=str(number)) for number in range(3 * ALLOWED))
    statuses = [response.status_code for response in await asyncio.gather(*guesses)]
    assert sorted(statuses) == [401] * ALLOWED + [429] * 2 * ALLOWED


async def test_a_user_who_does_not_exist_is_held_up_alike(api: Api) -> None:
    assert await guess(api, ALLOWED + 1, user="x@y.example") == [401] * ALLOWED + [429]
    assert await guess(api, 1, user="X@Y.example") == [429]

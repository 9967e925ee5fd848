"""Who calls: HTTP Basic, what is remembered of a login, and when it is forgotten."""

import asyncio
import base64

import pytest
from msgspec.structs import replace
from tests.management.installation import ADMIN, PASSWORD, Api, Installation, basic

from gatewright.entities import User, UserRole
from gatewright.operations.users import create_user, delete_user, edit_user, set_password
from gatewright.store import Passwords

READER = "readonlyadmin@myorg.example"


def encoded(credentials: bytes) -> str:
    return base64.b64encode(credentials).decode()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic " + encoded(b"no colon"),
        "Basic " + encoded(b"\xff\xfe:\xff"),
        "Bearer " + encoded(f"{ADMIN}:{PASSWORD}".encode()),
        "Digest username=admin",
        f"{ADMIN}:{PASSWORD}",
        basic(ADMIN, "wrong"),
        basic(ADMIN, ""),
        basic("nobody@nowhere.example", PASSWORD),
        basic("", ""),
    ],
)
async def test_a_call_without_a_right_login_is_answered_401(authorization: str | None, api: Api) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    response = await api("GET", "environments", user=None, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Basic realm="Gatewright", charset="UTF-8"'
    assert response.json()["code"] == "management.Unauthorized"


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
async def test_the_scheme_is_read_in_any_case(scheme: str, api: Api) -> None:
    headers = {"authorization": f"{scheme} " + encoded(f"{ADMIN}:{PASSWORD}".encode())}
    assert (await api("GET", "environments", user=None, headers=headers)).status_code == 200


async def test_a_password_may_hold_colons_and_any_character(installed: Installation) -> None:
    user = User(email="zoë@myorg.example", roles=(UserRole(name="orgadmin", organization="myorg"),))
    await create_user(installed.store, installed.passwords, user, "pä:ss:wörd €")
    response = await installed.api("GET", "environments", user=user.email, password="pä:ss:wörd €")
    assert response.status_code == 200


async def test_a_refusal_is_xml_for_a_client_that_asks_for_it(api: Api) -> None:
    response = await api("GET", "environments", user=None, headers={"accept": "application/xml"})
    assert response.status_code == 401
    assert "<Error><Code>management.Unauthorized</Code>" in response.text


class Counted(Passwords):
    """Counts how often a password is checked, and can be held up in it."""

    def __init__(self) -> None:
        super().__init__()
        self.checked = 0
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def matches(self, password_hash: str | None, password: str) -> bool:
        self.checked += 1
        self.begun.put_nowait(password)
        await self.may_go_on.wait()
        return await super().matches(password_hash, password)


@pytest.fixture
def counted(installed: Installation) -> Counted:
    passwords = Counted()
    installed.app.state.management.logins._passwords = passwords
    return passwords


async def test_a_password_is_checked_once_a_minute(installed: Installation, counted: Counted) -> None:
    for _ in range(5):
        await installed.api("GET", "environments")
    assert counted.checked == 1
    installed.seconds.now += 61
    await installed.api("GET", "environments")
    assert counted.checked == 2


async def test_many_first_calls_at_once_check_the_password_once(api: Api, counted: Counted) -> None:
    responses = await asyncio.gather(*(api("GET", "environments") for _ in range(30)))
    assert {response.status_code for response in responses} == {200}
    assert counted.checked == 1


async def test_a_wrong_password_is_never_remembered(api: Api, counted: Counted) -> None:
    for _ in range(3):
        assert (await api("GET", "environments", password="wrong")).status_code == 401
    assert counted.checked == 3


async def test_a_remembered_login_ends_when_the_password_changes(installed: Installation) -> None:
    api = installed.api
    assert (await api("GET", "environments", user=READER)).status_code == 200
    await set_password(installed.store, installed.passwords, READER, "another")
    assert (await api("GET", "environments", user=READER)).status_code == 401
    assert (await api("GET", "environments", user=READER, password="another")).status_code == 200


async def test_a_remembered_login_ends_when_the_user_goes(installed: Installation) -> None:
    assert (await installed.api("GET", "environments", user=READER)).status_code == 200
    await delete_user(installed.store, READER)
    assert (await installed.api("GET", "environments", user=READER)).status_code == 401


async def test_a_new_role_counts_at_once(installed: Installation) -> None:
    async def create() -> int:
        return (await installed.api("POST", "apis", {"name": "p"}, user=READER)).status_code

    assert await create() == 403
    admin = UserRole(name="orgadmin", organization="myorg")
    await edit_user(installed.store, READER, lambda was: replace(was, roles=(admin,)))
    assert await create() == 201
    await edit_user(installed.store, READER, lambda was: replace(was, roles=()))
    assert await create() == 403


async def test_a_role_that_is_taken_away_during_a_login_is_not_remembered(
    installed: Installation, counted: Counted
) -> None:
    counted.may_go_on.clear()
    logging_in = asyncio.ensure_future(installed.api("GET", "environments", user=READER))
    await counted.begun.get()
    await edit_user(installed.store, READER, lambda was: replace(was, roles=()))
    notices_the_change = asyncio.ensure_future(installed.api("GET", "environments"))
    await counted.begun.get()
    counted.may_go_on.set()
    await asyncio.gather(logging_in, notices_the_change)
    assert (await installed.api("GET", "environments", user=READER)).status_code == 403


async def test_a_path_below_v1_that_does_not_exist_is_404(api: Api) -> None:
    response = await api("GET", "/v1/organizations/myorg/nonsense")
    assert response.status_code == 404
    assert response.json()["code"] == "management.NotFound"


async def test_a_method_that_a_path_does_not_have_is_405(api: Api) -> None:
    response = await api("PATCH", "environments")
    assert response.status_code == 405
    assert response.json()["message"] == "PATCH is not offered by /v1/organizations/myorg/environments"
    assert {each.strip() for each in response.headers["allow"].split(",")} == {"GET", "HEAD", "POST"}

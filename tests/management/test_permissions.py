"""Every route, every role: who is let through and who is answered 403, by the table beside this file."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.management.installation import ADMIN, ROLES, STRANGER, Api

from gatewright.management.app import PATHS

TABLE = Path(__file__).with_name("permissions.toml")
GROUPS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["group"]
ALLOWED = {route: frozenset(group["allowed"]) for group in GROUPS for route in group["routes"]}
USERS = {
    **{role: f"{role}@myorg.example" for role in ROLES},
    "orgadmin elsewhere": STRANGER,
    "without a role": "nobody@myorg.example",
    "sysadmin": ADMIN,
}


def test_the_table_has_every_route_once() -> None:
    listed = [route for group in GROUPS for route in group["routes"]]
    assert len(listed) == len(set(listed))
    assert set(listed) == {f"{verb} {path.template}" for path in PATHS for verb in path.methods}


@pytest.mark.parametrize("who", USERS)
async def test_a_user_may_do_what_the_table_says_and_nothing_else(who: str, api: Api) -> None:
    wrong = []
    for route, allowed in ALLOWED.items():
        verb, _, template = route.partition(" ")
        path = re.sub(r"\{[\w:]+\}", "1", template.replace("{organization}", "myorg"))
        status = (await api(verb, f"/v1{path}", user=USERS[who])).status_code
        assert status != 401
        if (status == 403) == (who in allowed):
            wrong.append((route, status))
    assert wrong == []


async def test_a_refusal_names_the_user_the_method_and_the_place(api: Api) -> None:
    response = await api("DELETE", "apiproducts/p", user="readonlyadmin@myorg.example")
    assert response.status_code == 403
    assert response.json() == {
        "code": "management.Forbidden",
        "message": "readonlyadmin@myorg.example may not DELETE /v1/organizations/myorg/apiproducts/p: "
        "no role in organization myorg allows it",
        "contexts": [],
    }


@pytest.mark.parametrize("organization", ["myorg", "none"])
async def test_whether_another_organization_exists_is_not_told(organization: str, api: Api) -> None:
    response = await api("GET", f"/v1/organizations/{organization}", user=STRANGER)
    assert response.status_code == 403


@pytest.mark.parametrize(
    ("who", "names"),
    [("sysadmin", ["elsewhere", "myorg"]), ("readonlyadmin", ["myorg"]), ("without a role", [])],
)
async def test_organizations_are_listed_for_their_users_alone(who: str, names: list[str], api: Api) -> None:
    assert (await api("GET", "/v1/organizations", user=USERS[who])).json() == names


async def test_head_is_allowed_to_whoever_may_get(api: Api) -> None:
    assert (await api("HEAD", "environments/test", user="user@myorg.example")).status_code == 200
    assert (await api("HEAD", "environments/test", user=STRANGER)).status_code == 403


@pytest.mark.parametrize(
    "path", ["//deployments", "/v1/organizations/myorg//apis", "/v1/organizations//apis"]
)
async def test_a_path_with_an_empty_name_leads_nowhere(path: str, api: Api) -> None:
    assert (await api("GET", path, user=STRANGER)).status_code == 404

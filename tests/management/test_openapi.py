"""`/openapi.json` describes every route, and nothing that is not there."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from tests.management.installation import Api

from gatewright.management.app import PATHS, RESOURCES
from gatewright.management.openapi import openapi

DOCUMENT: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(openapi(RESOURCES)))
VERBS = {"get", "post", "put", "delete"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each operation with its path and verb."""
    for path, item in DOCUMENT["paths"].items():
        yield from ((path, verb, each) for verb, each in item.items() if verb in VERBS)


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from references(each)


async def test_the_document_is_served_without_a_login(api: Api) -> None:
    response = await api("GET", "/openapi.json", user=None)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.json() == DOCUMENT
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_method_of_every_route_is_in_it() -> None:
    served = {(path.full.replace(":path}", "}"), verb.lower()) for path in PATHS for verb in path.methods}
    assert {(path, verb) for path, verb, _ in operations()} == served


def test_every_operation_has_a_summary_an_answer_and_an_id_of_its_own() -> None:
    ids = [each["operationId"] for _, _, each in operations()]
    assert len(ids) == len(set(ids))
    for path, verb, each in operations():
        assert each["summary"], (path, verb)
        assert not each["summary"].endswith(".")
        assert len(each["responses"]) > 1


def test_every_reference_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        found: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_every_name_in_a_path_is_declared() -> None:
    for path, item in DOCUMENT["paths"].items():
        assert [each["name"] for each in item["parameters"]] == re.findall(r"\{(\w+)\}", path)


def test_what_may_stand_in_a_form_is_not_required_in_the_query() -> None:
    deploy = DOCUMENT["paths"]["/v1/organizations/{organization}/apis/{proxy}/deployments"]["post"]
    env = next(each for each in deploy["parameters"] if each["name"] == "env")
    assert env["required"] is False
    form = deploy["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert set(form["properties"]) == {"revision", "env", "action", "override", "basepath", "delay"}

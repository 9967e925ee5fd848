"""Whole proxies of real policies against a scripted target: a folder is a bundle, its calls.toml the rows."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.engine.harness import call
from tests.support.ports import make_ports

from gatewright.bundle.archive import read_folder
from gatewright.engine.context import Place
from gatewright.engine.load import load_archive
from gatewright.engine.proxy import ProxyEndpoint
from gatewright.engine.surroundings import Surroundings
from gatewright.message import Headers, Response
from gatewright.policies import policy_types

HERE = Path(__file__).parent


def rows() -> list[Any]:
    found = []
    for file in sorted(HERE.glob("*/calls.toml")):
        name = file.parent.name
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["call"]:
            found.append(pytest.param(name, row, id=f"{name}: {row['claim']}"))
    return found


def proxy_endpoint(name: str) -> ProxyEndpoint:
    """The bundle's only one, compiled without a single finding."""
    surroundings = Surroundings(Place("myorg", "test", name, "1"), frozenset({"default"}))
    compiled, report = load_archive(read_folder(HERE / name), policy_types(), surroundings, make_ports())
    assert [str(found) for found in report] == []
    assert compiled is not None
    (endpoint,) = compiled.endpoints
    return endpoint


def answer(target: dict[str, str] | None) -> Response:
    if target is None:
        return Response(500, "no target should be called")
    fields = [(b"Content-Type", target["content_type"].encode())]
    return Response(200, "OK", Headers(fields), target["content"].encode())


@pytest.mark.parametrize(("name", "row"), rows())
def test_a_whole_proxy_answers(name: str, row: dict[str, Any]) -> None:
    result = call(
        proxy_endpoint(name),
        answer(row.get("target")),
        verb=row.get("verb", "GET"),
        uri=row["uri"],
        content=row.get("body", "").encode(),
        headers={"Content-Type": row["content_type"]} if "content_type" in row else None,
    )
    response = result.response
    assert response.status == row.get("status", 200), response.content
    assert {each: response.headers.get(each) for each in row.get("headers", {})} == row.get("headers", {})
    if "content" in row:
        assert response.content.decode() == row["content"]
    assert len(result.target.calls) == ("target" in row)

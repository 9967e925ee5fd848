"""The answers that samples' READMEs quote of mocktarget.apigee.net."""

import httpx
import pytest

HOST = {"Host": "mocktarget.apigee.net"}


@pytest.mark.parametrize(
    ("path", "text"),
    [("/", "Hello, Guest!"), ("/user", "Hello, Guest!"), ("/user?user=Dude", "Hello, Dude!")],
)
async def test_it_greets(client: httpx.AsyncClient, path: str, text: str) -> None:
    answer = await client.get(path, headers=HOST)
    assert (answer.status_code, answer.text) == (200, text)


async def test_json(client: httpx.AsyncClient) -> None:
    answer = await client.get("/json", headers=HOST)
    assert answer.headers["content-type"] == "application/json"
    assert answer.text == '{"firstName":"john","lastName":"doe","city":"San Jose","state":"CA"}'


async def test_xml(client: httpx.AsyncClient) -> None:
    answer = await client.get("/xml", headers=HOST)
    assert answer.headers["content-type"] == "application/xml"
    assert "<root><city>San Jose</city><firstName>John</firstName>" in answer.text


async def test_echo_tells_the_whole_request(client: httpx.AsyncClient) -> None:
    headers = [("Host", HOST["Host"]), ("X-A", "1"), ("X-A", "2")]
    answer = await client.put("/echo?a=b", content=b"body", headers=headers)
    told = answer.json()
    assert (told["method"], told["url"], told["args"], told["body"]) == (
        "PUT",
        "/echo?a=b",
        {"a": "b"},
        "body",
    )
    assert told["headers"]["x-a"] == "1, 2"
    assert told["headers"]["host"] == HOST["Host"]


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/statuscode/404", 404, "404 Not Found"),
        ("/statuscode/503", 503, "503 Service Unavailable"),
        ("/statuscode/204", 204, ""),
        ("/statuscode/304", 304, ""),
    ],
)
async def test_statuscode_answers_as_asked(
    client: httpx.AsyncClient, path: str, status: int, text: str
) -> None:
    answer = await client.get(path, headers=HOST)
    assert (answer.status_code, answer.text) == (status, text)


@pytest.mark.parametrize("code", ["abc", "1000", "-1"])
async def test_statuscode_refuses_what_is_no_status(client: httpx.AsyncClient, code: str) -> None:
    assert (await client.get(f"/statuscode/{code}", headers=HOST)).status_code == 400


async def test_ip_is_the_peers(client: httpx.AsyncClient) -> None:
    assert (await client.get("/ip", headers=HOST)).json() == {"ip": "127.0.0.1"}


async def test_auth_wants_basic_credentials(client: httpx.AsyncClient) -> None:
    assert (await client.get("/auth", headers=HOST)).status_code == 401
    assert (await client.get("/auth", headers={**HOST, "Authorization": "Basic !"})).status_code == 401
    answer = await client.get("/auth", headers=HOST, auth=("me", "secret"))
    assert answer.json() == {"authenticated": True, "user": "me"}


async def test_help_lists_every_path(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/help", headers=HOST)).text
    assert all(path in listed for path in ("/user", "/json", "/xml", "/echo", "/statuscode", "/ip", "/auth"))

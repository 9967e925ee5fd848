"""Bodies: what is understood, what is refused and how; limits; what an attacker may not do with XML."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from tests.management.installation import Api

from gatewright.management.wire import BODY_LIMIT, BUNDLE_LIMIT

PRODUCT = b'{"name": "p"}'


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "text/plain",
        "",
    ],
)
async def test_json_is_understood_under_any_content_type(content_type: str, api: Api) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await api("POST", "apiproducts", content=PRODUCT, headers=headers)
    assert response.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + PRODUCT,
        b"  \r\n" + PRODUCT + b"\n",
        b'{"name": "p", "name": "p", "unknown": {"deep": [1, {}]}}',
        b'{"name": "q", "name": "p"}',
        b'{"name": "p", "description": "\\u00e4\\ud83d\\ude00"}',
        b'<ApiProduct name="p"/>',
        b"<ApiProduct><Name>p</Name></ApiProduct>",
        b"<?xml version='1.0' encoding='ISO-8859-1'?><ApiProduct><name>p</name></ApiProduct>",
        b'<x:ApiProduct xmlns:x="http://example.com"><x:Name>p</x:Name></x:ApiProduct>',
    ],
)
async def test_a_product_is_read_from(body: bytes, api: Api) -> None:
    response = await api("POST", "apiproducts", content=body)
    assert response.status_code == 201, response.text
    assert response.json()["name"] == "p"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Object missing required field `name`"),
        (b"[]", "the body must be a JSON object"),
        (b'"p"', "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
        (b"{", "the body is not valid JSON: Input data was truncated"),
        (b"{'name': 'p'}", "the body is not valid JSON: JSON is malformed"),
        (b'{"name": NaN}', "the body is not valid JSON: JSON is malformed"),
        (b'{"name": "\xff"}', "the body is not valid JSON: 'utf-8' codec"),
        (b'{"name": "\\ud800"}', "the body is not valid JSON"),
        (b'{"name": ' + b"[" * 100_000, "the body is not valid JSON: maximum recursion depth"),
        (b'{"name": {"a": 1}}', "Expected `str`, got `object` - at `$.name`"),
        (b'{"name": ["p"]}', "Expected `str`, got `array` - at `$.name`"),
        (
            b'{"name": "p", "attributes": [{"value": 1}]}',
            "missing required field `name` - at `$.attributes[0]`",
        ),
        (b'{"name": "p", "scopes": {"a": 1}}', "Expected `str`, got `object` - at `$.scopes[0]`"),
        (b'{"name": "p", "approvalType": "maybe"}', "Invalid enum value 'maybe' - at `$.approvalType`"),
        (b"<ApiProduct>", "the body is not valid XML: line 1"),
        (b"<ApiProduct" + b"<a>" * 5_000, "the body is not valid XML"),
    ],
)
async def test_a_body_that_cannot_be_used_is_refused_with_the_reason(
    body: bytes, message: str, api: Api
) -> None:
    response = await api("POST", "apiproducts", content=body)
    assert response.status_code == 400
    assert response.json()["code"] == "management.BadBody"
    assert message in response.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><ApiProduct><Name>&e;</Name></ApiProduct>',
        b'<!DOCTYPE a SYSTEM "http://localhost/x.dtd"><ApiProduct name="p"/>',
        b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ApiProduct name="p"/>',
    ],
)
async def test_xml_with_a_document_type_is_refused(body: bytes, api: Api) -> None:
    response = await api("POST", "apiproducts", content=body)
    assert response.status_code == 400
    assert "document type declaration is not allowed" in response.json()["message"]
    assert "root:" not in response.text


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html, */*", "application/json"),
        ("application/json, application/xml", "application/json"),
        ("application/xml", "application/xml"),
        ("Application/XML", "application/xml"),
        ("text/xml;q=0.9", "application/xml"),
        ("application/xml, application/json", "application/xml"),
    ],
)
async def test_the_answer_is_json_unless_xml_is_asked_for_first(
    accept: str | None, media_type: str, api: Api
) -> None:
    headers = {"accept": accept} if accept else {}
    response = await api("GET", "environments", headers=headers)
    assert response.headers["content-type"] == media_type


async def test_xml_holds_no_character_that_xml_cannot_hold(api: Api) -> None:
    await api("POST", "apiproducts", {"name": "p", "description": "a\x00b\x1fc"})
    response = await api("GET", "apiproducts/p", headers={"accept": "application/xml"})
    assert "<Description>a\ufffdb\ufffdc</Description>" in response.text


async def endless() -> AsyncIterator[bytes]:
    """Chunks without a declared length, far more than any limit."""
    for _ in range(1_000):
        yield b" " * 65_536


@pytest.mark.parametrize(
    "path", ["apiproducts", "apis/p/deployments?env=test&revision=1", "apis?action=import&name=p"]
)
async def test_a_body_above_the_limit_is_413_before_it_is_all_there(path: str, api: Api) -> None:
    response = await api("POST", path, content=endless())
    assert response.status_code == 413
    assert response.json()["code"] == "management.BodyTooLarge"
    assert response.headers["connection"] == "close"


@pytest.mark.parametrize(
    ("path", "limit"), [("apiproducts", BODY_LIMIT), ("apis?action=import&name=p", BUNDLE_LIMIT)]
)
async def test_a_declared_length_above_the_limit_is_413(path: str, limit: int, api: Api) -> None:
    headers = {"content-length": str(limit + 1)}
    response = await api("POST", path, content=b"x", headers=headers)
    assert response.status_code == 413
    assert str(limit) in response.json()["message"]


async def test_a_file_in_a_form_is_held_to_the_limit_too(api: Api) -> None:
    files = {"file": ("b.zip", b"x" * (BUNDLE_LIMIT + 1), "application/zip")}
    response = await api("POST", "apis?action=import&name=p", files=files)
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data; boundary=b", b"--b\r\nno form"),
        ("multipart/form-data", b"--b--"),
        ("multipart/form-data; boundary=b", b"--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file name\r\n--b--\r\n',
        ),
    ],
)
async def test_a_form_without_the_file_is_refused(content_type: str, body: bytes, api: Api) -> None:
    headers = {"content-type": content_type}
    response = await api("POST", "apis?action=import&name=p", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["message"]


@pytest.mark.parametrize("name", ["a b", "50% off", "$1.99", "UPPER.case_-"])
async def test_a_name_is_percent_encoded_in_a_path(name: str, api: Api) -> None:
    assert (await api("POST", "apiproducts", {"name": name})).status_code == 201
    response = await api("GET", f"apiproducts/{quote(name)}")
    assert response.json()["name"] == name


@pytest.mark.parametrize("name", ["", " ", "a/b", "a\nb", "ä", "..", "a" * 256, " a"])
async def test_a_name_that_would_not_fit_a_path_is_refused(name: str, api: Api) -> None:
    response = await api("POST", "apiproducts", {"name": name})
    assert response.status_code == 400
    assert response.json()["message"].startswith("name: ")


@pytest.mark.parametrize("name", ["a/b", "/", "a b", "100%", "%2F", "ä€😀", "a?b#c", "e", "entries"])
async def test_an_entry_of_a_map_may_have_any_name(name: str, api: Api) -> None:
    await api("POST", "keyvaluemaps", {"name": "m", "entry": [{"name": name, "value": "v"}]})
    response = await api("GET", f"keyvaluemaps/m/entries/{quote(name, safe='')}")
    assert response.status_code == 200
    assert response.json() == {"name": name, "value": "v"}


@pytest.mark.parametrize("spelling", ["jsc://x.js", "jsc/x.js", "jsc:%2F%2Fx.js", "jsc%3A%2F%2Fx.js"])
async def test_a_resource_is_named_in_any_spelling_of_its_url(spelling: str, api: Api) -> None:
    await api("POST", "apis", {"name": "p"})
    await api("POST", "apis/p/revisions/1/resources?type=jsc&name=x.js", content="var a;")
    response = await api("GET", f"apis/p/revisions/1/resources/{spelling}")
    assert (response.status_code, response.text) == (200, "var a;")


@pytest.mark.parametrize("path", ["/livez/", "/v1/organizations/myorg//", "/v1/"])
async def test_no_path_is_redirected(path: str, api: Api) -> None:
    assert (await api("GET", path)).status_code == 404

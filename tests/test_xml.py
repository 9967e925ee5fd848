"""What the XML parsers accept, refuse and never touch."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from lxml import etree

from gatewright.xml import XmlRefused, parse_bundle_file, parse_message

CANARY = "canary-text-that-must-not-leak"

# {file} and {http} are filled in with a file and a server that both notice being read.
EXTERNAL = {
    "general entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]><a>&x;</a>',
    "general entity over http": '<!DOCTYPE a [<!ENTITY x SYSTEM "{http}">]><a>&x;</a>',
    "public entity": '<!DOCTYPE a [<!ENTITY x PUBLIC "p" "{http}">]><a>&x;</a>',
    "parameter entity": '<!DOCTYPE a [<!ENTITY % x SYSTEM "{file}"> %x;]><a/>',
    "parameter entity over http": '<!DOCTYPE a [<!ENTITY % x SYSTEM "{http}"> %x;]><a/>',
    "nested parameter entity": (
        '<!DOCTYPE a [<!ENTITY % f SYSTEM "{file}"><!ENTITY % w "<!ENTITY &#37; s SYSTEM \'{http}?%f;\'>">'
        " %w; %s;]><a/>"
    ),
    "external subset": '<!DOCTYPE a SYSTEM "{file}"><a/>',
    "external subset over http": '<!DOCTYPE a SYSTEM "{http}"><a/>',
    "public external subset": '<!DOCTYPE a PUBLIC "-//x//y" "{http}"><a/>',
    "entity in an attribute": '<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]><a b="&x;"/>',
    "default attribute": '<!DOCTYPE a [<!ENTITY x SYSTEM "{file}"><!ATTLIST a b CDATA "&x;">]><a/>',
    "unparsed entity": '<!DOCTYPE a [<!NOTATION n SYSTEM "{http}"><!ENTITY x SYSTEM "{file}" NDATA n>]><a/>',
    "after a comment": '<!-- <a> --><!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]><a>&x;</a>',
    "after a processing instruction": '<?p <a> ?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "{file}">]><a>&x;</a>',
}
INERT = {
    "xinclude": '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{file}" parse="text"/></a>',
    "schema location": (
        '<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:noNamespaceSchemaLocation="{http}"/>'
    ),
    "style sheet": '<?xml-stylesheet type="text/xsl" href="{http}"?><a/>',
}
BOMBS = {
    "billion laughs": (
        '<!DOCTYPE a [<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
        + "]><a>&a12;</a>"
    ),
    "quadratic": f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]><a b="{"&x;" * 50_000}"/>',
    "depth": "<a>" * 300 + "</a>" * 300,
    "great depth": "<a>" * 100_000,
    "a huge attribute": f'<a b="{"x" * 11_000_000}"/>',
}


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Where a file and a server stand, and the list of what the server was asked for."""
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CANARY.encode())

        def log_message(self, *args: object) -> None: ...

    file = tmp_path_factory.mktemp("canary") / "canary.txt"
    file.write_text(CANARY)
    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield {"file": file.as_uri(), "http": f"http://127.0.0.1:{server.server_port}/x"}, asked
    server.shutdown()
    thread.join()
    server.server_close()


def fill(text: str, places: dict[str, str]) -> bytes:
    return text.replace("{file}", places["file"]).replace("{http}", places["http"]).encode()


@pytest.mark.parametrize("text", EXTERNAL.values(), ids=EXTERNAL.keys())
def test_external_references_are_refused_and_not_followed(
    text: str, canary: tuple[dict[str, str], list[str]]
) -> None:
    places, asked = canary
    data = fill(text, places)
    with pytest.raises(XmlRefused):
        parse_message(data)
    root, problem = parse_bundle_file(data)
    assert root is None
    assert problem is not None
    assert CANARY not in problem.message
    assert asked == []


@pytest.mark.parametrize("text", INERT.values(), ids=INERT.keys())
def test_references_outside_the_document_type_are_left_alone(
    text: str, canary: tuple[dict[str, str], list[str]]
) -> None:
    places, asked = canary
    root = parse_message(fill(text, places))
    assert CANARY.encode() not in etree.tostring(root)
    assert asked == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-7"])
def test_a_document_type_is_refused_in_messages_of_every_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding[:6]}"?><!DOCTYPE a><a/>'
    with pytest.raises(XmlRefused, match="document type"):
        parse_message(text.encode(encoding))


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused(text: str) -> None:
    with pytest.raises(XmlRefused):
        parse_message(text.encode())
    root, problem = parse_bundle_file(text.encode())
    assert root is None
    assert problem is not None


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"<a>\n<b>\n</a>", 3, 5, "Opening and ending tag mismatch: b line 2 and a"),
        (b'<!-- licence -->\n<?xml version="1.0"?><a/>', 2, 6, "XML declaration allowed only at the start"),
        (b"", 1, 1, "Document is empty"),
        (b"<a>&nbsp;</a>", 1, 10, "Entity 'nbsp' not defined"),
        (b"<a>\xff</a>", 1, 4, "Invalid bytes in character encoding"),
        (b'<a xmlns:s="{s}">\n<b></a>', 2, 8, "Opening and ending tag mismatch: b line 2 and a"),
        (b'<a x="1" x="2"/>', 1, 15, "Attribute x redefined"),
        (b"<a/>junk", 1, 5, "Extra content at the end of the document"),
    ],
)
def test_a_problem_says_where_and_what(data: bytes, line: int, column: int, message: str) -> None:
    root, problem = parse_bundle_file(data)
    assert root is None
    assert problem is not None
    assert (problem.line, problem.column) == (line, column)
    assert problem.message.startswith(message)


def test_a_template_in_a_namespace_uri_is_read() -> None:
    data = b'<Payload><s:Envelope xmlns:s="{soap.uri}"><s:Body>{x}</s:Body></s:Envelope></Payload>'
    root, problem = parse_bundle_file(data)
    assert problem is None
    assert root is not None
    assert etree.tostring(root) == data


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE Policy><Policy/>",
        b"\xef\xbb\xbf<Policy/>",
        b"<Policy>\r\n</Policy>\r\n",
        b"<Policy><![CDATA[<!DOCTYPE html>]]></Policy>",
    ],
)
def test_harmless_forms_are_read_in_bundles(data: bytes) -> None:
    root, problem = parse_bundle_file(data)
    assert problem is None
    assert root is not None
    assert root.tag == "Policy"

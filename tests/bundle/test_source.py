"""Places in files: line, column, element path, and the text as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gatewright.bundle.source import NOWHERE, Document, parse_document

FILE = b"""<?xml version="1.0"?>
<!-- a comment with <tags> in it -->
<ProxyEndpoint name="default">
  <Flows><Flow name="a>b"/><Flow name='second'>
      <Condition>(request.verb = "GET") &amp;&amp;
        <!-- not text --><![CDATA[x < 1]]> and y</Condition></Flow>
  </Flows>
  <?note <x> ?>
  <s:Other xmlns:s="urn:s">text</s:Other>
</ProxyEndpoint>
"""


def read(data: bytes, file: str = "apiproxy/proxies/default.xml") -> Document:
    document, problem = parse_document(file, data)
    assert problem is None
    assert document is not None
    return document


@pytest.mark.parametrize(
    ("path", "line", "column", "element"),
    [
        (".", 3, 1, "ProxyEndpoint"),
        ("Flows", 4, 3, "ProxyEndpoint/Flows"),
        ("Flows/Flow", 4, 10, "ProxyEndpoint/Flows/Flow"),
        ("Flows/Flow[2]", 4, 28, "ProxyEndpoint/Flows/Flow[2]"),
        ("Flows/Flow[2]/Condition", 5, 7, "ProxyEndpoint/Flows/Flow[2]/Condition"),
        ("{urn:s}Other", 9, 3, "ProxyEndpoint/s:Other"),
    ],
)
def test_a_source_knows_its_place(path: str, line: int, column: int, element: str) -> None:
    document = read(FILE)
    found = document.root if path == "." else document.root.find(path)
    assert found is not None
    source = document.source(found)
    assert (source.file, source.line, source.column, source.element) == (
        "apiproxy/proxies/default.xml",
        line,
        column,
        element,
    )


@pytest.mark.parametrize(
    ("character", "line", "column"),
    [('"GET"', 5, 34), ("&&", 5, 41), ("x < 1", 6, 35), ("and y", 6, 44)],
)
def test_a_character_of_the_text_is_placed_past_entities_comments_and_cdata(
    character: str, line: int, column: int
) -> None:
    document = read(FILE)
    condition = document.root.find("Flows/Flow[2]/Condition")
    assert condition is not None
    text = "".join(map(str, condition.itertext()))
    place = document.source(condition).within_text(text.index(character))
    assert (place.line, place.column) == (line, column)


def test_a_place_past_the_end_of_the_text_is_its_end_and_still_in_the_element() -> None:
    document = read(b"<a><b>xy</b></a>")
    place = document.source(document.root[0]).within_text(99)
    assert (place.column, place.element) == (9, "a/b")


def test_line_ends_count_once() -> None:
    document = read(b"<a>\r\n<b>x\r\ny</b>\r\n</a>")
    b = document.root[0]
    assert document.source(b).line == 2
    assert document.source(b).within_text(2).line == 3


@pytest.mark.parametrize(
    ("data", "inner"),
    [
        (b"<a><b/></a>", "<b/>"),
        (b"<a>\r\n<b x='&lt;'>&amp;</b>\r\n</a>", "\n<b x='&lt;'>&amp;</b>\n"),
        (b"<a><a><a/></a></a>", "<a><a/></a>"),
        (b"<a><!-- </a> --><b><![CDATA[</a>]]></b></a>", "<!-- </a> --><b><![CDATA[</a>]]></b>"),
        (b"<a b='>'><c d=\">\"/></a>", '<c d=">"/>'),
        (b"<a/>", ""),
        (
            '<?xml version="1.0" encoding="iso-8859-1"?><a><b>\u00fc</b></a>'.encode("latin-1"),
            "<b>\u00fc</b>",
        ),
        ("<a><b>\u20ac</b></a>".encode("utf-16"), "<b>\u20ac</b>"),
        (b"\xef\xbb\xbf<a><b/></a>", "<b/>"),
    ],
)
def test_inner_xml_is_given_as_it_is_written(data: bytes, inner: str) -> None:
    document = read(data)
    assert document.inner(document.root) == inner


def test_nowhere_has_no_place() -> None:
    assert (NOWHERE.file, NOWHERE.line, NOWHERE.column, NOWHERE.element) == ("", 0, 0, "")


def test_a_malformed_file_is_a_problem() -> None:
    document, problem = parse_document("a.xml", b"<a>")
    assert document is None
    assert problem is not None


NAMES = st.sampled_from(["a", "b", "c", "d:e"])
TEXTS = st.text("<>&'\" xy\n", max_size=8)


@st.composite
def elements(draw: st.DrawFn, depth: int = 3) -> str:
    """XML with all that could mislead a scan for tags."""
    name = draw(NAMES)
    attribute = draw(TEXTS).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    text = draw(TEXTS).replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "")
    cdata = draw(TEXTS)
    comment = draw(TEXTS).replace("-", "")
    inner = draw(st.lists(elements(depth - 1), max_size=3)) if depth else []
    body = f"{text}<!--{comment}--><![CDATA[{cdata}]]>{''.join(inner)}<?p {comment.replace('?', '')}?>"
    return draw(
        st.sampled_from([f'<{name} x="{attribute}">{body}</{name}>', f"<{name} />", f"<{name}></{name}>"])
    )


@given(elements())
def test_every_element_is_found_where_its_tag_begins(inner: str) -> None:
    text = f'<root xmlns:d="urn:d">{inner}</root>'
    document = read(text.encode())
    offsets = document.offsets
    assert len(offsets) == sum(1 for _ in document.root.iter("{*}*"))
    for element, offset in offsets.items():
        prefix = f"{element.prefix}:" if element.prefix else ""
        assert text.startswith(f"<{prefix}{etree.QName(element).localname}", offset)
        assert (
            document.source(element)
            .element.split("/")[-1]
            .split("[")[0]
            .endswith(etree.QName(element).localname)
        )

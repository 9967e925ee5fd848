"""Where in a file something stands: line, column and element path, worked out only when asked for."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from gatewright.xml import Element, XmlProblem, parse_bundle_file

# The markup of a well-formed document. What is no start tag is matched to be stepped over: a `<` inside it
# must not be taken for one.
_MARKUP = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![A-Z]"
    r"|</(?P<end>[^\s>]+)\s*>"
    r"|<(?P<start>[^\s/>!?\[]+)(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>",
    re.DOTALL,
)
# One piece of character data as it is written: what it stands for in the parsed text may be shorter.
_TEXT_PIECE = re.compile(
    r"<!\[CDATA\[(?P<cdata>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|&[^;]+;|\r\n|[^&<\r]|\r", re.DOTALL
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_START_TAG = re.compile(r"<[^\s/>]+(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Document:
    """One well-formed XML file of a bundle."""

    file: str
    text: str
    root: Element = field(repr=False)

    @cached_property
    def offsets(self) -> dict[Element, int]:
        """Where in the text each element's start tag begins."""
        starts = [found.start() for found in _MARKUP.finditer(self.text) if found.lastgroup == "start"]
        return dict(zip(self.root.iter("{*}*"), starts, strict=False))

    def source(self, element: Element) -> "Source":
        return Source(self.file, self.text, self.offsets.get(element, 0))

    def inner(self, element: Element) -> str:
        """What stands between the element's tags, as it is written, with line ends as XML reads them."""
        return _inner(self.text, self.offsets.get(element, 0)).replace("\r\n", "\n").replace("\r", "\n")


def parse_document(file: str, data: bytes) -> tuple[Document | None, XmlProblem | None]:
    """The document, or why there is none."""
    root, problem = parse_bundle_file(data)
    if root is None:
        return None, problem
    return Document(file, _decode(data, root.getroottree().docinfo.encoding or "utf-8"), root), None


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a file. Lines and columns count from 1; 0 where there is no file."""

    file: str = ""
    text: str = field(default="", repr=False)
    offset: int = 0

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.offset) + 1 if self.text else 0

    @property
    def column(self) -> int:
        return self.offset - self.text.rfind("\n", 0, self.offset) if self.text else 0

    @property
    def element(self) -> str:
        """The path of the element that stands here: `ProxyEndpoint/Flows/Flow[2]/Condition`."""
        return _path(self.text, self.offset)

    @property
    def is_bare(self) -> bool:
        """Whether the element that stands here holds nothing but blanks and comments."""
        return not _COMMENT.sub("", _inner(self.text, self.offset)).strip()

    def within_text(self, position: int) -> "Source":
        """The place of the position-th character of this element's text as the parser reads it."""
        return Source(self.file, self.text, _offset_in_text(self.text, self.offset, position))


NOWHERE = Source()
"""The source of what was made by code, not read from a file."""


def _decode(data: bytes, encoding: str) -> str:
    """The text of a file that was parsed under that encoding; where only lxml knows it, ASCII comes right."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        return data.decode(encoding, "replace").removeprefix("\ufeff")
    except LookupError:
        return data.decode("latin-1")


def _path(text: str, offset: int) -> str:
    path: list[str] = []
    counts: list[dict[str, int]] = [{}]
    for found in _MARKUP.finditer(text):
        if found.start() > offset or (found.start() == offset and found.lastgroup != "start"):
            break
        if found.lastgroup == "end":
            path.pop()
            counts.pop()
        elif found.lastgroup == "start":
            name = found["start"]
            number = counts[-1][name] = counts[-1].get(name, 0) + 1
            label = name if number == 1 else f"{name}[{number}]"
            if found.start() == offset or not found[0].endswith("/>"):
                path.append(label)
                counts.append({})
            if found.start() == offset:
                break
    return "/".join(path)


def _inner(text: str, offset: int) -> str:
    depth = 0
    begin = 0
    for found in _MARKUP.finditer(text, offset):
        if found.lastgroup == "end":
            depth -= 1
            if depth == 0:
                return text[begin : found.start()]
        elif found.lastgroup == "start" and not found[0].endswith("/>"):
            depth += 1
            begin = begin or found.end()
        if depth == 0:
            break
    return ""


def _offset_in_text(text: str, offset: int, position: int) -> int:
    tag = _START_TAG.match(text, offset)
    if tag is None:
        return offset
    read = 0
    at = tag.end()
    for piece in _TEXT_PIECE.finditer(text, at):
        if piece.start() != at:
            break
        cdata = piece["cdata"]
        if cdata is not None:
            if read + len(cdata) > position:
                return piece.start("cdata") + position - read
            read += len(cdata)
        elif not piece[0].startswith("<"):
            if read == position:
                break
            read += 1
        at = piece.end()
    return at

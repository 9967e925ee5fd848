"""The one place where XML is parsed: bundles and messages, nothing fetched, nothing expanded.

Needs lxml >= 6.1.3: earlier ones open `file:` parameter entities whatever the options say. Two options
would undo the guard even there and must never be passed: `collect_ids=False` and `load_dtd=True`. The
resolver that raises is a second lock on the same door.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn, Protocol, cast

from lxml import etree

Element = etree._Element  # noqa: SLF001  # the only name that lxml gives the type

# What may stand before the root element besides the document type (XML 1.0 §2.8). Possessive on purpose:
# a megabyte of spaces must not be tried in every way.
_PROLOG = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_HUGE_HINT = re.compile(r",? (?:use|try) XML_PARSE_HUGE.*")  # libxml2 advertises the switch we never use


@dataclass(frozen=True, slots=True)
class XmlProblem:
    """Why a document could not be read. Lines and columns count from 1; 0 when unknown."""

    message: str
    line: int = 0
    column: int = 0


class XmlRefused(ValueError):
    """The document is not well-formed, or holds what must not be followed."""

    def __init__(self, problem: XmlProblem) -> None:
        where = f"line {problem.line}, column {problem.column}: " if problem.line else ""
        super().__init__(where + problem.message)
        self.problem = problem


def parse_message(data: bytes) -> Element:
    """The root element of a message's body. Raises XmlRefused, also for any document type declaration."""
    if _has_doctype(data):
        raise XmlRefused(XmlProblem("a document type declaration is not allowed in a message"))
    root = _parse(data)
    # The scan reads ASCII-compatible encodings and UTF-16/32; this holds for whatever else lxml decodes.
    if _doctype(root) is not None:
        raise XmlRefused(XmlProblem("a document type declaration is not allowed in a message"))
    return root


def parse_bundle_file(data: bytes) -> tuple[Element | None, XmlProblem | None]:
    """The root element of a bundle's file, or what is wrong with it.

    A bare document type is let pass, external ones and entity declarations are not. A template standing
    as a namespace URI (`xmlns:soap="{soap.soapuri}"`, found in published bundles) is no URI to lxml, but
    is one to Apigee's parser: such a file, and no other, is read again by a recovering parser.
    """
    try:
        root = _parse(data)
    except XmlRefused as refused:
        return None, refused.problem
    return (root, None) if (problem := _doctype_problem(root)) is None else (None, problem)


def _parser(*, recover: bool = False) -> etree.XMLParser:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover
    )
    parser.resolvers.add(_Refuse())
    return parser


class _Refuse(etree.Resolver):
    def resolve(self, system_url: str, public_id: str, context: object = None) -> NoReturn:  # noqa: ARG002
        raise XmlRefused(XmlProblem(f"external entity {system_url!r} is not followed"))


def _parse(data: bytes) -> Element:
    parser = _parser()
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if _only_namespace_uris(parser):
            return etree.fromstring(data, _parser(recover=True))
        raise XmlRefused(_first_problem(parser, error)) from None


def _only_namespace_uris(parser: etree.XMLParser) -> bool:
    levels = etree.ErrorLevels
    grave = [entry for entry in parser.error_log if entry.level >= levels.ERROR]
    return bool(grave) and all(entry.type == etree.ErrorTypes.WAR_NS_URI for entry in grave)


def _first_problem(parser: etree.XMLParser, error: etree.XMLSyntaxError) -> XmlProblem:
    for entry in parser.error_log:
        if entry.level >= etree.ErrorLevels.ERROR and entry.type != etree.ErrorTypes.WAR_NS_URI:
            return XmlProblem(_HUGE_HINT.sub("", entry.message).strip(), entry.line, entry.column)
    return XmlProblem(str(error.msg))


class _Doctype(Protocol):
    """What lxml's DTD objects have and its stubs leave out."""

    system_url: str | None
    external_id: str | None

    def iterentities(self) -> Iterable[object]: ...


def _doctype(root: Element) -> _Doctype | None:
    return cast("_Doctype | None", root.getroottree().docinfo.internalDTD)


def _doctype_problem(root: Element) -> XmlProblem | None:
    declared = _doctype(root)
    if declared is None:
        return None
    if declared.system_url is not None or declared.external_id is not None:
        return XmlProblem("an external document type is not followed; remove the DOCTYPE", 1, 1)
    if next(iter(declared.iterentities()), None) is not None:
        return XmlProblem("entity declarations are not allowed; write the text itself", 1, 1)
    return None


def _has_doctype(data: bytes) -> bool:
    """Whether a document type declaration follows the prolog."""
    for mark in _BYTE_ORDER_MARKS:
        data = data.removeprefix(mark)
    if b"\0" in data[:4]:
        data = data.replace(b"\0", b"")  # UTF-16 and UTF-32: what is left are the ASCII characters
    prolog = _PROLOG.match(data)
    return prolog is not None and data.startswith(b"<!DOCTYPE", prolog.end())

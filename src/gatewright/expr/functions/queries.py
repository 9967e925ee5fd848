"""jsonPath() and xPath(). Source: docs.apigee.com/api-platform/reference/message-template-intro."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from lxml import etree

from gatewright.expr.errors import PathError
from gatewright.expr.functions.function import Apply, Function, InvalidArgument, compiled
from gatewright.expr.jsonpath import Json, JsonPath, TooManyValues, compile_jsonpath, json_text, parse_json
from gatewright.xml import Element, XmlRefused, parse_message

_PATHS_KEPT = 32
_MOST_NAMESPACES = 10
_KINDS = ("nodeset", "node", "number", "boolean", "string")


def query_json(path: JsonPath, text: str, *, wants_array: bool) -> str:
    """What the path finds in a JSON text: the first of several unless all are wanted as an array.

    Empty when nothing is found and when the text is no JSON.
    """
    try:
        found = path(parse_json(text))
    except (ValueError, TooManyValues):
        return ""
    if not found:
        return ""
    result: Json = found[0] if path.is_definite else list(found)
    if isinstance(result, list) and not wants_array:
        return json_text(result[0]) if result else ""
    return json_text(result)


def _prepare_json(literals: Sequence[str | None]) -> Apply:
    path_of = compiled(_json_path, literals[0])

    def apply(arguments: Sequence[str], _random: Random) -> str:
        wants_array = len(arguments) > 2 and arguments[2].lower() == "true"
        return query_json(path_of(arguments[0]), arguments[1], wants_array=wants_array)

    return apply


def _json_path(text: str) -> JsonPath:
    try:
        return compile_jsonpath(text)
    except PathError as error:
        raise InvalidArgument(error.message, 0) from error


def _prepare_xpath(literals: Sequence[str | None]) -> Apply:
    """The arguments after the document are the kind of result, and namespaces as `prefix:uri`."""

    @lru_cache(_PATHS_KEPT)
    def xpath_of(expression: str, namespaces: tuple[str, ...]) -> etree.XPath:
        return _xpath(expression, namespaces)

    if literals[0] is not None and None not in literals[2:]:
        xpath_of(literals[0], _namespaces([text for text in literals[2:] if text is not None]))

    def apply(arguments: Sequence[str], _random: Random) -> str:
        expression, document, *options = arguments
        return query_xml(xpath_of(expression, _namespaces(options)), document, _kind(options))

    return apply


def query_xml(xpath: etree.XPath, text: str, kind: str) -> str:
    """What the expression finds in an XML text; empty when that is nothing or the text is no XML."""
    try:
        root = parse_message(text.encode("utf-8", "replace"))
        found = xpath(root)
    except (XmlRefused, etree.XPathError):
        return ""
    if not isinstance(found, list):
        return _shown(found)
    if kind in ("nodeset", "node"):
        return "".join(_node(node) for node in (found[:1] if kind == "node" else found))
    return _string_value(found[0]) if found else ""


def _namespaces(options: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for text in options if ":" in text)


def _kind(options: Sequence[str]) -> str:
    named = next((text.lower() for text in options if ":" not in text), "nodeset")
    return named if named in _KINDS else "nodeset"


def _xpath(expression: str, namespaces: tuple[str, ...]) -> etree.XPath:
    uris = dict(text.split(":", 1) for text in namespaces)
    try:
        return etree.XPath(expression, namespaces=uris, regexp=False, smart_strings=False)
    except (etree.XPathError, ValueError, TypeError) as error:
        raise InvalidArgument(f"not an XPath expression: {error}", 0) from error


def _shown(found: object) -> str:
    """A string, number or boolean as XPath 1.0 §4.2 writes it."""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        return str(int(found)) if found.is_integer() else str(found)
    return str(found)


def _node(node: object) -> str:
    """A node as XML; text and attributes as their text."""
    if isinstance(node, Element):
        return etree.tostring(node, encoding="unicode", with_tail=False)
    return str(node)


def _string_value(node: object) -> str:
    if isinstance(node, Element):
        return "".join(text for text in node.itertext() if isinstance(text, str))
    return str(node)


FUNCTIONS = (
    Function("jsonPath", 2, 3, _prepare_json),
    Function("xPath", 2, 3 + _MOST_NAMESPACES, _prepare_xpath),
)

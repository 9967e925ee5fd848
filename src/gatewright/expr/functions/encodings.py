"""Encodings and escapes. Source: docs.apigee.com/api-platform/reference/message-template-intro."""

import binascii
import json
import re
from base64 import b64decode, b64encode

from gatewright.expr.functions.function import plain

_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
_XML_10_MARKUP = re.compile("[&<>\"'\x7f-\x84\x86-\x9f]")
_XML_11_MARKUP = re.compile("[&<>\"'\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NOT_IN_XML_10 = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_XML_11 = re.compile("[\0\ud800-\udfff\ufffe\uffff]")


def encode_base64(text: str) -> str:
    return b64encode(text.encode("utf-8", "replace")).decode("ascii")


def decode_base64(text: str) -> str:
    """The text that UTF-8 bytes in Base64 (RFC 4648 §4) say; empty when it is not Base64, as documented."""
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def escape_json(text: str) -> str:
    """The text as it stands inside a JSON string (RFC 8259 §7), with no more escapes than that needs."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def encode_html(text: str) -> str:
    return re.sub("[&<>\"']", lambda found: "&#39;" if found[0] == "'" else _MARKUP[found[0]], text)


def escape_xml(text: str) -> str:
    """For XML 1.0: markup as entities, some controls as references, and without what XML 1.0 cannot hold."""
    return _XML_10_MARKUP.sub(_reference, _NOT_IN_XML_10.sub("", text))


def escape_xml_11(text: str) -> str:
    """For XML 1.1, which can hold more controls as references."""
    return _XML_11_MARKUP.sub(_reference, _NOT_IN_XML_11.sub("", text))


def _reference(found: re.Match[str]) -> str:
    return _MARKUP.get(found[0]) or f"&#{ord(found[0])};"


FUNCTIONS = (
    plain("encodeBase64", encode_base64),
    plain("decodeBase64", decode_base64),
    plain("encodeHTML", encode_html),
    plain("escapeHTML", encode_html),
    plain("escapeJSON", escape_json),
    plain("escapeXML", escape_xml),
    plain("escapeXML11", escape_xml_11),
)

"""Entities as XML in Edge's manner, both ways.

`<Developer><Email>…</Email><Attributes><Attribute><Name/><Value/></Attribute></Attributes></Developer>` is
`{"email": …, "attributes": [{"name": …, "value": …}]}`: element names are the fields' with a capital, and a
list is a wrapper around items named in the singular.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from lxml import etree

from gatewright.xml import Element

_ITEM_NAMES = {
    "apiProducts": "ApiProduct",
    "apiResources": "ApiResource",
    "proxies": "Proxy",
    "properties": "Property",
    "property": "Property",
    "hostAliases": "HostAlias",
    "policies": "Policy",
    "entry": "Entry",
}
"""The singular of a list's name, where it is not the name without its last s."""

_LISTS = frozenset(
    {"attributes", "apiProducts", "apiResources", "environments", "proxies", "scopes", "hostAliases", "entry"}
    | {"interfaces", "listenOptions", "ciphers", "protocols", "property", "roles"}
)
"""Fields that are lists also when they hold one item."""


def from_xml(element: Element) -> Any:
    """The fields of an entity's element; an element without children is its text."""
    children = list(element.iterchildren("{*}*"))
    attributes = {_field(str(name)): str(value) for name, value in element.attrib.items()}
    if not children:
        return attributes or (element.text or "").strip()
    fields: dict[str, Any] = dict(attributes)
    for child in children:
        name = _field(etree.QName(child).localname)
        value = _items(child) if name in _LISTS else from_xml(child)
        if name in _LISTS and isinstance(fields.get(name), list):
            fields[name] += value
        else:
            fields[name] = value
    return fields


def _items(wrapper: Element) -> list[Any]:
    children = list(wrapper.iterchildren("{*}*"))
    if not children:
        text = (wrapper.text or "").strip()
        return [text] if text else []
    return [from_xml(child) for child in children]


def to_xml(value: object, root: str | None = None) -> Element:
    """The element of a struct, or of a list of names."""
    name = root or (type(value).__name__ if isinstance(value, msgspec.Struct) else "List")
    element = etree.Element(name)
    _fill(element, msgspec.to_builtins(value), "Item")
    return element


def _fill(element: Element, value: Any, item_name: str) -> None:
    if isinstance(value, Mapping):
        for name, each in value.items():
            _fill(etree.SubElement(element, _capital(name)), each, _singular(name))
    elif isinstance(value, list | tuple):
        for each in value:
            _fill(etree.SubElement(element, item_name), each, "Item")
    elif value is not None:
        element.text = _text(value)


def _text(value: object) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    # XML 1.0 cannot hold most control characters at all (production Char).
    return "".join(character if character >= " " or character in "\t\n\r" else "\ufffd" for character in text)


def _field(name: str) -> str:
    return name[:1].lower() + name[1:]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _singular(name: str) -> str:
    return _ITEM_NAMES.get(name) or _capital(name.removesuffix("s"))

"""Records as XML in Edge's manner, both ways, led by the record's type.

`<App name="a"><Attributes><Attribute><Name>n</Name><Value>v</Value></Attribute></Attributes></App>` is
`{"name": "a", "attributes": [{"name": "n", "value": "v"}]}`. An element is called like its field, with a
capital; a list called in the plural is a wrapper around its items; one in the singular is its items, one
after the other: `<KeyValueMap name="m"><Entry name="k"><Value>v</Value></Entry></KeyValueMap>`.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from lxml import etree

from gatewright.entities import Attribute, Property
from gatewright.management.shape import Kind, fields_of, item_of, struct_of
from gatewright.xml import Element


def from_xml(element: Element, kind: Kind) -> Any:
    """What the element says of a value of that kind, as JSON would have it: texts, lists and objects.

    A field may be written as an attribute of the element too, and a `value` as the element's text.
    """
    struct = struct_of(kind)
    if struct is None:
        return _text_of(element)
    found: dict[str, Any] = {}
    for name, field in fields_of(struct).items():
        children = [child for child in element.iterchildren("{*}*") if _name_of(child) == _capital(name)]
        if children:
            found[name] = _field(children, name, field)
        elif name in element.attrib:
            found[name] = str(element.attrib[name])
    if "value" in fields_of(struct) and "value" not in found and _text_of(element):
        found["value"] = _text_of(element)
    return found


def _field(elements: list[Element], name: str, kind: Kind) -> Any:
    item = item_of(kind)
    if item is None:
        return from_xml(elements[-1], kind)
    if not _is_plural(name):
        return [from_xml(element, item) for element in elements]
    return [value for wrapper in elements for value in _items(wrapper, item)]


def _items(wrapper: Element, kind: Kind) -> Iterable[Any]:
    children = list(wrapper.iterchildren("{*}*"))
    if not children and _text_of(wrapper):
        return [_text_of(wrapper)]
    return [from_xml(child, kind) for child in children]


def to_xml(value: object) -> Element:
    """The element of a struct, called like its type; a list of names is `<List><Item>…`."""
    if isinstance(value, msgspec.Struct):
        element = etree.Element(type(value).__name__)
        _fill(element, value)
        return element
    element = etree.Element("List")
    _fill_list(element, "Item", value)
    return element


def _fill(element: Element, value: object) -> None:
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            _add_field(element, value, field.encode_name, getattr(value, field.name))
    elif value is not None:
        element.text = _text(value)


def _add_field(element: Element, owner: msgspec.Struct, name: str, value: object) -> None:
    if value is msgspec.UNSET or value is None:
        return
    if isinstance(value, list | tuple):
        if _is_plural(name):
            _fill_list(etree.SubElement(element, _capital(name)), _singular(name), value)
        else:
            _fill_list(element, _capital(name), value)
    elif name == "name" and not isinstance(owner, Attribute):
        element.set(name, _text(value))
    elif isinstance(owner, Property):
        element.text = _text(value)
    else:
        _fill(etree.SubElement(element, _capital(name)), value)


def _fill_list(parent: Element, item_name: str, values: Any) -> None:
    for each in values:
        _fill(etree.SubElement(parent, item_name), each)


def _text(value: object) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    # XML 1.0 cannot hold most control characters at all (production Char).
    return "".join(character if character >= " " or character in "\t\n\r" else "\ufffd" for character in text)


def _text_of(element: Element) -> str:
    return (element.text or "").strip()


def _name_of(element: Element) -> str:
    return _capital(etree.QName(element).localname)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _is_plural(name: str) -> bool:
    return name.endswith("s")


def _singular(name: str) -> str:
    """Of a list's name: `apiProducts` ApiProduct, `proxies` Proxy, `hostAliases` HostAlias."""
    for plural, singular in (("ies", "y"), ("Aliases", "Alias"), ("s", "")):
        if name.endswith(plural):
            return _capital(name.removesuffix(plural) + singular)
    return _capital(name)

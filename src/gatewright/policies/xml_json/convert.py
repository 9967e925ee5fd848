"""XML to JSON by Apigee's naming rules. A pure function of the document and the naming.

Rules: https://docs.apigee.com/api-platform/reference/policies/xml-json-policy
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from gatewright.policies.xml_json.arrays import ArrayPath, ArrayTree
from gatewright.xml import Element

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | msgspec.Raw | None"
"""A number is Raw: its text from the XML, so that no digit is lost."""

_Scope: TypeAlias = Mapping[str | None, str]  # prefix, None for the default one, to namespace URI

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Naming:
    """How names and values come out. A name that is None is not written, save where said otherwise."""

    recognize_boolean: bool = False
    recognize_number: bool = False
    recognize_null: bool = False
    null_value: str = "NULL"
    namespace_block_name: str | None = None
    default_namespace_node_name: str = "$default"
    namespace_separator: str | None = None  # None: names lose their prefix
    text_always_as_property: bool = False
    text_node_name: str = "#text"
    attribute_block_name: str | None = None  # None: attributes stand among the children
    attribute_prefix: str = ""
    output_prefix: str = ""
    output_suffix: str = ""
    strip_levels: int = 0
    arrays: tuple[ArrayPath, ...] = ()


FORMATS: Mapping[str, Naming] = {
    "xml.com": Naming(recognize_null=True, text_node_name="#text", attribute_prefix="@"),
    "yahoo": Naming(recognize_number=True, text_node_name="content"),
    "google": Naming(text_node_name="$t", namespace_separator="$", text_always_as_property=True),
    "badgerFish": Naming(
        text_node_name="$",
        text_always_as_property=True,
        attribute_prefix="@",
        namespace_separator=":",
        namespace_block_name="@xmlns",
        default_namespace_node_name="$",
    ),
}
"""The predefined namings by the name that `<Format>` gives them."""


class Converter:
    """One naming, made ready at deploy to convert any number of documents."""

    __slots__ = ("_arrays", "_naming")

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._arrays = ArrayTree.of(naming.arrays)

    def convert(self, root: Element) -> bytes:
        """The document as UTF-8 JSON without blanks, between the prefix and the suffix."""
        naming = self._naming
        json = msgspec.json.encode(self._json_of(root))
        return naming.output_prefix.encode() + json + naming.output_suffix.encode()

    def _json_of(self, root: Element) -> Json:
        """The document as an object: one member per outermost element that is not stripped.

        Levels are stripped only while elements are left below them.
        """
        outermost = [(root, self._tree_of(root, self._arrays))]
        for _ in range(self._naming.strip_levels):
            inner = [
                (child, self._tree_of(child, tree))
                for element, tree in outermost
                for child in element.iterchildren("*")
            ]
            if not inner:
                break
            outermost = inner
        members = _Members()
        for element, tree in outermost:
            parent = element.getparent()
            self._add_element(members, element, tree, {} if parent is None else parent.nsmap)
        return members.json

    def _add_element(
        self, members: "_Members", element: Element, tree: ArrayTree | None, outer: _Scope
    ) -> None:
        name = self._name(element.tag, element.prefix)
        value = self._value(element, tree, outer)
        if tree is None:
            members.add(name, value)
            return
        if tree.unwrapped is not None and isinstance(value, list):
            name = tree.unwrapped.array_name or name
        if tree.path is None:
            members.add(name, value)
        else:
            members.add_to_array(tree.path.array_name or name, value, unwrap=tree.path.unwrap)

    def _value(self, element: Element, tree: ArrayTree | None, outer: _Scope) -> Json:
        naming = self._naming
        members = _Members()
        scope = outer
        if naming.namespace_block_name is not None:
            scope = element.nsmap
            self._add_namespaces(members, naming.namespace_block_name, scope, outer)
        if element.attrib:
            self._add_attributes(members, element)
        last_text = self._add_content(members, element, tree, scope)
        if not members.json and last_text and not naming.text_always_as_property:
            return self._text(last_text)
        self._add_text(members, last_text)
        if not members.json:
            return None if naming.recognize_null else {}
        return members.json if members.unwrapped is None or len(members.json) > 1 else members.unwrapped

    def _add_content(
        self, members: "_Members", element: Element, tree: ArrayTree | None, scope: _Scope
    ) -> str:
        """Add the children and the text before and between them; return the text after the last one.

        Comments and processing instructions are dropped, and the text around them is one. Text that is
        only white space comes out as "".
        """
        text = element.text or ""
        for child in element:
            if type(child) is Element:  # comments and processing instructions are of subclasses
                self._add_text(members, _shown(text))
                self._add_element(members, child, self._tree_of(child, tree), scope)
                text = child.tail or ""
            else:
                text += child.tail or ""
        return _shown(text)

    def _add_text(self, members: "_Members", text: str) -> None:
        if text:
            members.add(self._naming.text_node_name, self._text(text))

    def _add_attributes(self, members: "_Members", element: Element) -> None:
        attributes: dict[str, Json] = {}
        for key, value in element.attrib.items():
            name = self._name(str(key), _prefix(element, str(key)))
            attributes[self._naming.attribute_prefix + name] = str(value)
        if self._naming.attribute_block_name is not None:
            members.add(self._naming.attribute_block_name, attributes)
        else:
            for name, text in attributes.items():
                members.add(name, text)

    def _add_namespaces(self, members: "_Members", block: str, scope: _Scope, outer: _Scope) -> None:
        declared: dict[str, Json] = {
            prefix or self._naming.default_namespace_node_name: uri
            for prefix, uri in scope.items()
            if outer.get(prefix) != uri
        }
        if declared:
            members.add(block, declared)

    def _name(self, tag: str, prefix: str | None) -> str:
        local = tag.rpartition("}")[2]
        separator = self._naming.namespace_separator
        return local if separator is None or prefix is None else prefix + separator + local

    def _tree_of(self, element: Element, around: ArrayTree | None) -> ArrayTree | None:
        """The paths that lead to this element, by its name in JSON or by its name without prefix."""
        if around is None:
            return None
        name = self._name(element.tag, element.prefix)
        return around.below.get(name) or around.below.get(element.tag.rpartition("}")[2])

    def _text(self, text: str) -> Json:
        naming = self._naming
        word = text.strip()
        if naming.recognize_null and word == naming.null_value:
            return None
        if naming.recognize_boolean and word in _BOOLEANS:
            return _BOOLEANS[word]
        if naming.recognize_number and _NUMBER.fullmatch(word):
            return msgspec.Raw(word.encode("ascii"))
        return text


class _Members:
    """The members of one object as they are added; those that repeat a name become one array."""

    __slots__ = ("_arrays", "json", "unwrapped")

    def __init__(self) -> None:
        self.json: dict[str, Json] = {}
        self.unwrapped: list[Json] | None = (
            None  # the array that takes the object's place if it is all there is
        )
        self._arrays: dict[str, list[Json]] = {}

    def add(self, name: str, value: Json) -> None:
        array = self._arrays.get(name)
        if array is not None:
            array.append(value)
        elif name in self.json:
            self.json[name] = self._arrays[name] = [self.json[name], value]
        else:
            self.json[name] = value

    def add_to_array(self, name: str, value: Json, *, unwrap: bool) -> None:
        """Like add, but an array from the first value on."""
        if name not in self.json:
            self.json[name] = self._arrays[name] = []
        self.add(name, value)
        if unwrap:
            self.unwrapped = self._arrays[name]


def _shown(text: str) -> str:
    return "" if text.isspace() else text


def _prefix(element: Element, attribute: str) -> str | None:
    """The prefix of an attribute's namespace; the XML namespace's is fixed (Namespaces in XML §3)."""
    if not attribute.startswith("{"):
        return None
    uri = attribute[1:].rpartition("}")[0]
    if uri == _XML_NAMESPACE:
        return "xml"
    return next(prefix for prefix, known in element.nsmap.items() if known == uri and prefix is not None)

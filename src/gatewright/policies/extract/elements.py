"""ExtractVariables' elements as they stand in XML."""

from typing import Literal, TypeAlias

from gatewright.bundle.fields import Node, TemplateText, attribute, children, text

ValueType: TypeAlias = Literal["string", "boolean", "integer", "long", "float", "double", "nodeset"]


class Source(Node):
    """What to take values from."""

    name: str | None = text(default=None, doc="A message, or a variable that holds one or holds text.")
    clear_payload: bool = attribute(
        default=False, lenient=True, doc="Whether its body is emptied afterwards."
    )


class Pattern(Node):
    """A text in which `{variable}` stands for what is taken out and `*` for anything."""

    pattern: str = text(default="", doc="The pattern.")
    ignore_case: bool = attribute(
        default=False, lenient=True, doc="Whether upper and lower case are the same."
    )


class URIPath(Node):
    """Take values out of the path that follows the proxy's base path."""

    patterns: tuple[Pattern, ...] = children(default=(), doc="The one with most segments that fits is used.")


class QueryParam(Node):
    """Take values out of a query parameter."""

    name: str | None = attribute(default=None, doc="Its name; `.2` at the end means the second one.")
    patterns: tuple[Pattern, ...] = children(default=(), doc="The first that fits is used.")


class Header(Node):
    """Take values out of a header field."""

    name: str | None = attribute(default=None, doc="Its name; `.2` at the end means the second value.")
    patterns: tuple[Pattern, ...] = children(default=(), doc="The first that fits is used.")


class FormParam(Node):
    """Take values out of a form parameter."""

    name: str | None = attribute(default=None, doc="Its name; `.2` at the end means the second one.")
    patterns: tuple[Pattern, ...] = children(default=(), doc="The first that fits is used.")


class TextVariable(Node, xml="Variable"):
    """Take values out of a flow variable."""

    name: str | None = attribute(default=None, doc="The variable's name.")
    patterns: tuple[Pattern, ...] = children(default=(), doc="The first that fits is used.")


class JsonVariable(Node, xml="Variable"):
    """A variable that takes its value from JSON."""

    name: str | None = attribute(default=None, doc="The variable to set, without the prefix.")
    type: ValueType | None = attribute(
        default=None, lenient=True, ignore_case=True, doc="What the value becomes; `nodeset` keeps JSON."
    )
    paths: tuple[TemplateText, ...] = children(
        default=(), xml="JSONPath", strip=False, doc="The first that finds something is used; a template."
    )


class XmlVariable(Node, xml="Variable"):
    """A variable that takes its value from XML."""

    name: str | None = attribute(default=None, doc="The variable to set, without the prefix.")
    type: ValueType | None = attribute(
        default=None, lenient=True, ignore_case=True, doc="What the value becomes; `nodeset` keeps XML."
    )
    paths: tuple[str, ...] = children(
        default=(), xml="XPath", strip=False, doc="XPath 1.0; the first that finds something is used."
    )


class Namespace(Node):
    """A namespace that XPaths name by a prefix."""

    prefix: str = attribute(default="", doc="The prefix.")
    uri: str = text(default="", doc="The namespace.")


class JSONPayload(Node):
    """Take values out of a JSON body."""

    variables: tuple[JsonVariable, ...] = children(default=(), doc="The variables to set.")


class XMLPayload(Node):
    """Take values out of an XML body."""

    stop_payload_processing: bool = attribute(
        default=False, lenient=True, doc="Whether to stop after the first variable that is set."
    )
    namespaces: tuple[Namespace, ...] = children(
        default=(), within="Namespaces", doc="The prefixes that XPaths use."
    )
    variables: tuple[XmlVariable, ...] = children(default=(), doc="The variables to set.")


Extraction: TypeAlias = URIPath | QueryParam | Header | FormParam | TextVariable

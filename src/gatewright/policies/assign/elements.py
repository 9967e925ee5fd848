"""The actions as they stand in XML: Copy, Remove, Add, Set and AssignVariable.

docs.apigee.com: AssignMessage policy. The order of actions counts; within one action the parts are worked on
in a fixed order, the payload last.
"""

from typing import Literal, TypeAlias

from gatewright.bundle.fields import Ignored, Node, TemplateText, attribute, child, children, content, text


class Named(Node):
    """A header field or parameter to copy or remove: `X`, or with `X.2` the second one of that name."""

    name: str = attribute(doc="Its name; `.2` at the end means the second one of that name.")
    says: str = text(default="", doc="`false` leaves it alone.")

    @property
    def is_wanted(self) -> bool:
        return self.says.lower() != "false"


class Valued(Node):
    """A header field or parameter to add or set."""

    name: str = attribute(doc="Its name.")
    value: TemplateText = text(default=TemplateText(""), doc="Its value.")


class Payload(Node):
    """A body to set, with the delimiters of the variables in it."""

    content_type: TemplateText | None = attribute(default=None, doc="What Content-Type is set to.")
    variable_prefix: str | None = attribute(
        default=None, doc="What stands before a variable's name; `{` by default."
    )
    variable_suffix: str | None = attribute(
        default=None, doc="What stands after a variable's name; `}` by default."
    )
    resource_url: str | None = attribute(
        default=None, xml="resourceURL", doc="A resource file that holds the body."
    )
    default_variable_value: str | None = attribute(
        default=None, doc="What stands for a variable without a value."
    )
    body: TemplateText = content(default=TemplateText(""), doc="The body; XML is taken as it is written.")


class Copy(Node):
    """Copy parts of one message to another; all of it when no part is named."""

    origin: str | None = attribute(
        default=None, xml="source", doc="The message to copy from; `message` by default."
    )
    headers: tuple[Named, ...] | None = children(
        default=None, within="Headers", xml="Header", doc="Header fields; an empty list means all."
    )
    query_params: tuple[Named, ...] | None = children(
        default=None, within="QueryParams", xml="QueryParam", doc="Query parameters; an empty list means all."
    )
    form_params: tuple[Named, ...] | None = children(
        default=None, within="FormParams", xml="FormParam", doc="Form parameters; an empty list means all."
    )
    payload: bool = child(default=False, doc="The body and its Content-Type.")
    verb: bool = child(default=False, doc="The HTTP method, from request to request.")
    version: bool = child(default=False, doc="The HTTP version, from request to request.")
    path: bool = child(default=False, doc="The path, from request to request.")
    status_code: bool = child(default=False, doc="The status code, from response to response.")
    reason_phrase: bool = child(default=False, doc="The reason phrase, from response to response.")

    @property
    def is_whole(self) -> bool:
        """An empty element copies everything (docs: AssignMessage, Copy)."""
        return self == Copy(origin=self.origin) and self.source.is_bare


class Remove(Node):
    """Take parts out of the message; everything when no part is named."""

    headers: tuple[Named, ...] | None = children(
        default=None, within="Headers", xml="Header", doc="Header fields; an empty list means all."
    )
    query_params: tuple[Named, ...] | None = children(
        default=None, within="QueryParams", xml="QueryParam", doc="Query parameters; an empty list means all."
    )
    form_params: tuple[Named, ...] | None = children(
        default=None, within="FormParams", xml="FormParam", doc="Form parameters; an empty list means all."
    )
    payload: bool = child(default=False, doc="The body.")

    @property
    def is_whole(self) -> bool:
        """An empty element removes everything (docs: AssignMessage, Remove)."""
        return self == Remove() and self.source.is_bare


class Add(Node):
    """Add header fields and parameters to those that the message has."""

    headers: tuple[Valued, ...] = children(
        default=(), within="Headers", xml="Header", doc="Header fields to add."
    )
    query_params: tuple[Valued, ...] = children(
        default=(), within="QueryParams", xml="QueryParam", doc="Query parameters to add."
    )
    form_params: tuple[Valued, ...] = children(
        default=(), within="FormParams", xml="FormParam", doc="Form parameters to add; makes it a form."
    )


class Set(Node):
    """Set parts of the message, in place of those of the same name."""

    headers: tuple[Valued, ...] = children(
        default=(), within="Headers", xml="Header", doc="Header fields to set."
    )
    query_params: tuple[Valued, ...] = children(
        default=(), within="QueryParams", xml="QueryParam", doc="Query parameters to set."
    )
    form_params: tuple[Valued, ...] = children(
        default=(), within="FormParams", xml="FormParam", doc="Form parameters to set; makes it a form."
    )
    payload: Payload | None = child(default=None, doc="The body.")
    verb: TemplateText | None = child(default=None, doc="The HTTP method of a request.")
    version: TemplateText | None = child(default=None, doc="The HTTP version of a request: 1.0 or 1.1.")
    path: TemplateText | None = child(default=None, doc="The path of a request.")
    status_code: TemplateText | None = child(default=None, doc="The status code of a response.")
    reason_phrase: TemplateText | None = child(default=None, doc="The reason phrase of a response.")

    ignores = (Ignored("Authentication", "Google's service accounts are not at hand outside Google"),)


class Template(Node):
    """A message template, or the variable that holds one."""

    ref: str | None = attribute(default=None, doc="A variable that holds the template; the text stands in.")
    template: TemplateText | None = text(default=None, doc="The template.")


class AssignVariable(Node):
    """Give a flow variable a value: that of a resource, a template or a variable, else the literal."""

    name: str | None = child(default=None, doc="The variable to set.")
    value: str | None = child(
        default=None, strip=False, doc="A literal; where there is a Ref, what to use when that has no value."
    )
    ref: str | None = child(default=None, doc="The variable to take the value of.")
    template: Template | None = child(default=None, doc="A message template that gives the value.")
    resource_url: TemplateText | None = child(
        default=None, xml="ResourceURL", doc="A resource file that holds the value."
    )
    property_set_ref: str | None = child(
        default=None, doc="A property of a property set; recognised, not carried out."
    )


class AssignTo(Node):
    """Which message the actions work on."""

    name: str | None = text(default=None, doc="The message's name; by default the flow's own message.")
    create_new: bool | None = attribute(
        default=None, lenient=True, doc="Whether a new message takes its place; by default only if needed."
    )
    type: Literal["request", "response"] | None = attribute(
        default=None, lenient=True, ignore_case=True, doc="What a new message is."
    )
    transport: str | None = attribute(default=None, doc="Only `http` exists.")


Action: TypeAlias = Copy | Remove | Add | Set | AssignVariable

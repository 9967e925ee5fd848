"""XMLToJSON: turn an XML message or text into JSON."""

from collections.abc import Callable
from typing import ClassVar, TypeAlias

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Node, attribute, child, children, text
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.message import Message, Request, Response, Value
from gatewright.policies.base import Policy, VariableDoc, policy
from gatewright.policies.xml_json.arrays import ArrayPath
from gatewright.policies.xml_json.convert import FORMATS, Converter, Naming
from gatewright.xml import XmlRefused, parse_message

PutMessage: TypeAlias = Callable[[FlowContext, Message, bytes], None]
PutText: TypeAlias = Callable[[FlowContext, bytes], None]

_JAVA_TYPES = {bool: "java.lang.Boolean", int: "java.lang.Integer", float: "java.lang.Double"}


class TreatAsArrayPath(Node, xml="Path"):
    """An element whose values always form an array."""

    steps: str = text(doc="The elements' names from the root down, separated by `/`.")
    unwrap: bool = attribute(default=False, doc="Put the array in the place of the object that holds it.")
    override_array_name: str | None = attribute(default=None, doc="What the array is called in JSON.")


class Options(Node):
    """How names and values come out."""

    recognize_boolean: bool = child(default=False, doc="Keep true and false as booleans.")
    recognize_number: bool = child(default=False, doc="Keep numbers as numbers, digit for digit.")
    recognize_null: bool = child(default=False, doc="Make empty elements null.")
    null_value: str = child(default="NULL", doc="The text that is null as well, with RecognizeNull.")
    namespace_block_name: str | None = child(
        default=None, doc="The member that lists an element's namespaces; without it they are dropped."
    )
    default_namespace_node_name: str = child(
        default="$default", doc="What the default namespace is called there."
    )
    namespace_separator: str | None = child(
        default=None, doc="What stands between prefix and name; without it names have no prefix."
    )
    text_always_as_property: bool = child(default=False, doc="Give every text a member of its own.")
    text_node_name: str = child(default="#text", doc="The member that holds text.")
    attribute_block_name: str | None = child(
        default=None, doc="The member that holds attributes; without it they stand among the children."
    )
    attribute_prefix: str = child(default="", doc="What stands before attributes' names.")
    output_prefix: str = child(default="", strip=False, doc="Text before the JSON.")
    output_suffix: str = child(default="", strip=False, doc="Text after the JSON.")
    strip_levels: int = child(default=0, doc="How many outer levels of elements to take off.")
    treat_as_array: tuple[TreatAsArrayPath, ...] = children(
        default=(), within="TreatAsArray", doc="Elements whose values always form arrays."
    )

    @property
    def naming(self) -> Naming:
        return Naming(
            recognize_boolean=self.recognize_boolean,
            recognize_number=self.recognize_number,
            recognize_null=self.recognize_null,
            null_value=self.null_value,
            namespace_block_name=self.namespace_block_name,
            default_namespace_node_name=self.default_namespace_node_name,
            namespace_separator=self.namespace_separator,
            text_always_as_property=self.text_always_as_property,
            text_node_name=self.text_node_name,
            attribute_block_name=self.attribute_block_name,
            attribute_prefix=self.attribute_prefix,
            output_prefix=self.output_prefix,
            output_suffix=self.output_suffix,
            strip_levels=self.strip_levels,
            arrays=tuple(
                ArrayPath.parse(path.steps, unwrap=path.unwrap, array_name=path.override_array_name)
                for path in self.treat_as_array
            ),
        )


@policy(category="Mediation", display="XML to JSON", prefix="xmltojson")
class XMLToJSON(Policy):
    """Turn XML into JSON.

    A message whose Content-Type is not XML passes unchanged. The converted message has the Content-Type
    `application/json`. A document type declaration is refused: entities are neither expanded nor fetched.
    """

    source_variable: str = child(
        default="message", xml="Source", doc="The message, or the variable with text, that holds the XML."
    )
    output_variable: str | None = child(
        default=None, doc="Where the JSON goes; where it came from, unless given. Text needs it."
    )
    options: Options | None = child(default=None, doc="How names and values come out.")
    format: str | None = child(
        default=None,
        doc="A set of options by name, in place of Options: xml.com, yahoo, google or badgerFish.",
    )

    source_unavailable: ClassVar[FaultSpec] = fault(
        "steps.xml2json.SourceUnavailable",
        500,
        "XMLToJSON[{policy}]: Source {source} is not available",
        "The variable that Source names has no value here, such as response in the request flow.",
    )
    execution_failed: ClassVar[FaultSpec] = fault(
        "steps.xml2json.ExecutionFailed",
        500,
        "XMLToJSON[{policy}]: Execution failed. reason: {reason}",
        "The XML is empty, not well-formed, or has a document type declaration.",
    )
    output_unavailable: ClassVar[FaultSpec] = fault(
        "steps.xml2json.OutputVariableIsNotAvailable",
        500,
        "XMLToJSON[{policy}]: Output variable is not available.",
        "Source is text, and there is no OutputVariable to put the JSON into.",
    )
    incompatible_types: ClassVar[FaultSpec] = fault(
        "steps.xml2json.InCompatibleTypes",
        500,
        "XMLToJSON[{policy}]: String can not be assigned to message type.",
        "Source is text and OutputVariable is a message. Name another variable, or the message's content.",
    )
    invalid_source_type: ClassVar[FaultSpec] = fault(
        "steps.xml2json.InvalidSourceType",
        500,
        "XMLToJSON[class {type}]: Invalid source type class {type}. "
        "Valid source types are [message, string].",
        "The variable that Source names holds a number, a boolean or a list.",
    )

    variables = (VariableDoc("xmltojson.{policy}.failed", "boolean", "True when the conversion failed."),)
    starter = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<XMLToJSON continueOnError="false" enabled="true" name="$NAME">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <Options>
    </Options>
    <OutputVariable>response</OutputVariable>
    <Source>response</Source>
</XMLToJSON>
"""

    def check(self, report: Report) -> None:
        if (self.options is None) == (self.format is None):
            message = "either <Options> or <Format> must be specified, and not both"
            report.error(message, self.source, rule="EitherOptionOrFormat")
        if self.format is not None and self.format not in FORMATS:
            message = f"unknown format {self.format!r}: one of {', '.join(FORMATS)}"
            report.error(message, self.source, rule="UnknownFormat")
        if self.options is not None and self.options.strip_levels < 0:
            report.error("<StripLevels> must not be negative", self.options.source, rule="invalid-value")

    def compile(self, cx: Compiler) -> Execute:
        read = cx.reader(self.source_variable)
        convert = self._convert()
        put_message = self._put_message(cx)
        put_text = self._put_text(cx)

        def execute(flow: FlowContext) -> None:
            value = read(flow)
            if isinstance(value, Message):
                if _is_xml(value):
                    put_message(flow, value, convert(_message_xml(value)))
            elif isinstance(value, str):
                put_text(flow, convert(_text_xml(value)))
            elif value is None:
                raise self.source_unavailable(policy=self.name, source=self.source_variable)
            else:
                raise self.invalid_source_type(type=_java_type(value))

        return execute

    def _convert(self) -> Callable[[bytes], bytes]:
        options = self.options or Options()
        converter = Converter(FORMATS.get(self.format or "", options.naming))

        def convert(xml: bytes) -> bytes:
            try:
                return converter.convert(parse_message(xml))
            except XmlRefused as refused:
                raise self.execution_failed(policy=self.name, reason=refused) from None

        return convert

    def _put_message(self, cx: Compiler) -> PutMessage:
        """Put the JSON of a message where it belongs: a variable without a value becomes a message."""
        if self.output_variable in (None, self.source_variable):
            return lambda _, source, json: _become_json(source, json)
        read, write = cx.reader(self.output_variable), cx.writer(self.output_variable)

        def put(flow: FlowContext, source: Message, json: bytes) -> None:
            target = read(flow)
            if isinstance(target, Message):
                _become_json(target, json)
            elif isinstance(target, str):
                write(flow, json.decode())
            else:
                write(flow, _json_message(source, json))

        return put

    def _put_text(self, cx: Compiler) -> PutText:
        if self.output_variable is None:
            return self._no_output
        read, write = cx.reader(self.output_variable), cx.writer(self.output_variable)

        def put(flow: FlowContext, json: bytes) -> None:
            if isinstance(read(flow), Message):
                raise self.incompatible_types(policy=self.name)
            write(flow, json.decode())

        return put

    def _no_output(self, *_: object) -> None:
        raise self.output_unavailable(policy=self.name)


def _is_xml(message: Message) -> bool:
    kind = message.content_type
    return kind in ("application/xml", "text/xml") or kind.endswith("+xml")


def _message_xml(message: Message) -> bytes:
    """The body; in UTF-8 where only Content-Type tells its encoding (RFC 7303 §3)."""
    content = message.content
    if message.charset in ("utf-8", "utf8") or content.startswith(b"<?xml"):
        return content
    return message.text.encode()


def _text_xml(text: str) -> bytes:
    """Text in UTF-8, without the declaration of the encoding that it was in."""
    xml = text.lstrip()
    return (xml.partition("?>")[2] if xml.startswith("<?xml") else xml).encode()


def _become_json(message: Message, json: bytes) -> None:
    message.content = json
    message.headers.set("Content-Type", "application/json")


def _json_message(source: Message, json: bytes) -> Message:
    message = source.copy() if isinstance(source, Request | Response) else Message()
    _become_json(message, json)
    return message


def _java_type(value: Value) -> str:
    """What Edge calls the type of a variable that is neither text nor a message."""
    return _JAVA_TYPES.get(type(value), "java.util.ArrayList")

"""ExtractVariables: take values out of a message or a variable, and keep them as flow variables."""

from collections.abc import Callable
from typing import ClassVar, Literal, TypeAlias

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import attribute, child, children
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.expr.jsonpath import parse_json
from gatewright.message import Message, Value, text_of
from gatewright.policies.base import Policy, policy
from gatewright.policies.extract.checks import check_extractions, check_json, check_xml
from gatewright.policies.extract.elements import (
    FormParam,
    Header,
    JSONPayload,
    QueryParam,
    Source,
    TextVariable,
    URIPath,
    XMLPayload,
)
from gatewright.policies.extract.faults import ExtractFaults
from gatewright.policies.extract.json_payload import compile_json
from gatewright.policies.extract.texts import TakeOut, compile_extraction
from gatewright.policies.extract.xml_payload import compile_xml
from gatewright.xml import XmlRefused, parse_message

Take: TypeAlias = Callable[[FlowContext, Value], None]
"""Takes values out of the source, a message or a variable's value."""

_MESSAGES = frozenset({"request", "response", "message", "error"})


@policy(category="Mediation", display="Extract Variables", prefix="extractvariables")
class ExtractVariables(Policy):
    """Take values out of a request, a response or a variable: by pattern, by JSONPath or by XPath.

    A value that is not there leaves its variable as it was. A body is read as JSON or XML when its
    Content-Type says that it is; a variable that holds text is read as it is.
    """

    match: Literal["all", "first"] = attribute(
        default="all", lenient=True, doc="With `first`, stop at the first element that finds something."
    )
    from_source: Source | None = child(
        default=None, xml="Source", doc="What to take values from; `message` by default."
    )
    variable_prefix: str | None = child(
        default=None, doc="What the variables' names begin with, a dot following."
    )
    ignore_unresolved_variables: bool = child(
        default=False, doc="When false, a JSONPath that finds nothing is a fault, as is a missing variable."
    )
    extractions: tuple[URIPath | QueryParam | Header | FormParam | TextVariable, ...] = children(
        default=(), doc="Texts to take values out of by pattern, in this order."
    )
    json_payload: JSONPayload | None = child(default=None, xml="JSONPayload", doc="Values in a JSON body.")
    xml_payload: XMLPayload | None = child(default=None, xml="XMLPayload", doc="Values in an XML body.")

    execution_failed: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.ExecutionFailed",
        500,
        "Failed to execute the ExtractVariables: {policy}",
        "The message's body is empty or is not the JSON or XML that its Content-Type says.",
    )
    source_not_available: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.SourceMessageNotAvailable",
        500,
        "{variable} message is not available for ExtractVariable: {policy}",
        "The variable in Source has no value at this point of the flow.",
    )
    set_variable_failed: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.SetVariableFailed",
        500,
        "Failed to set variable {variable} value {value} from ExtractVariables: {policy}",
        "The value is none that the variable can take, such as a line break in a header field.",
    )
    immutable_variable: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.ImmutableVariable",
        500,
        "Variable {variable} is immutable in ExtractVariables: {policy}",
        "The variable belongs to the platform and can only be read. Choose another name or a prefix.",
    )
    variable_resolution_failed: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.VariableResolutionFailed",
        500,
        "Failed to resolve variable {variable}",
        "A variable that the policy reads has no value and IgnoreUnresolvedVariables is false.",
    )
    unable_to_cast: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.UnableToCast",
        500,
        "Unable to cast value {value} as {type}.",
        "The value found is not of the type that the Variable element says.",
    )
    json_path_parsing_failure: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.JsonPathParsingFailure",
        500,
        "ExtractVariables {policy}: Json path parsing failed for for flow variables {variable}",
        "The variable in Source has no value, or none that is JSON.",
    )
    invalid_json_path: ClassVar[FaultSpec] = fault(
        "steps.extractvariables.InvalidJSONPath",
        500,
        "Invalid JSON path {path} in policy {policy}.",
        "The JSONPath finds nothing in the document and IgnoreUnresolvedVariables is false, "
        "or it is none once its variables are filled in.",
    )

    starter = """\
<ExtractVariables name="$NAME" enabled="true" continueOnError="false">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <Source>request</Source>
    <URIPath>
        <Pattern>/accounts/{id}</Pattern>
    </URIPath>
    <VariablePrefix>example</VariablePrefix>
    <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>
</ExtractVariables>
"""

    def check(self, report: Report) -> None:
        if not self.extractions and self.json_payload is None and self.xml_payload is None:
            report.error(
                f"ExtractVariables {self.name}: at least one of URIPath, QueryParam, Header, FormParam, "
                "XMLPayload, JSONPayload is mandatory",
                self.source,
                rule="NothingToExtract",
            )
        check_extractions(self.name, self.extractions, report)
        if self.json_payload is not None:
            check_json(self.name, self.json_payload, report)
        if self.xml_payload is not None:
            check_xml(self.name, self.xml_payload, report)

    def compile(self, cx: Compiler) -> Execute:
        read = self._reader(cx)
        takes = self._takes(cx)
        clear = self._clear(cx)

        def execute(flow: FlowContext) -> None:
            value = read(flow)
            for take in takes:
                take(flow, value)
            if clear is not None:
                clear(flow, value)

        return execute

    @property
    def _source_name(self) -> str:
        named = None if self.from_source is None else self.from_source.name
        return named or "message"

    @property
    def _faults(self) -> ExtractFaults:
        return ExtractFaults(
            self.name,
            self.execution_failed,
            self.source_not_available,
            self.set_variable_failed,
            self.immutable_variable,
            self.variable_resolution_failed,
            self.unable_to_cast,
            self.json_path_parsing_failure,
            self.invalid_json_path,
        )

    def _reader(self, cx: Compiler) -> Callable[[FlowContext], Value]:
        """The source. Its body is asked for only where something reads it."""
        source, faults = self._source_name, self._faults
        reads_body = self.json_payload is not None or self.xml_payload is not None
        read: Callable[[FlowContext], Value]
        read = cx.message(source, reads_body=reads_body) if source in _MESSAGES else cx.reader(source)
        wants_json = self.json_payload is not None and source not in _MESSAGES

        def value(flow: FlowContext) -> Value:
            found = read(flow)
            if found is None:
                raise faults.unreadable(source) if wants_json else faults.no_source(source)
            return found

        return value

    def _takes(self, cx: Compiler) -> tuple[Take, ...]:
        prefix = f"{self.variable_prefix}." if self.variable_prefix else ""
        ignores, faults = self.ignore_unresolved_variables, self._faults
        extractions = tuple(
            compile_extraction(one, self._source_name, prefix, cx, faults, ignores=ignores)
            for one in self.extractions
        )
        takes: list[Take] = [_by_pattern(extractions, stops=self.match == "first")] if extractions else []
        if self.json_payload is not None:
            takes.append(self._json(self.json_payload, prefix, cx))
        if self.xml_payload is not None:
            takes.append(self._xml(self.xml_payload, prefix, cx))
        return tuple(takes)

    def _json(self, payload: JSONPayload, prefix: str, cx: Compiler) -> Take:
        """A message's body is read when it says it is JSON; a variable's text is taken to be."""
        source, faults = self._source_name, self._faults
        read = compile_json(payload, prefix, cx, faults, ignores=self.ignore_unresolved_variables)

        def take(flow: FlowContext, value: Value) -> None:
            is_message = isinstance(value, Message)
            if isinstance(value, Message) and not is_json(value.content_type):
                return
            try:
                document = parse_json(text_of(value))
            except ValueError:
                raise faults.malformed() if is_message else faults.unreadable(source) from None
            read(flow, document)

        return take

    def _xml(self, payload: XMLPayload, prefix: str, cx: Compiler) -> Take:
        """A message's body is read when it says it is XML; a variable's text is taken to be."""
        faults = self._faults
        read = compile_xml(payload, prefix, cx, faults)

        def take(flow: FlowContext, value: Value) -> None:
            if isinstance(value, Message):
                if not is_xml(value.content_type):
                    return
                data = value.content
            else:
                data = text_of(value).encode("utf-8", "replace")
            try:
                root = parse_message(data)
            except XmlRefused:
                raise faults.malformed() from None
            read(flow, root)

        return take

    def _clear(self, cx: Compiler) -> Take | None:
        if self.from_source is None or not self.from_source.clear_payload:
            return None
        write = cx.writer(self._source_name)

        def clear(flow: FlowContext, value: Value) -> None:
            if isinstance(value, Message):
                value.content = b""
            else:
                write(flow, "")

        return clear


def is_json(content_type: str) -> bool:
    """application/json and the types built on it (RFC 6839)."""
    return content_type == "application/json" or content_type.endswith("+json")


def is_xml(content_type: str) -> bool:
    """text/xml, application/xml and application/*+xml (docs: ExtractVariables, XMLPayload)."""
    return content_type in ("text/xml", "application/xml") or content_type.endswith("+xml")


def _by_pattern(extractions: tuple[TakeOut, ...], *, stops: bool) -> Take:
    def take(flow: FlowContext, value: Value) -> None:
        message = value if isinstance(value, Message) else None
        for take_out in extractions:
            if take_out(flow, message) and stops:
                return

    return take

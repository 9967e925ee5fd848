"""Values out of XML, by XPath 1.0."""

from collections.abc import Callable
from typing import TypeAlias, cast

from lxml import etree

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.policies.extract.casts import CannotCast, cast_text
from gatewright.policies.extract.elements import ValueType, XMLPayload, XmlVariable
from gatewright.policies.extract.faults import ExtractFaults
from gatewright.policies.extract.setting import compile_put
from gatewright.xml import Element

XPathResult: TypeAlias = "str | float | bool | list[Element | str]"
ReadXml: TypeAlias = Callable[[FlowContext, Element], None]
SetFromXml: TypeAlias = Callable[[FlowContext, Element], bool]


def compile_xml(payload: XMLPayload, prefix: str, cx: Compiler, faults: ExtractFaults) -> ReadXml:
    """Sets the variables that find something in the document, or only the first of them."""
    namespaces = {one.prefix: one.uri for one in payload.namespaces if one.prefix and one.uri}
    sets = tuple(_variable(one, namespaces, prefix, cx, faults) for one in payload.variables)
    stops = payload.stop_payload_processing

    def read(flow: FlowContext, root: Element) -> None:
        for one in sets:
            if one(flow, root) and stops:
                return

    return read


def _variable(
    variable: XmlVariable, namespaces: dict[str, str], prefix: str, cx: Compiler, faults: ExtractFaults
) -> SetFromXml:
    compiled = (_xpath(path.strip(), variable, namespaces, cx, faults) for path in variable.paths)
    xpaths = tuple(xpath for xpath in compiled if xpath is not None)
    put = compile_put(prefix + (variable.name or ""), cx, faults)
    wanted = variable.type

    def set_from(flow: FlowContext, root: Element) -> bool:
        for xpath in xpaths:
            text = _evaluate(xpath, root, wanted, faults)
            if text is None:
                continue
            try:
                put(flow, cast_text(text, wanted))
            except CannotCast as problem:
                raise faults.cast(problem.text, wanted) from None
            return True
        return False

    return set_from


def _xpath(
    path: str, variable: XmlVariable, namespaces: dict[str, str], cx: Compiler, faults: ExtractFaults
) -> etree.XPath | None:
    """Tried once on an empty document: lxml finds unknown prefixes and functions only when it evaluates."""
    try:
        xpath = etree.XPath(path, namespaces=namespaces, regexp=False, smart_strings=False)
        result = cast(XPathResult, xpath(etree.Element("none")))
    except etree.XPathError as problem:
        cx.problem(
            f"ExtractVariables {faults.policy}: Failed to compile xpath {path}: {problem}",
            variable.source,
            rule="XPathCompilationFailed",
        )
        return None
    if variable.type == "nodeset" and not isinstance(result, list):
        cx.problem(
            f"ExtractVariables {faults.policy}: Result of xpath {path} cannot be converted to nodeset",
            variable.source,
            rule="CannotBeConvertedToNodeset",
        )
    return xpath


def _evaluate(
    xpath: etree.XPath, root: Element, wanted: ValueType | None, faults: ExtractFaults
) -> str | None:
    try:
        return _text_of(cast(XPathResult, xpath(root)), wanted)
    except etree.XPathError:
        raise faults.malformed() from None


def _text_of(result: XPathResult, wanted: ValueType | None) -> str | None:
    """The result as text, that of the first node in document order; None for no nodes."""
    if isinstance(result, list):
        if not result:
            return None
        return "".join(map(_fragment, result)) if wanted == "nodeset" else _string_value(result[0])
    if isinstance(result, bool):
        return "true" if result else "false"
    if isinstance(result, float):
        return str(int(result)) if result.is_integer() else str(result)
    return result


def _string_value(node: Element | str) -> str:
    """XPath 1.0 §5: all text inside an element; attributes and texts as they are."""
    return node if isinstance(node, str) else str(node.xpath("string()"))


def _fragment(node: Element | str) -> str:
    return node if isinstance(node, str) else etree.tostring(node, encoding="unicode", with_tail=False)

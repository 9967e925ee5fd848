"""The flow variables of the platform, as data, and the look-up from a name to its reader and writer."""

from gatewright.engine.context import FlowContext
from gatewright.engine.variables.call import CALL_VARIABLES
from gatewright.engine.variables.messages import (
    MessageName,
    message_named,
    message_variable,
    split_message_attribute,
)
from gatewright.engine.variables.system import SYSTEM_VARIABLES
from gatewright.engine.variables.targets import TARGET_VARIABLES
from gatewright.engine.variables.tls import TLS_VARIABLES
from gatewright.engine.variables.variable import Segment, Variable
from gatewright.message import Message, Value

PLATFORM_VARIABLES: tuple[Variable, ...] = (
    *CALL_VARIABLES,
    *TLS_VARIABLES,
    *TARGET_VARIABLES,
    *SYSTEM_VARIABLES,
)
"""Every variable with a fixed name. Messages' variables are made by pattern (`messages.py`)."""

_BY_NAME = {variable.name: variable for variable in PLATFORM_VARIABLES}
_PLATFORM_MESSAGES = frozenset(("request", "response", "message", "error"))


def find_variable(name: str, segment: Segment) -> Variable:
    """The variable of that name as a step in that segment sees it; any unknown name is a custom variable."""
    known = _BY_NAME.get(name)
    if known is not None:
        return known
    if name in _PLATFORM_MESSAGES:
        return _whole_message(message_named(name, segment))
    head, _, attribute = name.partition(".")
    if head in _PLATFORM_MESSAGES:
        found = message_variable(message_named(head, segment), attribute)
        return found or _custom(name)
    parts = split_message_attribute(name)
    if parts is not None:
        return _of_named_message(name, *parts, segment)
    return _custom(name)


def _custom(name: str) -> Variable:
    def read(flow: FlowContext) -> Value:
        return flow.variables.get(name)

    def write(flow: FlowContext, value: Value) -> None:
        _write_custom(flow, name, value)

    return Variable(name, "any", "A variable of the proxy's own.", read, write)


def _write_custom(flow: FlowContext, name: str, value: Value) -> None:
    """Null removes the variable."""
    if value is None:
        flow.variables.pop(name, None)
    else:
        flow.variables[name] = value


def _whole_message(message: MessageName) -> Variable:
    def read(flow: FlowContext) -> Value:
        return message.find(flow)

    return Variable(message.name, "Message", f"The {message.name} message.", read, None, message.body)


def _of_named_message(name: str, message: str, attribute: str, segment: Segment) -> Variable:
    """`callout.header.x`: of the message that the variable `callout` holds, else a custom variable."""
    plain = _custom(name)
    found = message_variable(message_named(message, segment), attribute)
    if found is None:
        return plain
    read_attribute, write_attribute = found.read, found.write

    def read(flow: FlowContext) -> Value:
        if isinstance(flow.variables.get(message), Message):
            return read_attribute(flow)
        return flow.variables.get(name)

    def write(flow: FlowContext, value: Value) -> None:
        if not isinstance(flow.variables.get(message), Message):
            _write_custom(flow, name, value)
        elif write_attribute is not None:
            write_attribute(flow, value)

    return Variable(name, found.type, found.doc, read, write)

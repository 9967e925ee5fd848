"""Flow variables: the catalogue, and how a name becomes a reader and a writer at deploy."""

from gatewright.engine.variables.catalogue import PLATFORM_VARIABLES, find_variable
from gatewright.engine.variables.messages import MessageName, message_named
from gatewright.engine.variables.variable import CannotWrite, Reader, Segment, Variable, Writer

__all__ = [
    "PLATFORM_VARIABLES",
    "CannotWrite",
    "MessageName",
    "Reader",
    "Segment",
    "Variable",
    "Writer",
    "find_variable",
    "message_named",
]

"""One flow variable as data: its name, type, documentation, and how it is read and written."""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.engine.context import FlowContext
from gatewright.message import Value

Reader: TypeAlias = Callable[[FlowContext], Value]
Writer: TypeAlias = Callable[[FlowContext, Value], None]


class Segment(enum.Enum):
    """The part of a flow that a step is attached to; it decides what `message` means there."""

    REQUEST = "request"
    RESPONSE = "response"
    FAULT = "fault"
    CLIENT = "client"
    """PostClientFlow: after the answer has gone out."""


class CannotWrite(ValueError):
    """The variable cannot take the value; the text says why."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the platform. `write` None means that writing is ignored, as Edge does.

    `body` names the message whose whole body a reader needs: "request", "response" or None; a writer needs it
    too where it changes a part of the body and keeps the rest.
    """

    name: str
    type: str
    doc: str
    read: Reader
    write: Writer | None = None
    body: str | None = None
    write_keeps_body: bool = False

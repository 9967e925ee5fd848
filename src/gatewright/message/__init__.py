"""HTTP messages as the engine and the policies see them. No I/O."""

from gatewright.message.headers import Field, Headers, InvalidField
from gatewright.message.message import FORM_CONTENT_TYPE, BodyNotBuffered, Message, Request, Response
from gatewright.message.parameters import Parameters, TooManyParameters
from gatewright.message.value import Value, is_surrogate, text_of

__all__ = [
    "FORM_CONTENT_TYPE",
    "BodyNotBuffered",
    "Field",
    "Headers",
    "InvalidField",
    "Message",
    "Parameters",
    "Request",
    "Response",
    "TooManyParameters",
    "Value",
    "is_surrogate",
    "text_of",
]

"""Variables of messages: `request.*`, `response.*`, `message.*`, `error.*` and those of named messages.

docs: Flow variables reference. A header field is read up to its first comma unless `.values.string` or a
number asks for more; dates hold a comma of their own and are read whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.engine.context import FlowContext
from gatewright.engine.variables.variable import CannotWrite, Reader, Segment, Variable, Writer
from gatewright.message import (
    InvalidField,
    Message,
    Parameters,
    Request,
    Response,
    Value,
    is_surrogate,
    text_of,
)

Find: TypeAlias = Callable[[FlowContext], Message | None]

_DATES = frozenset(
    {b"date", b"expires", b"last-modified", b"if-modified-since", b"if-unmodified-since", b"retry-after"}
)


@dataclass(frozen=True, slots=True)
class MessageName:
    """A message that variables can name, how to find it, and whose body it has ("both" when it varies)."""

    name: str
    find: Find
    body: str


def message_named(name: str, segment: Segment) -> MessageName:
    """The platform's messages by name; any other name is a variable that may hold a message."""
    if name == "message":
        return _AMBIENT[segment]
    known = _KNOWN.get(name)
    if known is not None:
        return known

    def find(flow: FlowContext) -> Message | None:
        value = flow.variables.get(name)
        return value if isinstance(value, Message) else None

    return MessageName(name, find, "none")


_KNOWN = {
    "request": MessageName("request", lambda flow: flow.request, "request"),
    "response": MessageName("response", lambda flow: flow.response, "response"),
    "error": MessageName("error", lambda flow: flow.error, "response"),
}
_AMBIENT = {
    Segment.REQUEST: MessageName("message", lambda flow: flow.request, "request"),
    Segment.RESPONSE: MessageName("message", lambda flow: flow.response, "response"),
    Segment.FAULT: MessageName("message", lambda flow: flow.error, "response"),
    Segment.CLIENT: MessageName("message", lambda flow: flow.message, "both"),
}


def message_variable(message: MessageName, attribute: str) -> Variable | None:
    """The variable `<message>.<attribute>`, or None when messages have no such attribute."""
    name = f"{message.name}.{attribute}"
    simple = _SIMPLE.get(attribute)
    if simple is not None:
        return simple(name, message)
    family, _, rest = attribute.partition(".")
    if not rest:
        return None
    if family == "header":
        return _header(name, message, rest)
    if family == "queryparam":
        return _parameter(name, message, rest, _query_of, _query_to_write, None)
    if family == "formparam":
        return _parameter(name, message, rest, _form_of, _form_to_write, message.body)
    return None


def split_message_attribute(name: str) -> tuple[str, str] | None:
    """Split `calloutResponse.header.x` into the message's name and the attribute, where it looks like one."""
    for marker in _MARKERS:
        at = name.find(marker)
        if at > 0 and (marker.endswith(".") or at + len(marker) == len(name)):
            return name[:at], name[at + 1 :]
    return None


_MARKERS = (
    ".header.",
    ".headers.count",
    ".headers.names",
    ".headers.names.string",
    ".queryparam.",
    ".queryparams.count",
    ".queryparams.names",
    ".queryparams.names.string",
    ".formparam.",
    ".formparams.count",
    ".formparams.names",
    ".formparams.names.string",
    ".content",
    ".status.code",
    ".reason.phrase",
    ".verb",
    ".uri",
    ".path",
    ".querystring",
    ".formstring",
    ".version",
)


def _attribute(
    kind: str,
    doc: str,
    read: Callable[[Message], Value],
    write: Callable[[Message, Value], None] | None = None,
    reads_body: bool = False,
) -> Callable[[str, MessageName], Variable]:
    def make(name: str, message: MessageName) -> Variable:
        return Variable(
            name,
            kind,
            doc,
            _on(message.find, read),
            _onto(message.find, write),
            message.body if reads_body else None,
        )

    return make


def _on(find: Find, read: Callable[[Message], Value]) -> Reader:
    def reader(flow: FlowContext) -> Value:
        message = find(flow)
        return None if message is None else read(message)

    return reader


def _onto(find: Find, write: Callable[[Message, Value], None] | None) -> Writer | None:
    if write is None:
        return None

    def writer(flow: FlowContext, value: Value) -> None:
        message = find(flow)
        if message is not None:
            write(message, value)

    return writer


def _write_content(message: Message, value: Value) -> None:
    message.text = text_of(value)


def write_verb(message: Message, value: Value) -> None:
    """Raises CannotWrite unless it looks like an HTTP method."""
    verb = text_of(value)
    if not verb.isascii() or not verb.replace("-", "").replace("_", "").isalnum():
        raise CannotWrite(f"{verb!r} is not an HTTP method")
    if isinstance(message, Request):
        message.verb = verb


def write_status(message: Message, value: Value) -> None:
    """Three digits; Edge lets through codes that no registry knows, such as 911. Raises CannotWrite."""
    text = text_of(value).strip()
    if len(text) != 3 or not text.isascii() or not text.isdigit() or text < "100":
        raise CannotWrite(f"{text!r} is not a status code of three digits")
    if isinstance(message, Response):
        message.status = int(text)


def write_reason(message: Message, value: Value) -> None:
    """Raises CannotWrite on control characters."""
    text = text_of(value)
    if any(character < " " and character != "\t" for character in text):
        raise CannotWrite("a reason phrase must not hold control characters")
    if isinstance(message, Response):
        message.reason = text


def write_path(message: Message, value: Value) -> None:
    """A path, with its query where it has one. Raises CannotWrite on blanks and control characters."""
    path = text_of(value)
    if any(character <= " " or character == "\x7f" or is_surrogate(character) for character in path):
        raise CannotWrite(f"{path!r} is not a path")
    if isinstance(message, Request):
        message.path, _, query = path.partition("?")
        if query:
            message.querystring = query


def _verb(message: Message) -> Value:
    return message.verb if isinstance(message, Request) else None


def _uri(message: Message) -> Value:
    return message.uri if isinstance(message, Request) else None


def _path(message: Message) -> Value:
    return message.path if isinstance(message, Request) else None


def _querystring(message: Message) -> Value:
    return message.querystring if isinstance(message, Request) else None


def _version(message: Message) -> Value:
    return message.version if isinstance(message, Request | Response) else None


def _status(message: Message) -> Value:
    return message.status if isinstance(message, Response) else None


def _reason(message: Message) -> Value:
    return message.reason if isinstance(message, Response) else None


def _query_of(message: Message) -> Parameters | None:
    return message.query if isinstance(message, Request) else None


def _query_to_write(message: Message) -> Parameters | None:
    return _query_of(message)


def _form_of(message: Message) -> Parameters | None:
    return message.form


def _form_to_write(message: Message) -> Parameters | None:
    return message.make_form()


_SIMPLE: dict[str, Callable[[str, MessageName], Variable]] = {
    "content": _attribute("String", "The body as text.", lambda m: m.text, _write_content, reads_body=True),
    "headers.count": _attribute(
        "Integer", "How many header fields there are.", lambda m: len(m.headers.names())
    ),
    "headers.names": _attribute("Collection", "The header fields' names.", lambda m: m.headers.names()),
    "headers.names.string": _attribute(
        "String", "The header fields' names, separated by commas.", lambda m: ",".join(m.headers.names())
    ),
    "verb": _attribute("String", "The HTTP method.", _verb, write_verb),
    "uri": _attribute("String", "Path and query.", _uri),
    "path": _attribute("String", "The path without the query.", _path, write_path),
    "querystring": _attribute("String", "The query without the question mark.", _querystring),
    "queryparams.count": _attribute(
        "Integer",
        "How many query parameters there are.",
        lambda m: len((_query_of(m) or Parameters()).names()),
    ),
    "queryparams.names": _attribute(
        "Collection", "The query parameters' names.", lambda m: (_query_of(m) or Parameters()).names()
    ),
    "queryparams.names.string": _attribute(
        "String",
        "The query parameters' names, separated by commas.",
        lambda m: ",".join((_query_of(m) or Parameters()).names()),
    ),
    "formparams.count": _attribute(
        "Integer", "How many form parameters there are.", lambda m: len(m.form.names()), reads_body=True
    ),
    "formparams.names": _attribute(
        "Collection", "The form parameters' names.", lambda m: m.form.names(), reads_body=True
    ),
    "formparams.names.string": _attribute(
        "String",
        "The form parameters' names, separated by commas.",
        lambda m: ",".join(m.form.names()),
        reads_body=True,
    ),
    "formstring": _attribute(
        "String", "The form parameters as they travel.", lambda m: str(m.form), reads_body=True
    ),
    "version": _attribute("String", "The HTTP version, such as 1.1.", _version),
    "status.code": _attribute("Integer", "The status code.", _status, write_status),
    "reason.phrase": _attribute("String", "The reason phrase.", _reason, write_reason),
}

MESSAGE_ATTRIBUTES: tuple[str, ...] = tuple(_SIMPLE)
"""Every attribute of a message that has a fixed name; fields and parameters come besides."""


def _header(name: str, message: MessageName, rest: str) -> Variable:
    field, selector = _selector(rest)
    read = _header_read(field, selector)
    write = None
    if selector is None:

        def write(target: Message, value: Value) -> None:
            write_header(target, field, value)

    return Variable(
        name, "String", f"The header field {field}.", _on(message.find, read), _onto(message.find, write)
    )


def write_header(message: Message, field: str, value: Value) -> None:
    """Set the field; null removes it. Raises CannotWrite."""
    if value is None:
        message.headers.remove(field)
        return
    try:
        message.headers.set(field, text_of(value))
    except InvalidField as problem:
        raise CannotWrite(str(problem)) from None


def _header_read(field: str, selector: str | int | None) -> Callable[[Message], Value]:
    if selector == "values":
        return lambda message: _all_values(message, field)
    if selector == "values.count":
        return lambda message: len(_all_values(message, field))
    if selector == "values.string":
        return lambda message: ",".join(message.headers.get_all(field)) or None
    if isinstance(selector, int):
        number = selector
        return lambda message: _nth(_all_values(message, field), number)
    lower = field.lower().encode("latin-1", "replace")
    is_date = lower in _DATES

    def first(message: Message) -> Value:
        raw = message.headers.raw(lower)
        if raw is None:
            return None
        if b"," in raw and not is_date:
            raw = raw[: raw.index(b",")].rstrip()
        return raw.decode("latin-1")

    return first


def _all_values(message: Message, field: str) -> list[str]:
    fields = message.headers.get_all(field)
    if field.lower().encode("latin-1", "replace") in _DATES:
        return fields
    return [part.strip() for value in fields for part in value.split(",")]


def _parameter(
    name: str,
    message: MessageName,
    rest: str,
    of: Callable[[Message], Parameters | None],
    to_write: Callable[[Message], Parameters | None],
    body: str | None,
) -> Variable:
    parameter, selector = _selector(rest)

    def read(target: Message) -> Value:
        parameters = of(target)
        if parameters is None:
            return None
        if selector is None:
            return parameters.get(parameter)
        values = parameters.get_all(parameter)
        if selector == "values":
            return values
        if selector == "values.count":
            return len(values)
        if selector == "values.string":
            return ",".join(values) or None
        return _nth(values, int(selector))

    def write(target: Message, value: Value) -> None:
        parameters = to_write(target)
        if parameters is None:
            return
        if value is None:
            parameters.remove(parameter)
        else:
            parameters.set(parameter, text_of(value))

    writer = _onto(message.find, write) if selector is None else None
    return Variable(
        name,
        "String",
        f"The parameter {parameter}.",
        _on(message.find, read),
        writer,
        body,
        write_keeps_body=body is not None,
    )


def _selector(rest: str) -> tuple[str, str | int | None]:
    """Split what follows `header.`: the field's name, and which of its values is meant."""
    for suffix in (".values.count", ".values.string", ".values"):
        if rest.endswith(suffix) and len(rest) > len(suffix):
            return rest[: -len(suffix)], suffix[1:]
    field, _, last = rest.rpartition(".")
    if field and last.isascii() and last.isdigit():
        return field, int(last)
    return rest, None


def _nth(values: list[str], number: int) -> str | None:
    return values[number - 1] if 1 <= number <= len(values) else None

"""Copy and Remove, compiled."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from gatewright.engine.context import FlowContext
from gatewright.message import FORM_CONTENT_TYPE, Message, Request, Response
from gatewright.policies.assign.assembly import Apply, Assembly
from gatewright.policies.assign.elements import Copy, Named, Remove
from gatewright.policies.assign.parts import (
    Part,
    copy_field,
    copy_fields,
    copy_parameter,
    copy_parameters,
    parts_of,
    remove_field,
    remove_parameter,
)

Transfer: TypeAlias = Callable[[Message, Message], None]
"""Takes one part of the first message over into the second."""
Change: TypeAlias = Callable[[Message], None]


def compile_copy(copy: Copy, assembly: Assembly) -> Apply:
    """From one message to the other; where both are the same there is nothing to do."""
    transfers = tuple(_transfers(copy))
    reads_body = copy.payload or copy.form_params is not None or copy.is_whole
    find = _origin(copy.origin or "message", assembly, reads_body=reads_body)

    def apply(flow: FlowContext, target: Message) -> None:
        origin = find(flow)
        if origin is None or origin is target:
            return
        for transfer in transfers:
            transfer(origin, target)

    return apply


def compile_remove(remove: Remove) -> Apply:
    changes = tuple(_removals(remove))

    def apply(flow: FlowContext, target: Message) -> None:
        del flow
        for change in changes:
            change(target)

    return apply


def _origin(name: str, assembly: Assembly, *, reads_body: bool) -> Callable[[FlowContext], Message | None]:
    """Finds the message to copy from. A missing one is a fault, unless unresolved variables are ignored."""
    find = assembly.cx.message(name, reads_body=reads_body)

    def origin(flow: FlowContext) -> Message | None:
        message = find(flow)
        if message is not None:
            return message
        if flow.variables.get(name) is not None:
            raise assembly.not_a_message(name)
        if assembly.ignores_unresolved:
            return None
        raise assembly.unresolved(name)

    return origin


def _transfers(copy: Copy) -> Iterator[Transfer]:
    whole = copy.is_whole
    if copy.verb or whole:
        yield _verb
    if copy.version or whole:
        yield _version
    if copy.path or whole:
        yield _path
    if copy.status_code or whole:
        yield _status_code
    if copy.reason_phrase or whole:
        yield _reason_phrase
    if copy.headers is not None or whole:
        yield _fields(copy.headers or ())
    if copy.query_params is not None or whole:
        yield _query(copy.query_params or ())
    if copy.form_params is not None:
        yield _form(copy.form_params)
    if copy.payload or whole:
        yield _payload


def _verb(origin: Message, target: Message) -> None:
    if isinstance(origin, Request) and isinstance(target, Request):
        target.verb = origin.verb


def _version(origin: Message, target: Message) -> None:
    if isinstance(origin, Request) and isinstance(target, Request):
        target.version = origin.version


def _path(origin: Message, target: Message) -> None:
    if isinstance(origin, Request) and isinstance(target, Request):
        target.path = origin.path


def _status_code(origin: Message, target: Message) -> None:
    if isinstance(origin, Response) and isinstance(target, Response):
        target.status = origin.status


def _reason_phrase(origin: Message, target: Message) -> None:
    if isinstance(origin, Response) and isinstance(target, Response):
        target.reason = origin.reason


def _payload(origin: Message, target: Message) -> None:
    """The body with its Content-Type, which says what it is."""
    target.content = origin.content
    content_type = origin.headers.raw(b"content-type")
    if content_type is None:
        target.headers.remove("Content-Type")
    else:
        target.headers.put((b"Content-Type", content_type))


def _fields(items: tuple[Named, ...]) -> Transfer:
    if not items:
        return lambda origin, target: copy_fields(origin.headers, target.headers)
    parts = parts_of(items)

    def transfer(origin: Message, target: Message) -> None:
        for part in parts:
            copy_field(part, origin.headers, target.headers)

    return transfer


def _query(items: tuple[Named, ...]) -> Transfer:
    parts = parts_of(items)

    def transfer(origin: Message, target: Message) -> None:
        if not (isinstance(origin, Request) and isinstance(target, Request)):
            return
        if not items:
            copy_parameters(origin.query, target.query)
        for part in parts:
            copy_parameter(part, origin.query, target.query)

    return transfer


def _form(items: tuple[Named, ...]) -> Transfer:
    """From a form to a request, which becomes a form by it."""
    parts = parts_of(items)

    def transfer(origin: Message, target: Message) -> None:
        if origin.content_type != FORM_CONTENT_TYPE or not isinstance(target, Request):
            return
        form = target.make_form()
        if not items:
            copy_parameters(origin.form, form)
        for part in parts:
            copy_parameter(part, origin.form, form)

    return transfer


def _removals(remove: Remove) -> Iterator[Change]:
    whole = remove.is_whole
    if remove.headers is not None or whole:
        yield _without_fields(remove.headers or ())
    if remove.query_params is not None or whole:
        yield _without_query(remove.query_params or ())
    if remove.form_params is not None:
        yield _without_form(remove.form_params)
    if remove.payload or whole:
        yield _without_payload


def _without_payload(target: Message) -> None:
    target.content = b""


def _without_fields(items: tuple[Named, ...]) -> Change:
    if not items:
        return lambda target: target.headers.clear()
    parts = parts_of(items)
    whole_fields = frozenset(_lower(part) for part in parts if part.number is None)
    numbered = tuple(part for part in parts if part.number is not None)

    def change(target: Message) -> None:
        for part in numbered:
            remove_field(part, target.headers)
        if whole_fields:
            target.headers.discard(whole_fields)

    return change


def _lower(part: Part) -> bytes:
    return part.name.lower().encode("latin-1", "replace")


def _without_query(items: tuple[Named, ...]) -> Change:
    parts = parts_of(items)

    def change(target: Message) -> None:
        if not isinstance(target, Request):
            return
        if not items:
            target.query.clear()
        for part in parts:
            remove_parameter(part, target.query)

    return change


def _without_form(items: tuple[Named, ...]) -> Change:
    parts = parts_of(items)

    def change(target: Message) -> None:
        if target.content_type != FORM_CONTENT_TYPE:
            return
        if not items:
            target.form.clear()
        for part in parts:
            remove_parameter(part, target.form)

    return change

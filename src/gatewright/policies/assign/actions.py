"""The way in: a list of actions becomes one function on a message."""

from collections.abc import Iterator

from gatewright.engine.context import FlowContext
from gatewright.message import Message
from gatewright.policies.assign.assembly import Apply, Assembly
from gatewright.policies.assign.elements import Action, Add, AssignVariable, Copy, Remove, Set
from gatewright.policies.assign.moving import compile_copy, compile_remove
from gatewright.policies.assign.variable import compile_variable
from gatewright.policies.assign.writing import compile_add, compile_set


def compile_actions(actions: tuple[Action, ...], assembly: Assembly) -> Apply:
    """All of them in their order. What comes back raises the assembly's faults."""
    applies = tuple(apply for action in actions for apply in _compile(action, assembly))
    if len(applies) == 1:
        return applies[0]

    def apply_all(flow: FlowContext, message: Message) -> None:
        for apply in applies:
            apply(flow, message)

    return apply_all


def reads_target_body(actions: tuple[Action, ...]) -> bool:
    """Whether some action looks into the body of the message it works on."""
    return any(not isinstance(action, AssignVariable) and action.form_params for action in actions) or any(
        isinstance(action, Copy | Remove) and action.form_params is not None for action in actions
    )


def sets_payload(actions: tuple[Action, ...]) -> bool:
    """Whether some action gives the message a body."""
    return any(
        (isinstance(action, Set) and action.payload is not None)
        or (isinstance(action, Copy) and (action.payload or action.is_whole))
        for action in actions
    )


def touches_message(actions: tuple[Action, ...]) -> bool:
    """Whether some action needs a message at all."""
    return any(not isinstance(action, AssignVariable) for action in actions)


def _compile(action: Action, assembly: Assembly) -> Iterator[Apply]:
    match action:
        case Copy():
            yield compile_copy(action, assembly)
        case Remove():
            yield compile_remove(action)
        case Add():
            yield from compile_add(action, assembly)
        case Set():
            yield from compile_set(action, assembly)
        case AssignVariable():
            yield compile_variable(action, assembly)

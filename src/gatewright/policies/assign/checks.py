"""What makes actions undeployable, with the words and names of Edge's deployment errors."""

from collections.abc import Iterable, Iterator

from gatewright.bundle.diagnostics import Report
from gatewright.policies.assign.elements import Action, AssignVariable, Copy, Named, Remove
from gatewright.policies.assign.parts import read_part


def check_actions(actions: Iterable[Action], policy_type: str, name: str, report: Report) -> None:
    """Add InvalidIndex and InvalidVariableName. docs: Assign Message deployment error troubleshooting."""
    for action in actions:
        if isinstance(action, Copy | Remove):
            _check_indexes(action, policy_type, name, report)
        elif isinstance(action, AssignVariable) and not action.name:
            report.error(
                f"{policy_type} schema validation failed: invalid variable name - null - in assign variable",
                action.source,
                rule="InvalidVariableName",
            )


def _check_indexes(action: Copy | Remove, policy_type: str, name: str, report: Report) -> None:
    for item in _items(action):
        number = read_part(item.name).number
        if number is not None and number < 1:
            report.error(
                f"{policy_type}[{name}]: index must be greater than zero in {item.name}",
                item.source,
                rule="InvalidIndex",
            )


def _items(action: Copy | Remove) -> Iterator[Named]:
    for items in (action.headers, action.query_params, action.form_params):
        yield from items or ()

"""The plainest context that expressions can be compiled for: a dictionary of variables."""

from collections.abc import Mapping
from typing import TypeAlias

from gatewright.expr import Reader
from gatewright.message import Value

Variables: TypeAlias = Mapping[str, Value]


def variable(name: str) -> Reader[Variables]:
    """Reads the variable; None when it is not there."""
    return lambda variables: variables.get(name)

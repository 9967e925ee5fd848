"""What may be a name, and other limits on what operators write."""

import re

from gatewright.operations.errors import InvalidField

_NAME = re.compile(r"[A-Za-z0-9._\-$ %]{1,255}")
_NAME_RULE = "letters, digits, spaces and . _ - $ % only, at most 255"


def check_name(field: str, name: str) -> None:
    """Names of proxies, products, apps… Raises InvalidField."""
    if not _NAME.fullmatch(name) or name != name.strip() or name in {".", ".."}:
        raise InvalidField(field=field, problem=f"{name!r} is not a name: {_NAME_RULE}")


def check_given(**fields: str) -> None:
    """Fields that must not be empty. Raises InvalidField for the first that is."""
    for field, value in fields.items():
        if not value.strip():
            raise InvalidField(field=field, problem="is required")

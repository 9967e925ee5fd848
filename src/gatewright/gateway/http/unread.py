"""Header fields that nobody has looked into yet: most are passed on as they came.

The regular expression here accepts only what cannot be misread: one space after the colon, a value, nothing
that decides about framing or belongs to one connection. All else takes the longer way through fields.py.
"""

from collections.abc import Iterable

from gatewright.gateway.http.fields import TOKEN, read_fields
from gatewright.message import Field, Headers

# Listed by first letter, which rules most lines out at once.
_SPECIAL = (
    rb"[CcEeHhKkPpTtUuXx](?i:onnection|ontent-length|xpect|ost|ttp2-settings|eep-alive|roxy-connection|e|railer"
    rb"|ransfer-encoding|pgrade|-apigee-[^:]*):"
)

PLAIN_LINES = (
    rb"((?:(?!" + _SPECIAL + rb")" + TOKEN + rb": [\x21-\x7e\x80-\xff][\t\x20-\x7e\x80-\xff]*+\r\n)*+)"
)
"""A pattern with one group: any number of field lines that mean nothing to the connection."""


class UnreadFields(Headers):
    """Valid fields, not yet taken apart.

    `relayed` holds the lines to pass on and `added` the fields appended since, until the fields are taken
    apart: from then on `relayed` is None, because they may have been changed. Reading a field by its name and
    adding one that is not there yet do not take them apart.
    """

    __slots__ = ("_block", "_lower", "added", "relayed")

    def __init__(self, block: bytes, relayed: bytes) -> None:
        """`block`: every line, with the line feed before the first; `relayed`: those to pass on."""
        self._block = block
        self._lower: bytes | None = None
        self.relayed: bytes | None = relayed
        self.added: list[Field] = []
        self._index = None

    def __getattr__(self, name: str) -> object:
        # Reached only while the slot is empty, that is once.
        if name != "_items":
            raise AttributeError(name)
        self.relayed = None
        self._items = read_fields(self._block, 1) + self.added
        return self._items

    def raw(self, lower_name: bytes) -> bytes | None:
        if self.relayed is None:
            return super().raw(lower_name)
        at = self._find(lower_name)
        if at >= 0:
            return self._block[at : self._block.index(b"\r", at)]
        for name, value in self.added:
            if name.lower() == lower_name:
                return value
        return None

    def has_line(self, start: bytes) -> bool:
        """Whether a line begins so, to the letter, and will go out so. Cheap; False settles nothing."""
        return self.relayed is not None and b"\n" + start in self._block

    def has_prefix(self, lower_prefix: bytes) -> bool:
        if self.relayed is None:
            return super().has_prefix(lower_prefix)
        if self._lower is None:
            self._lower = self._block.lower()
        return b"\n" + lower_prefix in self._lower or any(
            name.lower().startswith(lower_prefix) for name, _ in self.added
        )

    def append(self, field: Field) -> None:
        if self.relayed is None or field[0].lower() == b"connection":  # that one speaks of the others
            super().append(field)
        else:
            self.added.append(field)

    def extend(self, fields: Iterable[Field]) -> None:
        """The fields must not be `Connection`."""
        if self.relayed is None:
            super().extend(fields)
        else:
            self.added.extend(fields)

    def put(self, field: Field) -> None:
        if self.relayed is not None and self.raw(field[0].lower()) is None:
            self.append(field)
        else:
            super().put(field)

    def discard(self, lower_names: frozenset[bytes]) -> None:
        if self.relayed is None or any(self.raw(name) is not None for name in lower_names):
            super().discard(lower_names)

    def clear(self) -> None:
        self.relayed = None
        super().clear()

    def _find(self, lower_name: bytes) -> int:
        """Where the value of the first field of that name begins in the block, or -1."""
        if self._lower is None:
            self._lower = self._block.lower()
        at = self._lower.find(b"\n" + lower_name + b": ")
        return at if at < 0 else at + len(lower_name) + 3


def has_padding(head: bytes) -> bool:
    """Whether white space ends a line: it would be no part of the value (RFC 9112 §5.1)."""
    return b" \r\n" in head or b"\t\r\n" in head

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

    `relayed` holds the lines to pass on, until the fields are taken apart: from then on it is None, because
    they may have been changed. Reading a single field by its name does not take them apart.
    """

    __slots__ = ("_block", "_lower", "relayed")

    def __init__(self, block: bytes, relayed: bytes) -> None:
        """`block`: every line, with the line feed before the first; `relayed`: those to pass on."""
        self._block = block
        self._lower: bytes | None = None
        self.relayed: bytes | None = relayed
        self._index = None

    def __getattr__(self, name: str) -> object:
        # Reached only while the slot is empty, that is once.
        if name != "_items":
            raise AttributeError(name)
        self.relayed = None
        self._items = read_fields(self._block, 1)
        return self._items

    def raw(self, lower_name: bytes) -> bytes | None:
        if self.relayed is None:
            return super().raw(lower_name)
        if self._lower is None:
            self._lower = self._block.lower()
        at = self._lower.find(b"\n" + lower_name + b": ")
        if at < 0:
            return None
        begin = at + len(lower_name) + 3
        return self._block[begin : self._block.index(b"\r", begin)]

    def extend(self, fields: Iterable[Field]) -> None:
        if self.relayed is None:
            super().extend(fields)
            return
        lines = b"".join([b"%b: %b\r\n" % field for field in fields])
        self._block += lines
        self._lower = None
        self.relayed += lines


def has_padding(head: bytes) -> bool:
    """Whether white space ends a line: it would be no part of the value (RFC 9112 §5.1)."""
    return b" \r\n" in head or b"\t\r\n" in head

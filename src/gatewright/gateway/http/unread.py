"""Header fields that nobody has looked into yet: most are passed on as they came.

The regular expression here accepts only what cannot be misread: one space after the colon, a value, nothing
that decides about framing or belongs to one connection. All else takes the longer way through fields.py.
"""

from collections.abc import Iterable, Mapping

from gatewright.gateway.http.fields import HOP_BY_HOP, TOKEN, read_fields
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

NOT_RELAYED = HOP_BY_HOP | {b"host", b"content-length", b"expect"}
"""Names whose fields do not pass, or not as they are: a message that gets one has its fields taken apart."""

_NAMES_REMEMBERED = 32
_NOTHING: Mapping[bytes, Field] = {}


class FieldBlock:
    """The field lines of one head as they arrived: valid, not taken apart, and never changed.

    So messages may share it: who sends a second request on a connection mostly sends the same fields again.
    `relayed` holds the lines to pass on.
    """

    __slots__ = ("_found", "_lower", "claims_forwarding", "has_date", "lines", "relayed")

    def __init__(self, lines: bytes, relayed: bytes) -> None:
        """`lines`: every line, with the line feed before the first."""
        self.lines = lines
        self.relayed = relayed
        self._lower = lower = lines.lower()
        self._found: dict[bytes, bytes | None] = {}
        self.has_date = b"\nDate: " in lines
        """Whether the field is there, spelled so: False settles nothing."""
        self.claims_forwarding = b"\nx-forwarded-" in lower

    def find(self, lower_name: bytes) -> bytes | None:
        """The first field's value by lower-cased name."""
        try:
            return self._found[lower_name]
        except KeyError:
            pass
        at = self._lower.find(b"\n" + lower_name + b": ")
        start = at + len(lower_name) + 3
        value = None if at < 0 else self.lines[start : self.lines.index(b"\r", start)]
        if len(self._found) < _NAMES_REMEMBERED:
            self._found[lower_name] = value
        return value

    def has_prefix(self, lower_prefix: bytes) -> bool:
        return b"\n" + lower_prefix in self._lower

    def fields(self) -> list[Field]:
        return read_fields(self.lines, 1)


class UnreadFields(Headers):
    """The fields of one message, not yet taken apart.

    `relayed` holds the lines to pass on, `added` the fields appended since, by lower-cased name, and `tail`
    their lines, until the fields are taken apart: from then on `relayed` is None, because they may have been
    changed. Reading a field by its name and adding one that is not there yet do not take them apart.
    """

    __slots__ = ("added", "block", "relayed", "tail")

    def __init__(self, block: FieldBlock) -> None:
        self.block = block
        self.relayed: bytes | None = block.relayed
        self.added: Mapping[bytes, Field] = _NOTHING  # never changed: messages share it
        self.tail = b""
        self._index = None

    def __getattr__(self, name: str) -> object:
        # Reached only while the slot is empty, that is once.
        if name != "_items":
            raise AttributeError(name)
        self.relayed = None
        self._items = [*self.block.fields(), *self.added.values()]
        return self._items

    def raw(self, lower_name: bytes) -> bytes | None:
        if self.relayed is None:
            return Headers.raw(self, lower_name)
        value = self.block.find(lower_name)
        if value is None and lower_name in self.added:
            return self.added[lower_name][1]
        return value

    def has_prefix(self, lower_prefix: bytes) -> bool:
        if self.relayed is None:
            return Headers.has_prefix(self, lower_prefix)
        return self.block.has_prefix(lower_prefix) or any(
            name.startswith(lower_prefix) for name in self.added
        )

    def append(self, field: Field) -> None:
        lower = field[0].lower()
        if self.relayed is None or lower in self.added or lower in NOT_RELAYED:
            Headers.append(self, field)
        else:
            self._add(lower, field)

    def extend(self, fields: Iterable[Field]) -> None:
        for field in fields:
            self.append(field)

    def begin_with(self, fields: Mapping[bytes, Field], lines: bytes) -> None:
        """`extend` as the first change, with all at hand: the fields by lower-cased name, none of them of
        `NOT_RELAYED`, and their lines.
        """
        self.added = fields
        self.tail = lines

    def put(self, field: Field) -> None:
        lower = field[0].lower()
        if self.relayed is None or lower in NOT_RELAYED or self.raw(lower) is not None:
            Headers.put(self, field)
        else:
            self._add(lower, field)

    def discard(self, lower_names: frozenset[bytes]) -> None:
        if self.relayed is None or any(self.raw(name) is not None for name in lower_names):
            Headers.discard(self, lower_names)

    def _add(self, lower_name: bytes, field: Field) -> None:
        self.added = {**self.added, lower_name: field}
        self.tail += b"%b: %b\r\n" % field

    def clear(self) -> None:
        self.relayed = None
        Headers.clear(self)


def has_padding(head: bytes) -> bool:
    """Whether white space ends a line: it would be no part of the value (RFC 9112 §5.1)."""
    return b" \r\n" in head or b"\t\r\n" in head

"""Header fields of one message: ordered, case kept, several fields of one name allowed (RFC 9110 §5)."""

from collections.abc import Iterable, Iterator

Field = tuple[bytes, bytes]

_FORBIDDEN = frozenset("\r\n\0")
_TOKEN = frozenset(b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class InvalidField(ValueError):
    """A field name or value that must not reach the wire (RFC 9110 §5.1, §5.5)."""


class Headers:
    """The fields as they arrived, looked up without regard to case.

    Names and values are kept as bytes; the text side of the API is ISO-8859-1, which loses nothing.
    Mutable: a message's owner and the policies that write to it change it in place.
    """

    __slots__ = ("_index", "_items")

    def __init__(self, items: Iterable[Field] = ()) -> None:
        self._items: list[Field] = list(items)
        self._index: dict[bytes, list[int]] | None = None

    def __iter__(self) -> Iterator[Field]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: str) -> bool:
        return name.lower().encode("latin-1", "replace") in self._positions()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._items == other._items

    __hash__ = None  # type: ignore[assignment]  # mutable

    def __repr__(self) -> str:
        return f"Headers({self._items!r})"

    def copy(self) -> "Headers":
        return Headers(self._items)

    def get(self, name: str) -> str | None:
        """The first field's whole value, or None when there is no such field."""
        found = self.raw(name.lower().encode("latin-1", "replace"))
        return None if found is None else found.decode("latin-1")

    def get_all(self, name: str) -> list[str]:
        """The values of every field of that name, in order."""
        at = self._positions().get(name.lower().encode("latin-1", "replace"), ())
        return [self._items[i][1].decode("latin-1") for i in at]

    def raw(self, lower_name: bytes) -> bytes | None:
        """The first field's value by lower-cased name: the cheap look-up for readers compiled at deploy."""
        at = self._positions().get(lower_name)
        return None if at is None else self._items[at[0]][1]

    def has_prefix(self, lower_prefix: bytes) -> bool:
        """Whether any field's lower-cased name begins so."""
        return any(name.startswith(lower_prefix) for name in self._positions())

    def names(self) -> list[str]:
        """Each distinct name once, spelled as it first occurred."""
        return [self._items[at[0]][0].decode("latin-1") for at in self._positions().values()]

    def add(self, name: str, value: str) -> None:
        """Append one field. Raises InvalidField."""
        self.append((field_name(name), field_value(value)))

    def append(self, field: Field) -> None:
        """Append a field that is known to be valid: one of a message, or made at deploy."""
        self._items.append(field)
        self._index = None

    def extend(self, fields: Iterable[Field]) -> None:
        """Append fields that are known to be valid."""
        self._items.extend(fields)
        self._index = None

    def set(self, name: str, value: str) -> None:
        """Replace every field of that name by one, in the first one's place. Raises InvalidField."""
        self.put((field_name(name), field_value(value)))

    def put(self, field: Field) -> None:
        """`set` for a field that is known to be valid."""
        lower = field[0].lower()
        positions = self._positions()
        at = positions.get(lower)
        if at is None:
            positions[lower] = [len(self._items)]
            self._items.append(field)
            return
        self._items[at[0]] = field
        if len(at) > 1:
            for i in reversed(at[1:]):
                del self._items[i]
            self._index = None

    def remove(self, name: str) -> None:
        """Drop every field of that name; none is fine."""
        self.discard(frozenset((name.lower().encode("latin-1", "replace"),)))

    def remove_nth(self, name: str, number: int) -> None:
        """Drop the number-th (from 1) field of that name; none is fine."""
        at = self._positions().get(name.lower().encode("latin-1", "replace"), [])
        if 1 <= number <= len(at):
            del self._items[at[number - 1]]
            self._index = None

    def discard(self, lower_names: frozenset[bytes]) -> None:
        """Drop every field whose lower-cased name is in the set."""
        self._items = [item for item in self._items if item[0].lower() not in lower_names]
        self._index = None

    def clear(self) -> None:
        self._items = []
        self._index = None

    def _positions(self) -> dict[bytes, list[int]]:
        index = self._index
        if index is None:
            index = {}
            for i, (name, _) in enumerate(self._items):
                index.setdefault(name.lower(), []).append(i)
            self._index = index
        return index


def field_name(name: str) -> bytes:
    """The name as bytes. Raises InvalidField unless it is a token (RFC 9110 §5.6.2)."""
    try:
        encoded = name.encode("ascii")
    except UnicodeEncodeError:
        raise InvalidField(f"not a header name: {name!r}") from None
    if not encoded or not _TOKEN.issuperset(encoded):
        raise InvalidField(f"not a header name: {name!r}")
    return encoded


def field_value(value: str) -> bytes:
    """The value as bytes. Raises InvalidField on CR, LF or NUL, which would split the message."""
    if not value.isprintable() and not _FORBIDDEN.isdisjoint(value):  # the first is quicker, and mostly True
        raise InvalidField("a header value must not hold CR, LF or NUL")
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")

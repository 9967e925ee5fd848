"""Query and form parameters: ordered, several values of one name, application/x-www-form-urlencoded."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote_plus, unquote_plus


class TooManyParameters(ValueError):
    """More parameters than a request may reasonably carry."""


class Parameters:
    """Decoded name and value pairs in order. Mutable; `changed` tells whether it must be written back."""

    __slots__ = ("_items", "changed")

    LIMIT = 5_000

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items = list(items)
        self.changed = False

    @classmethod
    def parse(cls, text: str) -> "Parameters":
        """Read `a=1&b=2`. A name without `=` has the empty value. Raises TooManyParameters."""
        if not text:
            return cls()
        if text.count("&") >= cls.LIMIT:
            raise TooManyParameters(f"more than {cls.LIMIT} parameters")
        pairs = (part.partition("=") for part in text.split("&") if part)
        return cls((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self._items)

    def __str__(self) -> str:
        return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self._items)

    def copy(self) -> "Parameters":
        return Parameters(self._items)

    def get(self, name: str) -> str | None:
        """The first value, or None."""
        for key, value in self._items:
            if key == name:
                return value
        return None

    def get_all(self, name: str) -> list[str]:
        return [value for key, value in self._items if key == name]

    def names(self) -> list[str]:
        """Each distinct name once, in order of first occurrence."""
        return list(dict.fromkeys(name for name, _ in self._items))

    def add(self, name: str, value: str) -> None:
        self._items.append((name, value))
        self.changed = True

    def set(self, name: str, value: str) -> None:
        """Replace every value of that name by one, in the first one's place."""
        for i, (key, _) in enumerate(self._items):
            if key == name:
                rest = [item for item in self._items[i + 1 :] if item[0] != name]
                self._items = [*self._items[:i], (name, value), *rest]
                break
        else:
            self._items.append((name, value))
        self.changed = True

    def remove(self, name: str) -> None:
        self._items = [item for item in self._items if item[0] != name]
        self.changed = True

    def remove_nth(self, name: str, number: int) -> None:
        """Drop the number-th (from 1) value of that name; none is fine."""
        at = [i for i, (key, _) in enumerate(self._items) if key == name]
        if 1 <= number <= len(at):
            del self._items[at[number - 1]]
            self.changed = True

    def clear(self) -> None:
        self._items = []
        self.changed = True


def _quoted(text: str) -> str:
    return quote_plus(text, errors="replace")

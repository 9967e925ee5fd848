"""The house keeps its shape: who may import whom, what may be used where, each with its reason.

docs/develop/architecture.md explains the rooms. Ruff refuses `print`, blind excepts and weak randomness.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "gatewright"

# What a room may import of the others: a room, or one module of it. Its own modules are always allowed.
ROOMS: dict[str, set[str]] = {
    "config": set(),
    "logs": set(),
    "entities": set(),
    "message": set(),
    "xml": set(),
    "expr": {"message", "xml"},
    "bundle": {"xml", "expr"},
    "engine": {"bundle", "expr", "message", "entities"},
    "policies": {"engine", "bundle", "expr", "message", "xml", "entities"},
    "services": {"engine.ports", "store", "entities", "message"},
    "store": {"entities"},
    "samples": {"entities", "message", "xml"},
    "operations": {"store", "bundle", "engine", "policies", "entities", "samples"},
    "management": {
        "operations", "entities", "policies", "bundle", "xml", "config",
        # The handles that it passes to operations, and the news that a login may have changed.
        "store.Store", "store.Passwords", "store.StoreUnavailable", "store.Follower",
    },
    "gateway": {
        "engine", "policies", "services", "store", "bundle", "message", "entities", "samples", "config",
        "operations", "management", "logs",
    },
    "lint": {"bundle", "engine", "policies", "expr", "xml"},
    "cli": {"config", "bundle", "engine", "policies", "lint", "gateway"},
}  # fmt: skip

# Packages of others, per room. A room that is not listed uses the standard library alone.
LIBRARIES: dict[str, set[str]] = {
    "entities": {"msgspec"},
    "xml": {"lxml"},
    "expr": {"lxml", "re2", "regex"},
    "bundle": {"lxml"},
    "policies": {"lxml", "msgspec", "re2", "regex"},
    "services": {"sqlalchemy", "cryptography"},
    "store": {"sqlalchemy", "alembic", "cryptography", "argon2", "msgspec"},
    "operations": {"msgspec"},
    "samples": {"lxml", "starlette"},
    "management": {"starlette", "uvicorn", "msgspec", "lxml"},
    "gateway": {"uvloop", "httptools", "cryptography", "msgspec", "uvicorn", "starlette"},
    "cli": {"click"},
}

# The rooms that a test can run without a network, a disk or a moving clock, and what would end that.
PURE_ROOMS = ("message", "entities", "expr", "bundle", "engine", "policies")
OUTSIDE = {
    "asyncio", "http", "multiprocessing", "secrets", "select", "signal", "socket", "sqlite3", "ssl",
    "subprocess", "threading", "time", "urllib.request",
}  # fmt: skip


@dataclass(frozen=True)
class Ban:
    """Names that only the listed files may use; one that starts with a dot is an attribute of anything."""

    names: tuple[str, ...]
    allowed: tuple[str, ...]
    reason: str


BANS = (
    Ban(
        (
            "lxml.etree.fromstring", "lxml.etree.fromstringlist", "lxml.etree.XML", "lxml.etree.XMLID",
            "lxml.etree.parse", "lxml.etree.iterparse", "lxml.etree.HTML", "lxml.etree.XMLParser",
            "lxml.etree.XMLPullParser", "lxml.objectify",
        ),
        ("xml.py",),
        "parse with gatewright.xml: lxml's own parsers follow entities and have no limits",
    ),
    Ban(
        ("asyncio.create_task", "asyncio.ensure_future", ".create_task"),
        ("gateway/tasks.py",),
        "asyncio holds tasks weakly and swallows what they raise: start them where neither happens",
    ),
    Ban(
        (
            "time.time", "time.time_ns", "datetime.datetime.now", "datetime.datetime.utcnow",
            "datetime.datetime.today", "datetime.date.today",
        ),
        ("services/clock.py", "store/clock.py"),
        "ask the Clock that is passed in, so that a test can hold time still",
    ),
    Ban(
        ("xml.etree", "xml.dom", "xml.sax.parse", "xml.sax.parseString", "xml.sax.make_parser"),
        (),
        "parse with gatewright.xml: the standard parsers expand entities",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Use:
    """A dotted name used in a file, at a line."""

    name: str
    line: int


def sources() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def room_of(path: Path) -> str:
    return relative(path).split("/")[0].removesuffix(".py")


def imports(tree: ast.AST, package: str = "") -> Iterator[Use]:
    """Every module imported, wherever the statement stands; `from a import b` gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Use(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{package}: line {node.lineno}: imports are absolute"
            yield from (Use(f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def uses(tree: ast.AST) -> Iterator[Use]:
    """Every name used, written out through the file's imports; each attribute once more as `.name`."""
    names = _imported_names(tree)
    yield from imports(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield Use(f".{node.attr}", node.lineno)
        if isinstance(node, ast.Attribute | ast.Name) and (name := _dotted(node, names)):
            yield Use(name, node.lineno)


def _imported_names(tree: ast.AST) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value, names)):
        return f"{owner}.{node.attr}"
    return ""


def is_within(name: str, parent: str) -> bool:
    return name == parent or name.startswith(parent + ".")


def foreign_rooms(path: Path, tree: ast.AST) -> Iterator[Use]:
    """What the file imports of other rooms, as room or room.module…"""
    for use in imports(tree, relative(path)):
        if is_within(use.name, "gatewright") and use.name not in {"gatewright", "gatewright.__version__"}:
            name = use.name.removeprefix("gatewright.")
            if name.split(".")[0] != room_of(path):
                yield Use(name, use.line)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_every_room_is_in_the_table() -> None:
    rooms = {room_of(path) for path in sources()} - {"__init__"}
    assert rooms <= set(ROOMS), "add the new room and what it may import"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    wrong = [
        f"{relative(path)}:{use.line} imports {use.name}"
        for path in sources()
        if room_of(path) == room
        for use in foreign_rooms(path, tree_of(path))
        if not any(is_within(use.name, allowed) for allowed in ROOMS[room])
    ]
    assert not wrong, f"{room} may import {sorted(ROOMS[room])}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_the_libraries_it_may(room: str) -> None:
    allowed = LIBRARIES.get(room, set()) | {"gatewright"} | set(sys.stdlib_module_names)
    wrong = [
        f"{relative(path)}:{use.line} imports {use.name}"
        for path in sources()
        if room_of(path) == room
        for use in imports(tree_of(path))
        if use.name.split(".")[0] not in allowed
    ]
    assert not wrong, f"{room} may use {sorted(LIBRARIES.get(room, set()))}"


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_reaches_nothing_outside(room: str) -> None:
    wrong = [
        f"{relative(path)}:{use.line} imports {use.name}"
        for path in sources()
        if room_of(path) == room
        for use in imports(tree_of(path))
        if any(is_within(use.name, outside) for outside in OUTSIDE)
    ]
    assert not wrong, "what lies outside comes in through engine.ports"


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.names[0])
def test_a_banned_name_is_used_only_where_allowed(ban: Ban) -> None:
    wrong = [
        f"{relative(path)}:{use.line} uses {use.name}"
        for path in sources()
        if not relative(path).startswith(ban.allowed)
        for use in uses(tree_of(path))
        if any(is_within(use.name, name) for name in ban.names)
    ]
    assert not wrong, ban.reason


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import time\ntime.time()", "time.time"),
        ("import time as t\nclock = t.time", "time.time"),
        ("from time import time as now\nnow()", "time.time"),
        ("from lxml import etree\netree.fromstring(b'')", "lxml.etree.fromstring"),
        ("import lxml.etree\nlxml.etree.fromstring(b'')", "lxml.etree.fromstring"),
        ("def late():\n    from datetime import datetime\n    datetime.now()", "datetime.datetime.now"),
        ("loop.create_task(work())", ".create_task"),
    ],
)
def test_a_use_is_seen_under_any_name(source: str, name: str) -> None:
    assert name in {use.name for use in uses(ast.parse(source))}

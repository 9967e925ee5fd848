"""Read the settings: a flag wins over a variable, a variable over gatewright.toml, the file over the default.

The whole value wins: a list is never merged with the list of another source.
"""

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from gatewright.config.kinds import Kind
from gatewright.config.settings import PREFIX, Definition, Settings, definitions

FILE_SUFFIX = "_FILE"
DEFAULT_FILE = Path("gatewright.toml")
# Variables that the command line reads and a server does not; a server must not refuse them.
COMMAND_LINE_VARIABLES = frozenset({"GATEWRIGHT_CONFIG", "GATEWRIGHT_SERVER", "GATEWRIGHT_ORG"})


class SettingsError(Exception):
    """The settings cannot be used; `problems` has one line each, naming the flag, variable or key."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _Given(NamedTuple):
    source: str
    texts: tuple[str, ...]


def load(
    flags: Mapping[str, tuple[str, ...]], environ: Mapping[str, str], file: Path | None = None
) -> Settings:
    """The settings from all sources; `flags` maps names to texts; a `file` that is named must exist.

    Raises SettingsError with every problem found.
    """
    problems: list[str] = []
    given = _from_file(file, problems) | _from_environ(environ, problems) | _from_flags(flags)
    values: dict[str, Any] = {}
    for definition in definitions():
        if definition.name in given:
            source, texts = given[definition.name]
            try:
                values[definition.name] = definition.kind.read(texts)
            except ValueError as error:
                problems.append(f"{source}: {error}")
    if problems:
        raise SettingsError(problems)
    settings = Settings(**values)
    _check_ports(settings)
    return settings


def _check_ports(settings: Settings) -> None:
    taken: dict[int, str] = {}
    for name in ("management_port", "http_port", "https_port"):
        port: int = getattr(settings, name)
        if port in taken:
            raise SettingsError(
                [f"{name} and {taken[port]} are both {port}: each listener needs a port of its own"]
            )
        taken[port] = name


def _from_flags(flags: Mapping[str, tuple[str, ...]]) -> dict[str, _Given]:
    by_name = {definition.name: definition for definition in definitions()}
    return {name: _Given(str(by_name[name].flag), texts) for name, texts in flags.items()}


def _from_environ(environ: Mapping[str, str], problems: list[str]) -> dict[str, _Given]:
    known = _variables()
    given: dict[str, _Given] = {}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable in COMMAND_LINE_VARIABLES:
            continue
        definition = known.get(variable)
        if definition is None:
            problems.append(f"{variable}: no such setting{_did_you_mean(variable, known, PREFIX)}")
        elif definition.name in given:
            problems.append(f"{variable}: {given[definition.name].source} is set as well; set one of them")
        elif variable != definition.variable:
            _read_secret_file(variable, text, definition.name, given, problems)
        else:
            texts = tuple(text.replace(",", " ").split()) if definition.kind.repeatable else (text,)
            given[definition.name] = _Given(variable, texts)
    return given


def _variables() -> dict[str, Definition]:
    known = {definition.variable: definition for definition in definitions()}
    return known | {d.variable + FILE_SUFFIX: d for d in definitions() if d.is_secret}


def _read_secret_file(
    variable: str, path: str, name: str, given: dict[str, _Given], problems: list[str]
) -> None:
    try:
        secret = Path(path).read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{variable}: cannot read the file it names: {error}")
    else:
        given[name] = _Given(f"{variable} ({path})", (secret,))


def _from_file(file: Path | None, problems: list[str]) -> dict[str, _Given]:
    if file is None and not DEFAULT_FILE.is_file():
        return {}
    path = file or DEFAULT_FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
        return {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{path}: not TOML: {error}")
        return {}
    known = {definition.name: definition for definition in definitions()}
    given: dict[str, _Given] = {}
    for key, value in table.items():
        if key not in known:
            problems.append(f"{path}: {key}: no such setting{_did_you_mean(key, known)}")
        elif (texts := _toml_texts(known[key].kind, value)) is None:
            problems.append(f"{path}: {key}: must be {_TOML_WORDS[known[key].kind.toml]}")
        else:
            given[key] = _Given(f"{path}: {key}", texts)
    return given


_TOML_WORDS = {str: "a string", int: "a whole number", bool: "true or false", list: "an array of strings"}


def _toml_texts(kind: Kind[object], value: object) -> tuple[str, ...] | None:
    if type(value) is not kind.toml:
        return None
    if isinstance(value, list):
        return tuple(value) if all(isinstance(item, str) for item in value) else None
    return (str(value),)


def _did_you_mean(name: str, known: Iterable[str], prefix: str = "") -> str:
    bare = sorted(other.removeprefix(prefix) for other in known)
    close = get_close_matches(name.removeprefix(prefix), bare, n=1)
    return f"; did you mean {prefix}{close[0]}?" if close else "; docs/reference/settings.md lists them"

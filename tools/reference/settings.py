"""docs/reference/settings.md: every setting of a server."""

from tools.reference.markdown import code, page

from gatewright.config.load import DEFAULT_FILE, FILE_SUFFIX
from gatewright.config.settings import Definition, definitions

_INTRODUCTION = f"""\
A server reads its settings once, when it starts. A flag of `gatewright serve` wins over a variable, a
variable over the file `{DEFAULT_FILE}` (in the current folder, or named by `--config` or
`GATEWRIGHT_CONFIG`), the file over the default. The whole value wins: a list is never merged with the list
of another source.

A key, flag or variable that does not exist is refused, with the nearest one that does. In the file a list
is an array of strings; in a variable its items stand with spaces or commas between them. A secret has no
flag, because a process list would show it; `…{FILE_SUFFIX}` names a file that holds it instead."""

_EXAMPLE = """\
```toml
# gatewright.toml
data = "/var/lib/gatewright"
host = "0.0.0.0"
workers = 4
resolve = ["api.partner.example=http://127.0.0.1:9200"]
trusted_proxies = ["10.0.0.0/8"]
```"""


def settings_page() -> str:
    return page("Settings", _INTRODUCTION, _EXAMPLE, *map(_section, definitions()))


def _section(definition: Definition) -> str:
    names = [code(_flag(definition)), code(definition.variable)]
    if definition.is_secret:
        names.append(code(definition.variable + FILE_SUFFIX))
    names.append(f"key {code(definition.name)}")
    line = " · ".join([*filter(None, names), f"default: {definition.default_text}"])
    return f"## {definition.name}\n\n{definition.doc}\n\n{line}"


def _flag(definition: Definition) -> str:
    if definition.flag is None:
        return ""
    repeated = "…" if definition.kind.repeatable else ""
    return f"{definition.flag} {definition.kind.metavar or ''}{repeated}".rstrip()

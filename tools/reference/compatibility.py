"""docs/compatibility.md: what is held against tables of what Edge does, and where each row comes from."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.reference.markdown import page, table

FOLDER = Path(__file__).parents[2] / "tests" / "conformance"

_INTRODUCTION = """\
What Gatewright does is held against tables of rows: a condition and when it holds, a proxy and what its flow
answers, a call of the management API and its exact answer. Each row is a test of its own, and each says where
it comes from. `make conformance` runs them all; `make test` fails as soon as one does not hold, so of the
numbers below all hold. [What is refused or not carried out yet](reference/policies/README.md) is no row here:
a bundle that needs it is told so when it is deployed.

Some rows have no public source that says what Edge does: they record what was chosen, or what is generally
known, so that it does not change unnoticed."""

_DIFFERENT = """\
Rows that hold here and are not what their source says, each with the reason."""


@dataclass(frozen=True, slots=True)
class Area:
    """One table. `tests` are the modules that run it."""

    title: str
    name: str
    tests: tuple[str, ...]
    key: str = "row"
    source: str = ""
    """Where all rows come from, in tables whose rows do not say it."""

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.toml"

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = tomllib.loads(self.path.read_text("utf-8"))[self.key]
        return found


_LINT = "https://github.com/apigee/apigeelint"
_JDK = "answers of OpenJDK 17"
AREAS = (
    Area("Flows, fault rules, shared flows, flow hooks", "flows", ("tests/engine/test_flow_order.py",)),
    Area("Flow variables", "variables", ("tests/engine/test_variables.py",)),
    Area("What conditions mean", "conditions", ("tests/expr/test_compile.py",)),
    Area(
        "Conditions of published bundles", "conditions_published", ("tests/expr/test_parser.py",),
        source="published bundles",
    ),
    Area("How conditions are written", "conditions_syntax", ("tests/expr/test_parser.py",), source=_LINT),
    Area("Conditions that can never hold", "conditions_truth", ("tests/expr/test_compile.py",), source=_LINT),
    Area("MatchesPath", "paths", ("tests/expr/test_path.py",)),
    Area("Message templates", "templates", ("tests/expr/test_template.py",)),
    Area("Regular expressions of Java", "java_regex", ("tests/expr/regex/test_java.py",), source=_JDK),
    Area("Dates of Java", "java_time", ("tests/expr/functions/test_times.py",), source=_JDK),
    Area("JSONPath", "jsonpath", ("tests/expr/jsonpath",)),
    Area("AssignMessage", "assign_message", ("tests/policies/test_assign_message.py",)),
    Area("ExtractVariables", "extract_variables", ("tests/policies/test_extract_variables.py",)),
    Area("RaiseFault", "raise_fault", ("tests/policies/test_raise_fault.py",)),
    Area("XMLToJSON", "xml_to_json", ("tests/policies/test_xml_to_json.py",)),
    Area(
        "OAuthV2: GenerateAccessToken", "oauth_generate_access_token",
        ("tests/policies/oauth/test_generate_access_token.py",),
    ),
    Area(
        "OAuthV2: RefreshAccessToken", "oauth_refresh_access_token",
        ("tests/policies/oauth/test_refresh_access_token.py",),
    ),
    Area(
        "OAuthV2: VerifyAccessToken", "oauth_verify_access_token",
        ("tests/policies/oauth/test_verify_access_token.py",),
    ),
    Area("Resource paths of API products", "resource_paths", ("tests/policies/test_resource_paths.py",)),
    Area("The management API", "management", ("tests/management/test_app.py",), key="scenario"),
)  # fmt: skip
_NAMED = re.compile(r"^#[ ]+(?:Sources:\s*)?(\w+)\s*=\s*(.+)$", re.MULTILINE)
_NO_SOURCE = frozenset({"ours", "m"})
_URL = re.compile(r"https?://[^\s,;)]+")


def compatibility_page() -> str:
    """The page as Markdown."""
    areas = [(area, area.rows()) for area in AREAS]
    return page(
        "Compatibility",
        _INTRODUCTION,
        _overview(areas),
        *(_area(area, rows) for area, rows in areas),
        f"## Where we differ from a source\n\n{_DIFFERENT}\n\n{_differences(areas)}",
    )


def _overview(areas: Iterable[tuple[Area, list[dict[str, Any]]]]) -> str:
    lines = [
        (area.title, str(len(rows)), str(len(rows) - without), str(without))
        for area, rows in areas
        for without in [sum(_name(row) in _NO_SOURCE for row in rows)]
    ]
    sums = [str(sum(int(line[column]) for line in lines)) for column in (1, 2, 3)]
    heads = ("Area", "Rows that hold", "With a public source", "Without")
    return table(heads, [*lines, ("**Together**", *sums)])


def _area(area: Area, rows: list[dict[str, Any]]) -> str:
    """Its sources, the most frequent first."""
    known = dict(_sources(area))
    counts = Counter(_source_of(row, area, known) for row in rows)
    lines = ((_linked(source), str(count)) for source, count in sorted(counts.items(), key=_most_first))
    where = f"[{area.name}.toml](../tests/conformance/{area.name}.toml)"
    return f"## {area.title}\n\n{where}\n\n{table(('Source', 'Rows'), lines)}"


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _sources(area: Area) -> Iterator[tuple[str, str]]:
    """The short names that the table's first lines explain."""
    texts = [area.path.read_text("utf-8")]
    if area.name.startswith("oauth_"):
        texts.insert(0, (FOLDER / "oauth_generate_access_token.toml").read_text("utf-8"))
    for text in texts:
        for found in _NAMED.finditer(text.partition("[[")[0]):
            yield found[1], found[2].strip()


def _source_of(row: Mapping[str, Any], area: Area, known: Mapping[str, str]) -> str:
    if area.source:
        return area.source
    name = _name(row)
    return known.get(name.partition("#")[0].strip(), name)


def _name(row: Mapping[str, Any]) -> str:
    """Where the row comes from, in its own words."""
    source = row.get("source", "")
    return ", ".join(source) if isinstance(source, list) else str(source)


def _linked(source: str) -> str:
    return _URL.sub(lambda found: f"<{found[0]}>", source)


def _differences(areas: Iterable[tuple[Area, list[dict[str, Any]]]]) -> str:
    lines = [
        (area.title, f"`` {row['condition']} ``", row["because"] or row["reading"])
        for area, rows in areas
        for row in rows
        if "because" in row and "reading" in row and area.name == "conditions_syntax"
    ]
    return table(("Area", "Row", "Why"), lines)

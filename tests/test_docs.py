"""The documents keep up with the code: generated pages are not stale, and links lead somewhere."""

import re
import sys
import types
from pathlib import Path

import pytest
from tests.policies.support import request, run
from tools.generate_docs import ROOT, pages

from gatewright.cli.main import COMMANDS
from gatewright.config.settings import definitions

# Links to other sites are not checked.
_LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#|mailto:)([^)#\s]+)[^)]*\)")


_HEADING_LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)#([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def headings(document: Path) -> set[str]:
    """What links name them by: lower case, without punctuation, hyphens for spaces (as GitHub does)."""
    lines = re.findall(r"^#+ +(.+)$", _CODE.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.strip().lower()).replace(" ", "-") for line in lines}


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", pages())
def test_a_generated_page_is_what_make_docs_would_write(name: str) -> None:
    path = ROOT / name
    assert path.is_file(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_every_setting_is_documented_with_each_of_its_names() -> None:
    text = pages()["docs/reference/settings.md"]
    for definition in definitions():
        assert f"## {definition.name}\n" in text
        assert f"`{definition.variable}`" in text
        assert definition.flag is None or f"`{definition.flag}" in text


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = _LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_heading_leads_to_one(document: Path) -> None:
    links = _HEADING_LINK.findall(document.read_text(encoding="utf-8"))
    lost = [
        (file, name)
        for file, name in links
        if name not in headings(document.parent / file if file else document)
    ]
    assert lost == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_target_and_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)(?=`| +#|$)", text, re.MULTILINE)) <= targets
    assert set(re.findall(r"(?:^|`)gatewright ([a-z]+)", text, re.MULTILINE)) <= {
        each.name for each in COMMANDS
    }


def test_every_document_is_reachable_from_the_table_of_contents() -> None:
    docs = ROOT / "docs"
    reached, waiting = set(), [docs / "README.md"]
    while waiting:
        document = waiting.pop().resolve()
        if document in reached:
            continue
        reached.add(document)
        if document.suffix == ".md":
            links = _LINK.findall(document.read_text(encoding="utf-8"))
            waiting += [document.parent / link for link in links if (document.parent / link).is_file()]
    missing = [path for path in docs.rglob("*.md") if path.resolve() not in reached]
    assert missing == []


def test_the_example_of_adding_a_policy_works_as_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/develop/adding-a-policy.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (xml,) = re.findall(r"`(<RequireHeader .*?</RequireHeader>)`", page)
    module = types.ModuleType("require_header")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, "adding-a-policy.md", "exec"), module.__dict__)
    fault = run(module.RequireHeader, xml).fault
    assert fault is not None
    assert (fault.status, fault.code) == (400, "steps.requireheader.HeaderMissing")
    assert fault.message == "Header X-Tenant is missing"
    assert run(module.RequireHeader, xml, request(headers={"X-Tenant": "a"})).fault is None

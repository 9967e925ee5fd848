"""BN: folders, files and sizes."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from gatewright.lint.rule import Adoption, Found, Rule
from gatewright.lint.subject import Subject

_MAX_POLICIES = 100
_MAX_RESOURCES = 20

# The extensions of what is read in each folder; None: any.
_XML: Final = frozenset({"xml"})
_FOLDERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "": frozenset({"xml", "md"}),
        "manifests": _XML,
        "policies": _XML,
        "stepdefinitions": _XML,
        "proxies": _XML,
        "targets": _XML,
        "sharedflows": _XML,
        "integration-endpoints": _XML,
    }
)
_OF_KIND: Final = {
    "apiproxy": frozenset({"proxies", "targets", "integration-endpoints"}),
    "sharedflowbundle": frozenset({"sharedflows"}),
}
# What Node.js applications of Edge consist of.
_NODE: Final = frozenset({
    "js", "jsc", "json", "zip", "png", "jpg", "jpeg", "css", "ejs", "eot", "svg", "ttf", "woff", "html",
    "htm", "xml",
})  # fmt: skip
_RESOURCES: Final[Mapping[str, frozenset[str] | None]] = MappingProxyType(
    {
        "jsc": frozenset({"js", "jsc", "json"}),
        "java": frozenset({"jar", "zip", "properties", "inf"}),
        "py": frozenset({"py", ""}),
        "xsl": frozenset({"xsl", "xslt"}),
        "template": frozenset({"tmpl", "template"}),
        "openapi": frozenset({"json", "yaml"}),
        "oas": frozenset({"json", "yaml", "yml"}),
        "node": _NODE,
        "hosted": None,
        "wsdl": frozenset({"wsdl"}),
        "xsd": frozenset({"xsd"}),
        "properties": frozenset({"properties"}),
        "graphql": frozenset({"graphql"}),
    }
)
_WITH_FOLDERS: Final = frozenset({"jsc", "java", "node", "hosted"})


def _stray(subject: Subject) -> Iterator[Found]:
    """One finding for each file out of place, and for each folder the first of its files."""
    seen: set[str] = set()
    for path in subject.archive.files:
        parts = path.split("/")[1:]
        if "node_modules" in parts or path.endswith("~"):
            continue
        problem = _problem(subject.archive.kind, parts)
        if problem is not None and problem not in seen:
            seen.add(problem)
            yield Found(path, problem)


def _problem(kind: str, parts: list[str]) -> str | None:
    *folders, name = parts
    folder = folders[0] if folders else ""
    if folder == "resources":
        return _resource_problem(folders[1:], name)
    if folder not in _FOLDERS or any(folder in of for key, of in _OF_KIND.items() if key != kind):
        return f"the folder {folder!r} is none of a bundle's"
    if len(folders) > 1:
        return f"the folder {'/'.join(folders)!r} is not read: {folder} has no sub-folders"
    return _extension_problem(name, folder or "the bundle's root", _FOLDERS[folder])


def _resource_problem(folders: list[str], name: str) -> str | None:
    if not folders:
        return f"the file {name!r} belongs in a folder of its type, such as resources/jsc"
    kind = folders[0]
    if kind not in _RESOURCES:
        return f"there are no resources of type {kind!r}"
    if len(folders) > 1 and kind not in _WITH_FOLDERS:
        return f"the folder {'/'.join(folders)!r} is not read: resources/{kind} has no sub-folders"
    allowed = _RESOURCES[kind]
    return None if allowed is None else _extension_problem(name, f"resources/{kind}", allowed)


def _extension_problem(name: str, where: str, allowed: frozenset[str]) -> str | None:
    extension = PurePosixPath(name).suffix.removeprefix(".")
    if name.startswith(".") and name.count(".") == 1:
        extension = name[1:]  # .gitignore: all of it is the extension
    if extension in allowed:
        return None
    expected = " or ".join(f".{each}" if each else "none" for each in sorted(allowed))
    return f"the file {name!r} is of no kind that belongs into {where}: the extension is {expected}"


def _many_policies(subject: Subject) -> Iterator[Found]:
    if len(subject.policies) > _MAX_POLICIES:
        yield Found(
            subject.archive.kind,
            f"the bundle has {len(subject.policies)} policies, more than {_MAX_POLICIES}",
        )


def _many_resources(subject: Subject) -> Iterator[Found]:
    count = sum(1 for _ in subject.archive.under("resources"))
    if count > _MAX_RESOURCES:
        yield Found(subject.archive.kind, f"the bundle has {count} resources, more than {_MAX_RESOURCES}")


RULES = (
    Rule(
        "BN001",
        "a file or folder that a bundle has no place for",
        "Nothing reads it, so whatever its author meant by it does not happen.",
        "Move it where its kind belongs, or keep it outside of the bundle.",
        _stray,
        adopts=(Adoption("stray-file"), Adoption("no-endpoint")),
    ),
    Rule(
        "BN006",
        f"more than {_MAX_POLICIES} policies",
        "A bundle of that size is slow to deploy and hard to follow in a trace.",
        "Split the proxy, or move policies that belong together into shared flows.",
        _many_policies,
    ),
    Rule(
        "BN007",
        f"more than {_MAX_RESOURCES} resource files",
        "So much code of one's own often does what policies do, and belongs behind the gateway otherwise.",
        "Use policies where there are any, and move business logic to the target.",
        _many_resources,
    ),
    Rule(
        "BN011",
        "a file that is not well-formed XML",
        "It cannot be read, so the bundle can be neither imported nor deployed.",
        "Correct the file at the place that is named.",
        adopts=(Adoption("malformed-xml"),),
    ),
)

"""Piecewise changes to a bundle: one policy, endpoint, shared flow or resource replaced, added or removed.

Archives are never changed: every function returns a new one, whose descriptor lists what is there now.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias
from xml.sax.saxutils import quoteattr

from lxml import etree

from gatewright.bundle.archive import LIMITS, Archive, ArchiveRefused, BundleKind, safe_path, same_path
from gatewright.bundle.read import DESCRIPTOR_ROOTS, resource_urls
from gatewright.bundle.readers import local_name
from gatewright.xml import Element, XmlProblem, parse_bundle_file

Part: TypeAlias = Literal["policies", "proxies", "targets", "sharedflows"]

_ROOTS: Final[Mapping[Part, str]] = {
    "proxies": "ProxyEndpoint",
    "targets": "TargetEndpoint",
    "sharedflows": "SharedFlow",
}
_LISTS: Final = {
    "apiproxy": (
        ("Policies", "Policy"),
        ("ProxyEndpoints", "ProxyEndpoint"),
        ("Resources", "Resource"),
        ("TargetEndpoints", "TargetEndpoint"),
    ),
    "sharedflowbundle": (("Policies", "Policy"), ("Resources", "Resource"), ("SharedFlows", "SharedFlow")),
}
_FOLDER_OF: Final[Mapping[str, Part]] = {
    "Policies": "policies",
    "ProxyEndpoints": "proxies",
    "TargetEndpoints": "targets",
    "SharedFlows": "sharedflows",
}
_FILE_NAME = re.compile(r"[^A-Za-z0-9._\-$ %]")


class EditRefused(ValueError):
    """The change cannot be made. `problem` says where in the given XML, when it is about that."""

    def __init__(self, message: str, problem: XmlProblem | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.problem = problem


class NoSuchPart(EditRefused):
    """There is nothing of that name in the bundle."""


def new_archive(kind: BundleKind, name: str) -> Archive:
    """A bundle that holds its descriptor alone."""
    root = DESCRIPTOR_ROOTS[kind]
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    descriptor = f'{head}<{root} revision="1" name={quoteattr(name)}>\n</{root}>\n'
    path = _path(kind, f"{_FILE_NAME.sub('_', name)}.xml")
    return _edited(Archive(kind, MappingProxyType({path: descriptor.encode()})), {path: descriptor.encode()})


def names(archive: Archive, part: Part) -> Mapping[str, str]:
    """The names of the bundle's policies or endpoints, each with its file's path."""
    found: dict[str, str] = {}
    for path, data in archive.under(part):
        root, _ = parse_bundle_file(data) if path.lower().endswith(".xml") else (None, None)
        if root is not None and path.count("/") == 2:
            found.setdefault(root.get("name") or "", path)
    found.pop("", None)
    return MappingProxyType(found)


def put_part(archive: Archive, part: Part, data: bytes, name: str | None = None) -> tuple[Archive, str]:
    """Add the policy, endpoint or shared flow, or replace the one of its name; and the name.

    The name is the root element's; a given one must agree with it. Raises EditRefused.
    """
    root, problem = parse_bundle_file(data)
    if root is None:
        raise EditRefused(problem.message if problem else "the XML cannot be read", problem)
    wanted = _ROOTS.get(part)
    if wanted is not None and local_name(root) != wanted:
        raise EditRefused(f"the root element is <{local_name(root)}>, not <{wanted}>")
    own = root.get("name") or ""
    if not own:
        raise EditRefused(f"the attribute 'name' is missing in <{local_name(root)}>")
    if name is not None and name != own:
        raise EditRefused(f"the XML's name is {own!r}, not {name!r}")
    path = names(archive, part).get(own) or _free_path(archive, part, own)
    return _edited(archive, {**archive.files, path: data}), own


def remove_part(archive: Archive, part: Part, name: str) -> Archive:
    """Take out the policy, endpoint or shared flow. Raises NoSuchPart."""
    path = names(archive, part).get(name)
    if path is None:
        raise NoSuchPart(f"there is no {name!r} among the bundle's {part}")
    return _edited(archive, {other: data for other, data in archive.files.items() if other != path})


def put_resource(archive: Archive, kind: str, name: str, data: bytes) -> Archive:
    """Add or replace the resource file `<kind>://<name>`. Raises EditRefused."""
    path = _resource_path(archive.kind, kind, name)
    taken = next((other for other in archive.files if same_path(other) == same_path(path)), path)
    if taken != path:
        raise EditRefused(f"the name differs only in case from {taken}")
    return _edited(archive, {**archive.files, path: data})


def remove_resource(archive: Archive, kind: str, name: str) -> Archive:
    """Take out the resource file `<kind>://<name>`. Raises NoSuchPart."""
    path = _resource_path(archive.kind, kind, name)
    if path not in archive.files:
        raise NoSuchPart(f"there is no resource {kind}://{name} in the bundle")
    return _edited(archive, {other: data for other, data in archive.files.items() if other != path})


def _resource_path(bundle: BundleKind, kind: str, name: str) -> str:
    if not kind or "/" in kind or "\\" in kind:
        raise EditRefused(f"{kind!r} is not a type of resource")
    wanted = _path(bundle, f"resources/{kind}/{name}")
    try:
        path = safe_path(wanted, LIMITS)
    except ArchiveRefused as refused:
        raise EditRefused(refused.message) from None
    if path != wanted:
        raise EditRefused(f"{name!r} is not a name for a resource")
    return path


def _free_path(archive: Archive, part: Part, name: str) -> str:
    """A file for a new part, named after it unless such a file is there under another name."""
    taken = {same_path(path) for path in archive.files}
    stem = _FILE_NAME.sub("_", name)
    number = 1
    while (
        same_path(path := _path(archive.kind, f"{part}/{stem}{'' if number == 1 else f'-{number}'}.xml"))
        in taken
    ):
        number += 1
    return path


def _path(kind: BundleKind, inside: str) -> str:
    return f"{kind}/{inside}"


def _edited(archive: Archive, files: Mapping[str, bytes]) -> Archive:
    """The archive with other files, its descriptor's lists brought up to date."""
    size = sum(len(data) for data in files.values())
    if len(files) > LIMITS.count or size > LIMITS.total:
        raise EditRefused(f"a bundle holds at most {LIMITS.count} files and {LIMITS.total} bytes")
    edited = Archive(archive.kind, MappingProxyType(dict(sorted(files.items()))))
    path, root = _descriptor(edited)
    if root is None:
        return edited
    for wrapper, item in _LISTS[archive.kind]:
        _set_list(root, wrapper, item, _listed(edited, wrapper))
    tree = root.getroottree()
    described = etree.tostring(tree, encoding="UTF-8", xml_declaration=True, standalone=True)
    return Archive(archive.kind, MappingProxyType({**edited.files, path: described}))


def _descriptor(archive: Archive) -> tuple[str, Element | None]:
    for path, data in archive.files.items():
        if path.count("/") == 1 and path.lower().endswith(".xml"):
            root, _ = parse_bundle_file(data)
            if root is not None and local_name(root) == DESCRIPTOR_ROOTS[archive.kind]:
                return path, root
    return "", None


def _listed(archive: Archive, wrapper: str) -> list[str]:
    if wrapper == "Resources":
        return [url for url, _ in resource_urls(archive)]
    return list(names(archive, _FOLDER_OF[wrapper]))


def _set_list(root: Element, wrapper: str, item: str, entries: list[str]) -> None:
    """Make the wrapper hold one item per entry; nothing is touched when it does already."""
    found = root.find("{*}" + wrapper)
    if found is None and not entries:
        return
    if found is None:
        found = etree.SubElement(root, wrapper)
        found.tail = "\n"
        if len(root) > 1 and not (root[-2].tail or "").strip():
            root[-2].tail = "\n    "
        elif not (root.text or "").strip():
            root.text = "\n    "
    if sorted((child.text or "").strip() for child in found.iterchildren("{*}" + item)) == sorted(entries):
        return
    for child in list(found):
        found.remove(child)
    for entry in entries:
        child = etree.SubElement(found, item)
        child.text = entry
        child.tail = "\n        "
    found.text = "\n        " if entries else None
    if entries:
        found[-1].tail = "\n    "

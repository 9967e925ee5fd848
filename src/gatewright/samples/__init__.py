"""What a new data folder starts with: the predefined proxies, who may call them, and their backends."""

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable


def bundles() -> dict[str, dict[str, bytes]]:
    """Every predefined proxy by name, as its bundle's files: `apiproxy/…` path to content."""
    folders = sorted((resources.files(__name__) / "bundles").iterdir(), key=lambda folder: folder.name)
    return {
        folder.name: {
            path: file.read_bytes() for path, file in sorted(_files(folder / "apiproxy", "apiproxy"))
        }
        for folder in folders
    }


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        inner = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, inner)
        else:
            yield inner, entry

"""Small bundles in folders and zips."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

HELLO = {
    "hello.xml": '<APIProxy name="hello"/>',
    "proxies/default.xml": (
        '<ProxyEndpoint name="default">\n'
        "  <HTTPProxyConnection><BasePath>/hello</BasePath></HTTPProxyConnection>\n"
        '  <RouteRule name="none"/>\n'
        "</ProxyEndpoint>"
    ),
}
"""A proxy that answers by itself; paths are below `apiproxy`."""


def folder(parent: Path, files: Mapping[str, str] = HELLO) -> Path:
    """A folder that holds the bundle."""
    for name, text in files.items():
        file = parent / "hello" / "apiproxy" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return parent / "hello"


def zipped(parent: Path, files: Mapping[str, str] = HELLO) -> Path:
    """A zip of the bundle."""
    file = parent / "hello.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"apiproxy/{name}", text)
    return file

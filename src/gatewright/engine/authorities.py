"""The addresses that a bundle spells out."""

import re

from gatewright.bundle.archive import Archive

_URL_AUTHORITY = re.compile(rb"https?://([A-Za-z0-9._~:\[\]-]+)", re.IGNORECASE)


def authorities_written_in(archive: Archive) -> frozenset[str]:
    """`host` and `host:port` of every URL that the bundle's files spell out, in lower case.

    Its author chose them, so a policy may send calls there; other addresses come from request data.
    """
    return frozenset(
        found.decode("ascii").lower()
        for content in archive.files.values()
        for found in _URL_AUTHORITY.findall(content)
    )

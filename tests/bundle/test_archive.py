"""Archives: what is read, and that nothing hostile gets past, each refusal naming the entry."""

import io
import os
import stat
import struct
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from gatewright.bundle.archive import Archive, ArchiveRefused, Limits, read_folder, read_zip, write_zip

PROXY = ("apiproxy/p.xml", b"<APIProxy name='p'/>")
Entry = tuple[str, bytes] | tuple[zipfile.ZipInfo, bytes]


def zipped(*entries: Entry, method: int = zipfile.ZIP_DEFLATED, level: int = 9) -> bytes:
    """A zip of the entries as they are given, duplicates and all."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method, compresslevel=level) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return target.getvalue()


def special(name: str, mode: int, data: bytes = b"x") -> Entry:
    """An entry whose Unix mode makes it something else than a file."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info, data


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The zip with a name overwritten in place, in local header and directory alike."""
    assert len(old) == len(new)
    return data.replace(old, new)


def flagged(bits: int) -> bytes:
    """A zip whose only entry has the given general purpose bits set."""
    data = bytearray(zipped(PROXY))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(signature)
        data[start + at : start + at + 2] = struct.pack("<H", bits)
    return bytes(data)


def method(number: int) -> bytes:
    """A zip whose only entry claims another compression method."""
    data = bytearray(zipped(PROXY))
    for signature, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = data.index(signature)
        data[start + at : start + at + 2] = struct.pack("<H", number)
    return bytes(data)


def lying_size(size: int) -> bytes:
    """A zip whose directory gives its only entry another size than it has."""
    data = bytearray(zipped(PROXY))
    start = data.index(b"PK\x01\x02")
    data[start + 24 : start + 28] = struct.pack("<I", size)
    return bytes(data)


def lying_count() -> bytes:
    """A zip whose directory claims to be zip64."""
    data = bytearray(zipped(PROXY))
    end = data.rindex(b"PK\x05\x06")
    data[end + 10 : end + 12] = b"\xff\xff"
    return bytes(data)


def corrupt() -> bytes:
    data = bytearray(zipped(PROXY, method=zipfile.ZIP_STORED))
    data[data.index(b"<APIProxy")] ^= 1
    return bytes(data)


def overlapping() -> bytes:
    """Two entries that share one local header, as the better zip bombs have it (USENIX WOOT 2019)."""
    data = zipped(PROXY)
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    entry = data[start:end]
    tail = bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<I", 2 * len(entry))
    return data[:end] + entry + bytes(tail)


# What is wrong, the archive, and what the refusal says of it.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "leads out": (lambda: zipped(PROXY, ("../evil.xml", b"x")), "lead out"),
    "leads out from within": (lambda: zipped(PROXY, ("apiproxy/../../evil.xml", b"x")), "lead out"),
    "leads out by backslash": (lambda: zipped(PROXY, ("apiproxy\\..\\..\\evil.xml", b"x")), "lead out"),
    "leads out of an ignored folder": (lambda: zipped(PROXY, ("__MACOSX/../../e", b"x")), "lead out"),
    "absolute": (lambda: zipped(PROXY, ("/apiproxy/evil.xml", b"x")), "absolute"),
    "absolute by backslash": (lambda: zipped(PROXY, ("\\\\host\\evil", b"x")), "absolute"),
    "a drive": (lambda: zipped(PROXY, ("C:\\evil.xml", b"x")), "absolute"),
    "a link": (lambda: zipped(PROXY, special("apiproxy/l", stat.S_IFLNK | 0o777, b"/etc/passwd")), "links"),
    "a device": (lambda: zipped(PROXY, special("apiproxy/d", stat.S_IFCHR | 0o666)), "files and folders"),
    "a pipe": (lambda: zipped(PROXY, special("apiproxy/f", stat.S_IFIFO | 0o666)), "files and folders"),
    "twice": (lambda: renamed(zipped(PROXY, ("apiproxy/q.xml", b"x")), b"/q.", b"/p."), "taken already"),
    "twice but for case": (lambda: zipped(PROXY, ("apiproxy/P.xml", b"x")), "taken already"),
    "twice but for the root's case": (lambda: zipped(PROXY, ("APIProxy/p.xml", b"x")), "taken already"),
    "twice but for a dot": (lambda: zipped(PROXY, ("./apiproxy/p.xml", b"x")), "taken already"),
    "twice but for a backslash": (lambda: zipped(PROXY, ("apiproxy\\p.xml", b"x")), "taken already"),
    "twice but for Unicode form": (
        lambda: zipped(PROXY, ("apiproxy/\u00e9.xml", b"x"), ("apiproxy/e\u0301.xml", b"x")),
        "taken already",
    ),
    "an empty segment": (lambda: zipped(PROXY, ("apiproxy//p.xml", b"x")), "empty names"),
    "a file and a folder": (lambda: zipped(PROXY, ("apiproxy/p.xml/x", b"x")), "is a file"),
    "a folder and a file": (
        lambda: zipped(PROXY, ("apiproxy/a/x", b"x"), ("apiproxy/a", b"x")),
        "is a folder",
    ),
    "folders that differ in case": (
        lambda: zipped(PROXY, ("apiproxy/a/x", b"x"), ("apiproxy/A/y", b"x")),
        "only in case",
    ),
    "a folder with content": (lambda: zipped(PROXY, ("apiproxy/policies/", b"x")), "must not have content"),
    "a line feed": (lambda: zipped(PROXY, ("apiproxy/a\nb.xml", b"x")), "control characters"),
    "a null": (lambda: renamed(zipped(PROXY, ("apiproxy/evil@xml", b"x")), b"evil@", b"evil\0"), "control"),
    "a long path": (lambda: zipped(PROXY, ("apiproxy/" + "x" * 1100, b"x")), "longer than 1024"),
    "encrypted": (lambda: flagged(0x1), "encrypted"),
    "strongly encrypted": (lambda: flagged(0x41), "encrypted"),
    "patched": (lambda: flagged(0x20), "stored and deflated"),
    "bzip2": (lambda: zipped(PROXY, method=zipfile.ZIP_BZIP2), "stored and deflated"),
    "lzma": (lambda: zipped(PROXY, method=zipfile.ZIP_LZMA), "stored and deflated"),
    "an unknown method": (lambda: method(99), "stored and deflated"),
    "a large file": (lambda: zipped(PROXY, ("apiproxy/x", bytes(31 << 20))), "larger than 30 MB"),
    "a bomb": (lambda: zipped(PROXY, ("apiproxy/x", bytes(20 << 20))), "200 times"),
    "a bomb in parts": (
        lambda: zipped(PROXY, *((f"apiproxy/{n}", bytes(9 << 20)) for n in range(12))),
        "larger than 100 MB together",
    ),
    "a crowd": (lambda: zipped(*((f"apiproxy/{n}", b"") for n in range(10_001))), "more than 10000 files"),
    "overlapping entries": (overlapping, "taken already"),
    "a size too small": (lambda: lying_size(3), "damaged"),
    "a size too great": (lambda: lying_size(30_000), "not as long"),
    "zip64": (lying_count, "zip64"),
    "a wrong checksum": (corrupt, "damaged"),
    "cut short": (lambda: zipped(PROXY)[:-30], "damaged"),
    "cut to its head": (lambda: zipped(PROXY)[:40], "damaged"),
    "no zip": (lambda: b"<APIProxy/>", "not a zip"),
    "something before the zip": (lambda: b"#!/bin/sh\n" + zipped(PROXY), "not a zip"),
    "an empty zip": (lambda: zipped(), "not a zip"),
    "empty": (lambda: b"", "not a zip"),
    "no bundle": (lambda: zipped(("proxy/p.xml", b"x")), "no folder `apiproxy`"),
    "a file named apiproxy": (lambda: zipped(("apiproxy", b"x")), "no folder `apiproxy`"),
    "two bundles": (lambda: zipped(PROXY, ("sharedflowbundle/s.xml", b"x")), "one bundle at a time"),
}


@pytest.mark.parametrize(("make", "says"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_archive_is_refused_at_once(make: Callable[[], bytes], says: str) -> None:
    data = make()
    started = time.perf_counter()
    with pytest.raises(ArchiveRefused, match=says):
        read_zip(data)
    assert time.perf_counter() - started < 2


def test_an_archive_above_the_limit_is_refused_unread() -> None:
    with pytest.raises(ArchiveRefused, match="larger than 15 MB"):
        read_zip(b"PK\x03\x04" + bytes(15 << 20))


def test_a_refusal_names_the_entry_and_escapes_it() -> None:
    with pytest.raises(ArchiveRefused) as refused:
        read_zip(zipped(PROXY, ("apiproxy/a\nb.xml", b"x")))
    assert refused.value.entry == "apiproxy/a\nb.xml"
    assert str(refused.value) == "apiproxy/a\\nb.xml: control characters are not allowed in a name"


def test_a_directory_that_never_ends_is_refused_before_it_is_walked() -> None:
    data = bytearray(zipped(PROXY))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", 1 << 30)
    with pytest.raises(ArchiveRefused, match="more than 10000 files"):
        read_zip(bytes(data))


def paths(archive: Archive) -> list[str]:
    return list(archive.files)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([PROXY], ["apiproxy/p.xml"]),
        ([("apiproxy/", b""), PROXY, ("apiproxy/policies/", b"")], ["apiproxy/p.xml"]),
        ([("apiproxy\\p.xml", b"x"), ("apiproxy\\policies\\", b"")], ["apiproxy/p.xml"]),
        ([("./apiproxy/p.xml", b"x")], ["apiproxy/p.xml"]),
        ([PROXY, ("__MACOSX/apiproxy/._p.xml", b"x"), ("apiproxy/.DS_Store", b"x")], ["apiproxy/p.xml"]),
        ([PROXY, ("README.md", b"x"), ("pom.xml", b"x")], ["apiproxy/p.xml"]),
        ([("apiproxy/z.xml", b"x"), ("apiproxy/a.xml", b"x")], ["apiproxy/a.xml", "apiproxy/z.xml"]),
        ([("sharedflowbundle/s.xml", b"x")], ["sharedflowbundle/s.xml"]),
        ([("apiproxy/resources/jsc/a b\u00fc.js", b"x")], ["apiproxy/resources/jsc/a b\u00fc.js"]),
        ([("apiproxy/\u017f.xml", b"x")], ["apiproxy/\u017f.xml"]),
    ],
)
def test_what_tools_write_is_read(entries: list[Entry], expected: list[str]) -> None:
    assert paths(read_zip(zipped(*entries))) == expected


def test_the_uploaded_bytes_are_kept() -> None:
    data = zipped(PROXY, ("README.md", b"beside"))
    assert read_zip(data).zip() == data


def test_stored_entries_are_read() -> None:
    assert read_zip(zipped(PROXY, method=zipfile.ZIP_STORED)).files == dict([PROXY])


def test_equal_files_give_equal_zips_that_read_back() -> None:
    files = {"apiproxy/b.xml": b"b", "apiproxy/a.xml": b"a" * 1000}
    data = write_zip(files)
    assert data == write_zip(dict(reversed(files.items())))
    assert read_zip(data).files == files


def test_under_gives_the_files_of_a_folder_in_order() -> None:
    archive = read_zip(zipped(("apiproxy/policies/b.xml", b"b"), ("apiproxy/policies/a.xml", b"a"), PROXY))
    assert list(archive.under("policies")) == [
        ("apiproxy/policies/a.xml", b"a"),
        ("apiproxy/policies/b.xml", b"b"),
    ]


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> Path:
    for name, data in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def test_a_folder_is_read_from_above_or_from_its_root(tmp_path: Path) -> None:
    write(tmp_path, [PROXY, ("apiproxy/.DS_Store", b"x"), ("README.md", b"x")])
    assert read_folder(tmp_path).files == dict([PROXY])
    assert read_folder(tmp_path / "apiproxy").files == dict([PROXY])
    assert read_folder(tmp_path).zip() == write_zip(dict([PROXY]))


@pytest.mark.parametrize("target", ["/etc/passwd", "p.xml", "nowhere"])
def test_a_link_in_a_folder_is_refused(tmp_path: Path, target: str) -> None:
    write(tmp_path, [PROXY])
    (tmp_path / "apiproxy" / "link.xml").symlink_to(target)
    with pytest.raises(ArchiveRefused, match=r"link\.xml: links"):
        read_folder(tmp_path)


def test_a_linked_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [PROXY])
    (tmp_path / "apiproxy" / "policies").symlink_to("/etc")
    with pytest.raises(ArchiveRefused, match="links"):
        read_folder(tmp_path)


def test_a_pipe_in_a_folder_is_refused_and_not_opened(tmp_path: Path) -> None:
    write(tmp_path, [PROXY])
    os.mkfifo(tmp_path / "apiproxy" / "pipe")
    with pytest.raises(ArchiveRefused, match="files and folders"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(file=3), "larger than"),
        (Limits(total=3), "holds more than"),
        (Limits(count=1), "holds more than 1 files"),
        (Limits(path=10), "longer than 10"),
    ],
)
def test_a_folder_has_limits(tmp_path: Path, limits: Limits, says: str) -> None:
    write(tmp_path, [PROXY, ("apiproxy/b.xml", b"1")])
    with pytest.raises(ArchiveRefused, match=says):
        read_folder(tmp_path, limits)


def test_a_folder_without_a_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match="holds no folder"):
        read_folder(tmp_path)

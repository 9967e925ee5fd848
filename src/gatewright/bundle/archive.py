"""The files of a bundle, taken out of a zip or a folder without trusting either, and written as a zip."""

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

BundleKind: TypeAlias = Literal["apiproxy", "sharedflowbundle"]

_ROOTS: tuple[BundleKind, ...] = ("apiproxy", "sharedflowbundle")
_IGNORED = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db"})
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # traditional, strong, and masked headers (APPNOTE.TXT §4.4.4)
_PATCHED = 0x20
_SMALLEST_ENTRY = 46  # bytes in the central directory (APPNOTE.TXT §4.3.12)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CORRUPT = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, OverflowError)


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold. Sizes in bytes."""

    compressed: int = 15 * 1024 * 1024
    """Edge's limit for bundles."""
    file: int = 30 * 1024 * 1024
    total: int = 100 * 1024 * 1024
    count: int = 10_000
    ratio: int = 200
    """The whole against the zip, once the whole is above a megabyte."""
    path: int = 1024


LIMITS = Limits()


class ArchiveRefused(ValueError):
    """The archive is not safe or not a bundle. `entry` names the culprit; "" for the archive as a whole."""

    def __init__(self, message: str, entry: str = "") -> None:
        super().__init__(f"{_shown(entry)}: {message}" if entry else message)
        self.message = message
        self.entry = entry


@dataclass(frozen=True, slots=True)
class Archive:
    """A bundle's files by path, each path beginning with the bundle's root folder: `apiproxy/policies/A.xml`.

    What lay beside the root folder is not among them, but still in `original`.
    """

    kind: BundleKind
    files: Mapping[str, bytes]
    original: bytes | None = None
    """The zip as it was uploaded; None for folders and after an edit."""

    def zip(self) -> bytes:
        """The uploaded zip, else one made of the files, the same for the same files."""
        return write_zip(self.files) if self.original is None else self.original

    def under(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """The files below a folder of the bundle's root, such as `policies`, in the order of their paths."""
        prefix = f"{self.kind}/{folder}/"
        return ((path, data) for path, data in self.files.items() if path.startswith(prefix))


def read_zip(data: bytes, limits: Limits = LIMITS) -> Archive:
    """The bundle in a zip. Raises ArchiveRefused."""
    if len(data) > limits.compressed:
        raise ArchiveRefused(f"the archive is larger than {limits.compressed // 1024 // 1024} MB")
    if not data.startswith(b"PK\x03\x04"):
        raise ArchiveRefused("this is not a zip archive")
    _refuse_crowds(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = _extract(archive, len(data), limits)
    except _CORRUPT as error:
        raise ArchiveRefused(f"the zip archive is damaged: {error}") from None
    return _bundle(files, data)


def read_folder(folder: Path, limits: Limits = LIMITS) -> Archive:
    """The bundle in a folder: one that holds `apiproxy` or `sharedflowbundle`, or is it.

    Raises ArchiveRefused; OSError when a file cannot be read.
    """
    root = folder if folder.name in _ROOTS else _root_folder(folder)
    names: dict[str, str] = {}
    files: dict[str, bytes] = {}
    total = 0
    for file in _walk(root):
        relative = (Path(root.name) / file.relative_to(root)).as_posix()
        path = safe_path(relative, limits)
        if path is None:
            continue
        _claim(names, path, relative)
        data = _read_file(file, relative, limits)
        total += len(data)
        if len(files) >= limits.count or total > limits.total:
            raise ArchiveRefused(f"the folder holds more than {limits.count} files or {limits.total} bytes")
        files[path] = data
    return _bundle(files, None)


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files in the order of their paths, without times, so that equal files give equal zips."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(path, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix: the modes below are its own
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[path])
    return target.getvalue()


def _refuse_crowds(data: bytes, limits: Limits) -> None:
    """Refuse a central directory with too many entries before anything walks through it."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 22 - 65_535))
    if end < 0:
        raise ArchiveRefused("the zip archive is damaged: it has no directory")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    if size == 0xFFFFFFFF or int.from_bytes(data[end + 10 : end + 12], "little") == 0xFFFF:
        raise ArchiveRefused("zip64 archives are not read: a bundle is never that large")
    if size > limits.count * (_SMALLEST_ENTRY + limits.path):
        raise ArchiveRefused(f"the archive holds more than {limits.count} files")


def _extract(archive: zipfile.ZipFile, compressed: int, limits: Limits) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > limits.count:
        raise ArchiveRefused(f"the archive holds more than {limits.count} files")
    names: dict[str, str] = {}
    wanted: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        _check_entry(info, limits)
        path = safe_path(info.orig_filename, limits)
        if path is None:
            continue
        if _is_folder(info):
            _claim_folder(names, path, info.orig_filename)
            continue
        _claim(names, path, info.orig_filename)
        wanted[path] = info
    _refuse_bombs(wanted.values(), compressed, limits)
    return {path: _read_entry(archive, info) for path, info in wanted.items()}


def _check_entry(info: zipfile.ZipInfo, limits: Limits) -> None:
    entry = info.orig_filename
    if info.flag_bits & _ENCRYPTED:
        raise ArchiveRefused("encrypted entries are not read", entry)
    if info.compress_type not in _METHODS or info.flag_bits & _PATCHED:
        raise ArchiveRefused("only stored and deflated entries are read", entry)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise ArchiveRefused("links are not allowed", entry)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveRefused("only files and folders are allowed", entry)
    if _is_folder(info) and info.file_size:
        raise ArchiveRefused("a folder must not have content", entry)
    if info.file_size > limits.file:
        raise ArchiveRefused(f"the file is larger than {limits.file // 1024 // 1024} MB", entry)


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\"))  # some Windows tools write backslashes


def _refuse_bombs(infos: Iterable[zipfile.ZipInfo], compressed: int, limits: Limits) -> None:
    """Look at the declared sizes, which reading then keeps to."""
    total = sum(info.file_size for info in infos)
    if total > limits.total:
        raise ArchiveRefused(f"the files are larger than {limits.total // 1024 // 1024} MB together")
    if total > 1024 * 1024 and total > compressed * limits.ratio:
        raise ArchiveRefused(f"the files are more than {limits.ratio} times as large as the archive")


def _read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The entry's content: never more than its declared size, and its checksum has been compared."""
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size + 1)
    except _CORRUPT as error:
        raise ArchiveRefused(f"the entry is damaged: {error}", info.orig_filename) from None
    if len(data) != info.file_size:
        raise ArchiveRefused("the entry is not as long as the archive says", info.orig_filename)
    return data


def safe_path(name: str, limits: Limits) -> str | None:
    """The entry's path with plain slashes, None when it is to be ignored. Raises ArchiveRefused."""
    path = name.replace("\\", "/")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in path):
        raise ArchiveRefused("control characters are not allowed in a name", name)
    if path.startswith("/") or path[1:2] == ":":
        raise ArchiveRefused("absolute paths are not allowed", name)
    parts = [part for part in path.removesuffix("/").split("/") if part != "."]
    if ".." in parts:
        raise ArchiveRefused("paths must not lead out of the archive", name)
    if "" in parts or not parts:
        raise ArchiveRefused("empty names are not allowed in a path", name)
    if len(path) > limits.path:
        raise ArchiveRefused(f"the path is longer than {limits.path} characters", name)
    return None if _IGNORED.intersection(parts) else "/".join(parts)


def _claim(names: dict[str, str], path: str, entry: str) -> None:
    """Note that a file has the path; two files must differ in more than case or Unicode form."""
    key = same_path(path)
    if key in names:
        raise ArchiveRefused(f"the path is taken already, by {_shown(names[key])}", entry)
    if key + "/" in names:
        raise ArchiveRefused("the path is a folder already", entry)
    names[key] = entry
    _claim_folder(names, path.rpartition("/")[0], entry)


def _claim_folder(names: dict[str, str], path: str, entry: str) -> None:
    """Note that the path and those above it are folders: no file may have them."""
    while path:
        if names.get(same_path(path) + "/", path) != path:
            raise ArchiveRefused(
                f"the folder differs only in case from {_shown(names[same_path(path) + '/'])}", entry
            )
        if same_path(path) in names:
            raise ArchiveRefused(f"{_shown(names[same_path(path)])} is a file, not a folder", entry)
        names[same_path(path) + "/"] = path
        path = path.rpartition("/")[0]


def same_path(path: str) -> str:
    """A key that is equal for paths which differ only in case or Unicode form."""
    return unicodedata.normalize("NFC", path).casefold()


def _bundle(files: Mapping[str, bytes], original: bytes | None) -> Archive:
    kinds = [root for root in _ROOTS if any(path.startswith(root + "/") for path in files)]
    if not kinds:
        raise ArchiveRefused("there is no folder `apiproxy` or `sharedflowbundle` with files at the top")
    if len(kinds) > 1:
        raise ArchiveRefused(
            "there is a folder `apiproxy` and a folder `sharedflowbundle`: one bundle at a time"
        )
    inside = {path: files[path] for path in sorted(files) if path.startswith(kinds[0] + "/")}
    return Archive(kinds[0], MappingProxyType(inside), original)


def _root_folder(folder: Path) -> Path:
    for root in _ROOTS:
        if (folder / root).is_dir():
            return folder / root
    raise ArchiveRefused("this folder holds no folder `apiproxy` or `sharedflowbundle`")


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name in _IGNORED:
            continue
        if entry.is_symlink():
            raise ArchiveRefused("links are not allowed", str(entry))
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.is_file():
            yield entry
        else:
            raise ArchiveRefused("only files and folders are allowed", str(entry))


def _read_file(file: Path, entry: str, limits: Limits) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(limits.file + 1)
    if len(data) > limits.file:
        raise ArchiveRefused(f"the file is larger than {limits.file // 1024 // 1024} MB", entry)
    return data


def _shown(entry: str) -> str:
    """The name for a message: whatever cannot be printed is escaped."""
    text = entry.encode("unicode_escape").decode("ascii") if not entry.isprintable() else entry
    return text if len(text) <= 200 else text[:197] + "..."

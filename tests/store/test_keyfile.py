"""The key file is made once, whole, and for its owner alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatewright.store import WrongKey, parse_key, read_or_create_key


def test_the_key_is_made_at_first_use_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = read_or_create_key(path)
    assert len(key) == 32
    assert read_or_create_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_each_folder_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert read_or_create_key(tmp_path / "one") != read_or_create_key(tmp_path / "two")


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        keys = set(threads.map(read_or_create_key, [tmp_path / "key"] * 64))
    assert len(keys) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    read_or_create_key(path)
    path.chmod(mode)
    with pytest.raises(WrongKey, match="chmod 600"):
        read_or_create_key(path)


@pytest.mark.parametrize("content", [b"", b"\xff", b"00" * 31, b"zz" * 32])
def test_a_file_that_holds_no_key_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(WrongKey, match=str(path)):
        read_or_create_key(path)


def test_a_key_is_written_as_hexadecimal_digits() -> None:
    assert parse_key(" 00FF" + "00" * 30 + "\n") == b"\x00\xff" + bytes(30)
    with pytest.raises(WrongKey, match="64 hexadecimal digits"):
        parse_key("secret")

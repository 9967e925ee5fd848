"""The data folder: private, and used by one server at a time."""

from pathlib import Path

import pytest

from gatewright.gateway.folder import DataFolder, FolderInUse


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "deep" / "data")
    with folder.claim():
        assert folder.path.stat().st_mode & 0o777 == 0o700


def test_a_second_server_is_kept_out_until_the_first_has_gone(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path), DataFolder(tmp_path)
    in_use = pytest.raises(FolderInUse, match="another server is using")
    with first.claim(), in_use, second.claim():
        pass
    with DataFolder(tmp_path).claim():
        pass


def test_what_cannot_be_a_folder_is_refused_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "below"):
        with pytest.raises(FolderInUse, match=r"cannot use the data folder .*file"), DataFolder(path).claim():
            pass

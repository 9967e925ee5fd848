"""What a data folder gets before anything is served, and what of it stays on the next start."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gatewright.config import Settings
from gatewright.entities import VirtualHost
from gatewright.gateway import prepare as prepare_module
from gatewright.gateway.folder import DataFolder
from gatewright.gateway.prepare import prepare
from gatewright.gateway.prepared import Prepared
from gatewright.gateway.tls import UnusableCertificate
from gatewright.store import Store, StoreUnavailable, Transaction, WrongKey


class Start:
    """Starts in one folder, and the passwords that they told."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.settings = Settings(data=folder, http_port=1001, https_port=1002)
        self.folder = DataFolder(folder)
        self.passwords: list[str] = []

    def prepare(self, **changes: object) -> Prepared:
        settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        return asyncio.run(prepare(settings, 4242, self.passwords.append))

    def read(self, prepared: Prepared) -> tuple[set[str], dict[str, str]]:
        """The developers, and the port of each virtual host of test."""

        async def look() -> tuple[set[str], dict[str, str]]:
            store = Store.open(self.folder.database, prepared.key, now_ms=lambda: 1)
            try:
                return await store.read(work)
            finally:
                store.close()

        def work(tx: Transaction) -> tuple[set[str], dict[str, str]]:
            hosts: tuple[VirtualHost, ...] = tx.virtual_hosts.list("myorg", "test")
            developers = tx.developers.list("myorg")
            return {each.email for each in developers}, {each.name: each.port for each in hosts}

        return asyncio.run(look())


@pytest.fixture
def start(tmp_path: Path) -> Start:
    return Start(tmp_path / "data")


def test_a_new_folder_gets_a_password_that_is_told_once(start: Start) -> None:
    first = start.prepare()
    assert len(start.passwords) == 1
    second = start.prepare()
    assert len(start.passwords) == 1
    assert first.key == second.key
    assert not hasattr(first, "new_password")


def test_a_password_that_was_given_is_not_told(start: Start) -> None:
    start.prepare(admin_password="given")
    assert start.passwords == []


def test_the_password_is_told_even_if_the_start_fails_afterwards(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise StoreUnavailable("disk full")

    monkeypatch.setattr(prepare_module, "deploy", fails)
    with pytest.raises(StoreUnavailable):
        start.prepare(deploy_samples=True)
    assert len(start.passwords) == 1


def test_files_that_hold_secrets_are_for_their_owner_alone(start: Start) -> None:
    start.prepare()
    folder = start.folder
    for path in (folder.key_file, folder.certificate, folder.database):
        assert path.stat().st_mode & 0o777 == 0o600
    assert folder.counters.stat().st_mode & 0o777 == 0o700


def test_a_second_start_leaves_what_is_there(start: Start) -> None:
    prepared = start.prepare()
    key, certificate = start.folder.key_file.read_bytes(), start.folder.certificate.read_bytes()
    before = start.read(prepared)
    assert start.read(start.prepare()) == before
    assert start.folder.key_file.read_bytes() == key
    assert start.folder.certificate.read_bytes() == certificate
    assert before == ({"tesla@weathersample.com"}, {"default": "1001", "secure": "1002"})


def test_virtual_hosts_report_the_ports_of_this_start(start: Start) -> None:
    start.prepare()
    prepared = start.prepare(http_port=2001, https_port=2002)
    assert start.read(prepared)[1] == {"default": "2001", "secure": "2002"}


def test_samples_are_deployed_only_to_a_new_folder_that_is_told_to(start: Start, tmp_path: Path) -> None:
    assert not start.prepare().serves_samples
    assert not start.prepare(deploy_samples=True).serves_samples
    other = Start(tmp_path / "other")
    assert other.prepare(deploy_samples=True).serves_samples
    assert other.prepare().serves_samples


def test_a_folder_without_samples_has_no_developer(start: Start) -> None:
    assert start.read(start.prepare(samples=False))[0] == set()


def test_another_key_is_refused_before_anything_is_changed(start: Start) -> None:
    start.prepare()
    with pytest.raises(WrongKey, match="not the one that this database was made with"):
        start.prepare(encryption_key=bytes(32))


def test_a_key_file_that_others_may_read_is_refused_with_the_remedy(start: Start) -> None:
    start.prepare()
    start.folder.key_file.chmod(0o644)
    with pytest.raises(WrongKey, match="chmod 600"):
        start.prepare()


def test_a_certificate_that_is_none_is_refused_by_its_name(start: Start) -> None:
    start.prepare()
    start.folder.certificate.write_text("nonsense")
    with pytest.raises(UnusableCertificate, match=r"tls\.pem does not hold a certificate"):
        start.prepare()

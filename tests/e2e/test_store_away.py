"""While the database is locked or gone, traffic goes on and the management API says why; then all is well."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy_proxy, import_proxy, proxy_files
from tests.e2e.load import Load
from tests.e2e.running import Answer, Running

pytestmark = pytest.mark.e2e

VERIFY = '<OAuthV2 name="verify"><Operation>VerifyAccessToken</Operation></OAuthV2>'
STEP = "<PreFlow><Request><Step><Name>verify</Name></Step></Request></PreFlow>"
RECOVERY_S = 5.0
"""The promise. Tests wait three times as long, since what they hold to it is that it comes."""

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with Running(tmp_path / "data", "--workers=1", "--deploy-samples") as running:
        deploy_proxy(running, "guarded", proxy_files("guarded", "/guarded", STEP, None, verify=VERIFY))
        yield running


def token(server: Running) -> str:
    """One that every proxy takes."""
    product = {"name": "all", "displayName": "all", "approvalType": "auto", "environments": ["test"]}
    assert server.manage("POST", "/apiproducts", product).status == 201
    app = {"name": "all", "apiProducts": ["all"]}
    made = server.manage("POST", "/developers/tesla@weathersample.com/apps", app)
    credential = made.json["credentials"][0]
    form = urllib.parse.urlencode(
        {"client_id": credential["consumerKey"], "client_secret": credential["consumerSecret"]}
    )
    answer = server.call(
        "POST",
        "/oauth/client_credential/accesstoken?grant_type=client_credentials",
        form.encode(),
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status == 200, answer.text
    return str(answer.json["access_token"])


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another process holds the write lock."""
    command = [sys.executable, "-c", LOCK, str(folder / "gatewright.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            process.communicate(timeout=10)


@contextmanager
def moved_away(folder: Path) -> Iterator[None]:
    """The folder has another name for a while."""
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    try:
        yield
    finally:
        elsewhere.rename(folder)


def eventually(ask: Callable[[], Answer], status: int) -> Answer:
    """The first answer with that status, within three times the promise."""
    give_up_at = time.monotonic() + 3 * RECOVERY_S
    while (answer := ask()).status != status:
        assert time.monotonic() < give_up_at, answer.text
        time.sleep(0.1)
    return answer


def create(server: Running, name: str) -> Answer:
    return server.manage("POST", "/apiproducts", {"name": name, "displayName": name, "approvalType": "auto"})


@contextmanager
def removed(folder: Path) -> Iterator[None]:
    """The database's files are removed, and a copy from before is put in their place."""
    database, backup = folder / "gatewright.db", folder.with_name("backup.db")
    connection = sqlite3.connect(database)
    connection.execute("VACUUM INTO ?", (str(backup),))
    connection.close()
    for file in folder.glob("gatewright.db*"):
        file.unlink()
    try:
        yield
    finally:
        shutil.copy(backup, database)


AWAY: dict[str, tuple[Callable[[Path], AbstractContextManager[None]], str]] = {
    "locked": (locked, "database is locked"),
    "moved": (moved_away, "unable to open database file"),
    "removed and restored": (removed, "unable to open database file"),
}


@pytest.mark.parametrize("kind", AWAY)
def test_known_tokens_work_while_the_database_is_away_and_deployments_when_it_is_back(
    server: Running, kind: str
) -> None:
    away, reason = AWAY[kind]
    headers = {"Authorization": f"Bearer {token(server)}"}
    revision = import_proxy(server, "later", proxy_files("later", "/later"))
    with Load(server.http_port, "/guarded", clients=2, headers=headers) as load:
        load.wait_for(20)
        with away(server.data):
            load.wait_for(200)
            refused = create(server, "refused")
            assert refused.status == 503, refused.text
            assert (refused.status, refused.headers["retry-after"]) == (503, "5")
            assert refused.json == {
                "code": "management.StoreUnavailable",
                "message": f"the store is not available: {reason}",
                "contexts": [],
            }
            load.wait_for(200)
        eventually(lambda: server.manage("GET", "//readyz", user=None), 200)
        eventually(lambda: create(server, "taken"), 201)
        path = f"/environments/test/apis/later/revisions/{revision}/deployments"
        eventually(lambda: server.manage("POST", path), 200)
        assert server.call("GET", "/later").status == 200
        load.wait_for(20)
    assert load.failures == []
    assert {status for status, _ in load.answers} == {200}
    products = server.manage("GET", "/apiproducts").json
    assert ("taken" in products, "refused" in products) == (True, False)
    assert json.loads(server.manage("GET", "//readyz", user=None).text)["checks"]["store"] == "ok"

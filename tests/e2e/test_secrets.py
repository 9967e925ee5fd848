"""Secrets stay where they belong: not in a log, not in the data folder in clear, not in a refusal."""

import base64
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy_proxy, proxy_files
from tests.e2e.running import ADMIN, PASSWORD, Answer, Running, ask, basic

pytestmark = pytest.mark.e2e

DEVELOPER = "canary@example.com"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OAUTH = (
    '<OAuthV2 name="generate"><Operation>GenerateAccessToken</Operation><SupportedGrantTypes>'
    "<GrantType>client_credentials</GrantType></SupportedGrantTypes>"
    "<GrantType>request.queryparam.grant_type</GrantType><GenerateResponse/></OAuthV2>"
)
VERIFY = '<OAuthV2 name="verify"><Operation>VerifyAccessToken</Operation></OAuthV2>'
KEYED = '<VerifyAPIKey name="keyed"><APIKey ref="request.queryparam.apikey"/></VerifyAPIKey>'
MAP_VALUE = "canary-of-an-encrypted-map"
WRONG_PASSWORD = "canary-of-a-wrong-password"
WRONG_SECRET = "canary-of-a-wrong-secret"
WRONG_TOKEN = "canary-of-a-wrong-token"
WRONG_KEY = "canary-of-a-wrong-key"


class Secrets:
    """A server that has seen each kind of secret, in calls that succeed and in calls that fail."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.refusals: list[Answer] = []
        self._deploy()
        self.key, self.secret = self._make_app()
        self.token = self._get_token()
        self._misuse()

    @property
    def in_clear(self) -> dict[str, str]:
        """Every secret; the consumer key counts, since VerifyAPIKey asks for nothing else."""
        return {
            "password": PASSWORD,
            "wrong password": WRONG_PASSWORD,
            "consumer key": self.key,
            "consumer secret": self.secret,
            "token": self.token,
            "wrong secret": WRONG_SECRET,
            "wrong token": WRONG_TOKEN,
            "wrong key": WRONG_KEY,
            "map value": MAP_VALUE,
            "login": basic(ADMIN, PASSWORD).removeprefix("Basic "),
            "client login": base64.b64encode(f"{self.key}:{self.secret}".encode()).decode(),
        }

    def _deploy(self) -> None:
        def with_step(name: str) -> str:
            return f"<PreFlow><Request><Step><Name>{name}</Name></Step></Request></PreFlow>"

        nowhere = "http://127.0.0.1:9"
        deploy_proxy(
            self.server, "token", proxy_files("token", "/token", with_step("generate"), generate=OAUTH)
        )
        for name, xml in (("verify", VERIFY), ("keyed", KEYED)):
            files = proxy_files(name, f"/{name}", with_step(name), nowhere, **{name: xml})
            deploy_proxy(self.server, name, files)

    def _make_app(self) -> tuple[str, str]:
        manage = self.server.manage
        product = {
            "name": "all",
            "approvalType": "auto",
            "proxies": [],
            "environments": [],
            "apiResources": [],
        }
        assert manage("POST", "/apiproducts", product).status == 201
        developer = {"email": DEVELOPER, "firstName": "C", "lastName": "C", "userName": "canary"}
        assert manage("POST", "/developers", developer).status == 201
        app = manage("POST", f"/developers/{DEVELOPER}/apps", {"name": "app", "apiProducts": ["all"]})
        assert app.status == 201, app.text
        entries = [{"name": "secret", "value": MAP_VALUE}]
        kvm = {"name": "canaries", "encrypted": "true", "entry": entries}
        answer = manage("POST", "/environments/test/keyvaluemaps", kvm)
        assert answer.status == 201, answer.text
        (credential,) = app.json["credentials"]
        return credential["consumerKey"], credential["consumerSecret"]

    def _get_token(self) -> str:
        answer = self._ask_token(self.secret)
        assert answer.status == 200, answer.text
        return str(answer.json["access_token"])

    def _ask_token(self, secret: str) -> Answer:
        body = f"client_id={self.key}&client_secret={secret}".encode()
        return self.server.call("POST", "/token?grant_type=client_credentials", body, FORM)

    def _misuse(self) -> None:
        """Whatever makes a server write to its log: targets that are not there, wrong logins, wrong keys."""
        call = self.server.call
        manage = self.server.manage
        self.refusals = [
            call(
                "GET", f"/verify?access_token={self.token}", headers={"Authorization": f"Bearer {self.token}"}
            ),
            call("GET", f"/keyed?apikey={self.key}"),
            call("GET", f"/keyed/x?apikey={WRONG_KEY}"),
            call("GET", "/verify", headers={"Authorization": f"Bearer {WRONG_TOKEN}"}),
            self._ask_token(WRONG_SECRET),
            call(
                "POST",
                "/token?grant_type=client_credentials",
                b"",
                {"Authorization": basic(self.key, WRONG_SECRET)},
            ),
            manage("GET", "/developers", password=WRONG_PASSWORD),
            manage("GET", f"/developers/{DEVELOPER}/apps/app/keys/{self.key}/nothing"),
            manage("POST", "/developers", b"{" + WRONG_SECRET.encode()),
            ask(self.server.http_port, "GET", f"/nowhere?apikey={self.key}", None, {}),
        ]
        manage(
            "POST", f"/developers/{DEVELOPER}?action=inactive", b"", content_type="application/octet-stream"
        )
        give_up_at = time.monotonic() + 5  # a change reaches every worker within a second
        while self._ask_token(self.secret).status < 400 and time.monotonic() < give_up_at:
            time.sleep(0.02)
        self.refusals += [call("GET", f"/keyed?apikey={self.key}"), self._ask_token(self.secret)]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secrets]:
    with Running(tmp_path_factory.mktemp("secrets") / "data", "--workers=1", "--no-samples") as server:
        yield Secrets(server)


def found_in(secrets: Secrets, content: str) -> list[str]:
    return [name for name, secret in secrets.in_clear.items() if secret in content]


def test_no_log_holds_a_secret(secrets: Secrets) -> None:
    log = secrets.server.log
    assert "a target gave no usable answer" in log
    assert found_in(secrets, log) == []


def test_the_data_folder_holds_no_secret_in_clear(secrets: Secrets) -> None:
    data = secrets.server.data
    with closing(sqlite3.connect(data / "gatewright.db")) as database:
        database.execute("PRAGMA wal_checkpoint(FULL)")
    files = [path for path in data.rglob("*") if path.is_file()]
    assert files
    for path in files:
        # Consumer keys are looked up by, and are told by the management API: they lie there as they are.
        assert set(found_in(secrets, path.read_bytes().decode("latin-1"))) <= {"consumer key"}, path.name


def test_no_refusal_repeats_a_secret(secrets: Secrets) -> None:
    for answer in secrets.refusals:
        assert answer.status >= 400
        found = set(found_in(secrets, answer.text + str(dict(answer.headers))))
        assert found <= {"consumer key"}, answer.text


def test_no_process_shows_a_secret_in_its_arguments(secrets: Secrets) -> None:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            arguments = (entry / "cmdline").read_bytes().decode("latin-1")
        except OSError:
            continue
        if secrets.server.process.pid in (int(entry.name), parent):
            assert found_in(secrets, arguments) == []


def test_lists_of_the_management_api_keep_encrypted_values_to_themselves(secrets: Secrets) -> None:
    answer = secrets.server.manage("GET", "/environments/test/keyvaluemaps/canaries")
    assert answer.status == 200
    assert MAP_VALUE not in answer.text
    assert re.search(r"\*+", answer.text)

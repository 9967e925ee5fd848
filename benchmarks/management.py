"""The management API of the gateway under test: what anybody would do with curl."""

import base64
import io
import json
import time
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.contest import APP

USER, PASSWORD = "bench@myorg.example", "bench-only"
_ORG = "/v1/organizations/myorg"
_DEVELOPER = "tesla@weathersample.com"
_PRODUCT = "bench-product"
_READY_S = 60


@dataclass(frozen=True, slots=True)
class Client:
    """What an app knows of itself."""

    key: str
    secret: str


class Management:
    """Calls to one server as its administrator."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self.login = {"Authorization": f"Basic {login}"}

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_S
        while time.monotonic() < deadline:
            try:
                self.call("GET", "/readyz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("the gateway did not become ready")

    def deploy(self, name: str, files: Mapping[str, str]) -> None:
        """Import the bundle and deploy it to test."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        query = f"action=import&name={name}"
        imported = self.call("POST", f"{_ORG}/apis?{query}", content.getvalue(), "application/octet-stream")
        self.deploy_revision(name, imported["revision"])

    def deploy_revision(self, name: str, revision: str) -> None:
        path = f"{_ORG}/environments/test/apis/{name}/revisions/{revision}/deployments"
        self.call("POST", f"{path}?override=true", b"", "application/x-www-form-urlencoded")

    def app(self) -> Client:
        """A new app of the sample developer, with a product that holds every proxy."""
        product = {
            "name": _PRODUCT,
            "displayName": _PRODUCT,
            "approvalType": "auto",
            "environments": ["test"],
        }
        self.call("POST", f"{_ORG}/apiproducts", json.dumps(product).encode())
        app = {"name": APP, "apiProducts": [_PRODUCT]}
        made = self.call("POST", f"{_ORG}/developers/{_DEVELOPER}/apps", json.dumps(app).encode())
        credential = made["credentials"][0]
        return Client(credential["consumerKey"], credential["consumerSecret"])

    def token(self, gateway_url: str, client: Client) -> str:
        """An access token from the predefined proxy `oauth`."""
        self.deploy_revision("oauth", "1")
        form = urllib.parse.urlencode({"client_id": client.key, "client_secret": client.secret})
        url = f"{gateway_url}/oauth/client_credential/accesstoken?grant_type=client_credentials"
        request = urllib.request.Request(url, form.encode(), method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(json.load(answer)["access_token"])

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        request = urllib.request.Request(
            self.url + path, body, {**self.login, "Content-Type": kind}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

"""The gateway as a contestant: one worker on one core, with the proxies that the races call."""

import base64
import io
import json
import sys
import time
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import free_ports, pinned, wait_for_port
from gatewright.samples import bundles

_USER, _PASSWORD = "bench@myorg.example", "bench-only"
_ORG = "/v1/organizations/myorg"
_DEVELOPER = f"{_ORG}/developers/tesla@weathersample.com"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A running gateway."""

    pid: int
    url: str
    token: str
    """An access token of the sample app, for the product that the protected proxies are in."""


@contextmanager
def gateway(folder: Path, upstream: int, core: int) -> Iterator[Gateway]:
    """Start it on that core with a new data folder, deploy the proxies, get a token."""
    management, http, https = free_ports(3)
    folder.mkdir(parents=True)
    log = folder / "output.log"
    command = [
        str(Path(sys.executable).with_name("gatewright")), "serve",
        "--data", str(folder / "data"),
        "--management-port", str(management),
        "--http-port", str(http),
        "--https-port", str(https),
        "--workers", "1",
        "--deploy-samples",
        "--resolve", f"weather.yahooapis.com=http://127.0.0.1:{upstream}",
    ]  # fmt: skip
    environ = {"GATEWRIGHT_ADMIN_USER": _USER, "GATEWRIGHT_ADMIN_PASSWORD": _PASSWORD}
    with pinned(command, core, log, environ) as pid:
        wait_for_port(management, log)
        wait_for_port(http, log)
        api = _Management(f"http://127.0.0.1:{management}")
        api.wait_until_ready()
        for name, files in proxies(upstream).items():
            api.deploy(name, files)
        url = f"http://127.0.0.1:{http}"
        yield Gateway(pid, url, api.token(url))


def proxies(upstream: int) -> dict[str, dict[str, bytes]]:
    """The bundles by name: pass-through, and the tutorial's weatherapi after its steps 3 and 4."""
    weather = dict(bundles()["weatherapi"])
    endpoint = weather["apiproxy/proxies/default.xml"].decode()
    weather["apiproxy/proxies/default.xml"] = endpoint.replace("<Flows>", f"<Flows>{_AUTHORIZE}", 1).encode()
    weather["apiproxy/policies/ValidateOAuth.xml"] = _VALIDATE_OAUTH
    spike = next(path for path in weather if "/SpikeArrest" in path)
    # The sample lets ten calls a second through; the race is about calls that pass.
    weather[spike] = weather[spike].replace(b"<Rate>10ps</Rate>", b"<Rate>1000000ps</Rate>")
    return {"bench-pass": _forwarding("/pass", upstream), "weatherapi": weather}


def _forwarding(base_path: str, upstream: int) -> dict[str, bytes]:
    return {
        "apiproxy/bench-pass.xml": b'<APIProxy name="bench-pass"/>',
        "apiproxy/proxies/default.xml": (
            '<ProxyEndpoint name="default"><HTTPProxyConnection>'
            f"<BasePath>{base_path}</BasePath><VirtualHost>default</VirtualHost></HTTPProxyConnection>"
            '<RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule></ProxyEndpoint>'
        ).encode(),
        "apiproxy/targets/default.xml": (
            '<TargetEndpoint name="default"><HTTPTargetConnection>'
            f"<URL>http://127.0.0.1:{upstream}</URL></HTTPTargetConnection></TargetEndpoint>"
        ).encode(),
    }


_AUTHORIZE = (
    '<Flow name="Authorize"><Condition>proxy.pathsuffix MatchesPath "/forecastrss"</Condition>'
    "<Request><Step><Name>ValidateOAuth</Name></Step></Request></Flow>"
)
_VALIDATE_OAUTH = b'<OAuthV2 name="ValidateOAuth"><Operation>VerifyAccessToken</Operation></OAuthV2>'


class _Management:
    """The management API of the gateway under test."""

    def __init__(self, url: str) -> None:
        self.url = url
        login = base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
        self.login = {"Authorization": f"Basic {login}"}

    def wait_until_ready(self) -> None:
        for _ in range(200):
            try:
                self.call("GET", "/readyz")
            except OSError:
                time.sleep(0.1)
                continue
            return
        raise RuntimeError("the gateway did not become ready")

    def deploy(self, name: str, files: Mapping[str, bytes]) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for path, data in files.items():
                archive.writestr(path, data)
        query = f"action=import&name={name}"
        imported = self.call("POST", f"{_ORG}/apis?{query}", content.getvalue(), "application/octet-stream")
        path = f"{_ORG}/environments/test/apis/{name}/revisions/{imported['revision']}/deployments"
        self.call("POST", f"{path}?override=true", b"", "application/x-www-form-urlencoded")

    def token(self, gateway_url: str) -> str:
        app = self.call("GET", f"{_DEVELOPER}/apps/weatherapp")
        credential = app["credentials"][0]
        form = {"client_id": credential["consumerKey"], "client_secret": credential["consumerSecret"]}
        url = f"{gateway_url}/oauth/client_credential/accesstoken?grant_type=client_credentials"
        request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(json.load(answer)["access_token"])

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        request = urllib.request.Request(
            self.url + path, body, {**self.login, "Content-Type": kind}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

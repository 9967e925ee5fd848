"""express-gateway doing work (c): key, rate limit, two conditions, two headers."""

import json
import shutil
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.contest import APP, EXPRESS_GATEWAY, Entry, Peer, Rig, fill
from benchmarks.install import node, npm, version_of
from benchmarks.processes import free_ports, pinned, wait_for_port

_HERE = Path(__file__).parent
_PEER = _HERE.name
_WARM_UP_S = 3.0


def _install() -> str:
    package = npm(_PEER) / "node_modules" / "express-gateway" / "package.json"
    return f"{json.loads(package.read_text())['version']}, Node {version_of([node(), '--version'])}"


@contextmanager
def _start(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    port, admin = free_ports(2)
    configuration = rig.folder / "config"
    _configure(configuration, {"port": port, "admin_port": admin, "upstream": rig.upstream})
    log = rig.folder / "output.log"
    environ = {"NODE_ENV": "production", "LOG_LEVEL": "warn", "EG_DISABLE_CONFIG_WATCH": "true"}
    command = [node(), str(_HERE / "start.js"), str(npm(_PEER)), str(configuration)]
    with pinned(command, rig.core, log, environ, rig.folder) as pid:
        wait_for_port(port, pid, log)
        wait_for_port(admin, pid, log)
        headers = {"X-Api-Key": _key(f"http://127.0.0.1:{admin}")}
        url = f"http://127.0.0.1:{port}/key"
        yield [
            Entry(work, EXPRESS_GATEWAY, pid, url, headers, sets_headers=True, warm_up_s=_WARM_UP_S)
            for work in works
        ]


def _configure(folder: Path, values: Mapping[str, object]) -> None:
    shutil.copytree(
        npm(_PEER) / "node_modules" / "express-gateway" / "lib" / "config" / "models", folder / "models"
    )
    for template in (_HERE / "config").iterdir():
        fill(template, values, folder / template.name)


def _key(admin: str) -> str:
    """A new user's key."""
    _post(f"{admin}/users", {"username": APP, "firstname": "Nikolai", "lastname": "Tesla"})
    credential = _post(f"{admin}/credentials", {"consumerId": APP, "type": "key-auth", "credential": {}})
    return f"{credential['keyId']}:{credential['keySecret']}"


def _post(url: str, record: Mapping[str, object]) -> Any:
    content = json.dumps(record).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


PEER = Peer(
    name=EXPRESS_GATEWAY,
    works="c",
    differs="Keys and counts are in its emulation of Redis in the process; no products, no record of calls.",
    install=_install,
    start=_start,
)

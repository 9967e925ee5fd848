"""Apigee Edge Microgateway's core with its own plug-ins doing work (b), its token a JWT."""

import base64
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.contest import APP, MICROGATEWAY, Entry, Peer, Rig, fill
from benchmarks.install import node, npm, version_of
from benchmarks.processes import free_ports, pinned, wait_for_port

_HERE = Path(__file__).parent
_PEER = _HERE.name
_WARM_UP_S = 3.0
_A_DAY_S = 86_400


def _install() -> str:
    package = npm(_PEER) / "node_modules" / "microgateway-core" / "package.json"
    return f"{json.loads(package.read_text())['version']}, Node {version_of([node(), '--version'])}"


@contextmanager
def _start(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    (port,) = free_ports(1)
    key = rsa.generate_private_key(65537, 2048)
    public_key = rig.folder / "public.pem"
    public_key.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    values = {"port": port, "upstream": rig.upstream, "folder": rig.folder}
    configuration = fill(_HERE / "config.json", values, rig.folder / "config.json")
    log = rig.folder / "output.log"
    command = [node(), str(_HERE / "start.js"), str(npm(_PEER)), str(configuration), str(public_key)]
    with pinned(command, rig.core, log, {"NODE_ENV": "production"}, rig.folder) as pid:
        wait_for_port(port, pid, log)
        bearer = {"Authorization": f"Bearer {_token(key)}"}
        url = f"http://127.0.0.1:{port}/token"
        yield [
            Entry(work, MICROGATEWAY, pid, url, bearer, sets_headers=True, warm_up_s=_WARM_UP_S)
            for work in works
        ]


def _token(key: rsa.RSAPrivateKey) -> str:
    """A JWT (RFC 7519) as the proxy edgemicro-auth issues them."""
    now = int(time.time())
    claims = {
        "application_name": APP,
        "client_id": "bench-client",
        "api_product_list": ["bench-product"],
        "iat": now - 60,
        "exp": now + _A_DAY_S,
    }
    signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
    return f"{signed}.{_base64url(key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"


def _part(record: Mapping[str, object]) -> str:
    return _base64url(json.dumps(record).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


PEER = Peer(
    name=MICROGATEWAY,
    works="b",
    differs=(
        "Its token is a JWT (RS256) whose verification it remembers (tokenCache); counts in "
        "memory; no analytics plug-in; the two headers come from a plug-in of a few lines."
    ),
    install=_install,
    start=_start,
)

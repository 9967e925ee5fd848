"""TLS towards targets: verified against the system's certificates unless the target says otherwise."""

import ssl
import tempfile
from pathlib import Path

from gatewright.engine.target import TargetTls

_MINIMUM = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def target_context(settings: TargetTls | None) -> ssl.SSLContext:
    """A client's context. Raises ssl.SSLError for certificates or ciphers that cannot be used."""
    tls = settings or TargetTls()
    context = ssl.create_default_context(cadata=tls.trust_pem)
    context.set_alpn_protocols(["http/1.1"])
    context.minimum_version = _MINIMUM.get(tls.minimum, ssl.TLSVersion.TLSv1_2)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.ciphers is not None:
        context.set_ciphers(tls.ciphers)
    if tls.certificate_pem is not None:
        _load_certificate(context, tls.certificate_pem)
    return context


def _load_certificate(context: ssl.SSLContext, pem: str) -> None:
    """Python's ssl reads a chain and its key from a file only, so they pass through one of mode 600."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "client.pem"
        file.touch(mode=0o600)
        file.write_text(pem)
        context.load_cert_chain(file)

"""TLS of the listeners: what a client may speak, and the certificate it is shown."""

import ssl
from pathlib import Path


class UnusableCertificate(Exception):
    """The file holds no certificate with its key; the text says what to do."""


def server_context(certificate: Path) -> ssl.SSLContext:
    """A listener's context for a PEM file with the chain and its key. Raises UnusableCertificate, OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate)
    except ssl.SSLError as error:
        raise UnusableCertificate(
            f"{certificate} does not hold a certificate and its key ({error.reason}); "
            "put them there, or remove the file to have a self-signed one made"
        ) from None
    return context

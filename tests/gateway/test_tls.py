"""The gateway's own certificate and its TLS settings, with real handshakes."""

import asyncio
import datetime
import ssl
import stat
from pathlib import Path

import pytest
from tests.gateway.http.origin import gateway
from tests.gateway.http.rig import answering

from gatewright.engine.target import Origin, TargetTls
from gatewright.gateway.certificate import self_signed
from gatewright.gateway.listener import Entrance
from gatewright.gateway.tls import server_context
from gatewright.message import Request, Response

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
NAMES = ("localhost", "myorg-prod.localhost", "127.0.0.1")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path / "tls" / "gateway.pem", NAMES, datetime.datetime.now(datetime.UTC))


@pytest.fixture
def pem(certificate: Path) -> str:
    return certificate.read_text()


def hello(request: Request) -> Response:
    return Response(content=b"hello")


def own_name(request: Request) -> Response:
    return Response(content=(request.headers.get("host") or "").encode())


def secure(host: str, port: int, tls: TargetTls | None = None) -> Origin:
    return Origin("https", host, port, tls=tls)


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def test_a_client_that_trusts_the_certificate_is_served(certificate: Path) -> None:
    entrance = Entrance("secure", server_context(certificate))
    async with gateway(answering(hello), entrance=entrance) as running:
        for name in NAMES:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", running.port, ssl=trusting(certificate), server_hostname=name
            )
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert (await reader.read(-1)).endswith(b"\r\n\r\nhello")
            assert writer.get_extra_info("ssl_object").selected_alpn_protocol() is None
            writer.close()


async def test_the_flow_learns_how_the_client_is_connected(certificate: Path) -> None:
    entrance = Entrance("secure", server_context(certificate))
    async with gateway(answering(hello), entrance=entrance) as running:
        _, writer = await asyncio.open_connection(
            "127.0.0.1", running.port, ssl=trusting(certificate), server_hostname="localhost"
        )
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await asyncio.sleep(0.1)
        writer.close()
    (peer,) = running.application.peers
    assert peer.scheme == "https"
    assert peer.virtual_host == "secure"
    assert peer.tls_protocol == "TLSv1.3"
    assert peer.tls_cipher
    assert peer.ip == "127.0.0.1"


async def test_an_old_protocol_is_refused(certificate: Path) -> None:
    context = trusting(certificate)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    entrance = Entrance("secure", server_context(certificate))
    async with gateway(answering(hello), entrance=entrance) as running:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", running.port, ssl=context, server_hostname="localhost")


async def test_cleartext_on_the_tls_port_is_dropped(certificate: Path) -> None:
    entrance = Entrance("secure", server_context(certificate))
    async with gateway(answering(hello), entrance=entrance) as running:
        reader, writer = await running.connect()
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        try:
            answer = await reader.read(-1)
        except ConnectionError:
            answer = b""
        assert b"HTTP" not in answer
        writer.close()


def test_the_certificate_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    file = self_signed(tmp_path / "data" / "gateway.pem", NAMES, NOW)
    first = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert self_signed(file, ("other",), NOW).read_bytes() == first
    assert [entry.name for entry in file.parent.iterdir()] == ["gateway.pem"]


# Towards targets.


async def test_a_targets_certificate_is_verified_unless_the_target_says_otherwise(
    certificate: Path, pem: str
) -> None:
    entrance = Entrance("secure", server_context(certificate))
    async with gateway(answering(hello), entrance=entrance) as behind:
        cases = {
            "untrusted": TargetTls(),
            "trusted": TargetTls(trust_pem=pem),
            "wrong name": TargetTls(trust_pem=pem, server_name="other.example"),
            "not verified": TargetTls(verify=False, server_name="other.example"),
        }
        endings = {}
        for case, tls in cases.items():
            async with gateway(secure("localhost", behind.port, tls)) as running:
                endings[case] = await running.ask(LAST)
    assert endings["untrusted"].endswith(b"\r\n\r\nTLS")
    assert endings["trusted"].endswith(b"\r\n\r\nhello")
    assert endings["wrong name"].endswith(b"\r\n\r\nTLS")
    assert endings["not verified"].endswith(b"\r\n\r\nhello")


async def test_a_target_that_does_not_speak_tls_is_told_apart() -> None:
    async with gateway(answering(hello)) as behind, gateway(secure("localhost", behind.port)) as running:
        assert (await running.ask(LAST)).endswith(b"\r\n\r\nTLS")


async def test_a_resolved_target_is_asked_by_its_own_name(certificate: Path, pem: str) -> None:
    entrance = Entrance("secure", server_context(certificate))
    async with gateway(answering(own_name), entrance=entrance) as behind:
        tls, address = TargetTls(trust_pem=pem), ("127.0.0.1", behind.port)
        async with gateway(Origin("https", "myorg-prod.localhost", 443, address, tls)) as running:
            answer = await running.ask(LAST)
    assert answer.endswith(b"\r\n\r\nmyorg-prod.localhost")

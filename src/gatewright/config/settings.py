"""Every setting of a server: its type, its default and what it does.

docs/reference/settings.md and the flags of `gatewright serve` are made from these definitions.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from gatewright.config.kinds import (
    BYTES_PER_SECOND,
    CONNECTIONS,
    COUNT,
    FOLDER,
    KEY,
    MILLISECONDS,
    NETWORKS,
    PASSWORD,
    PORT,
    REDIRECTS,
    ROLE,
    SWITCH,
    TEXT,
    WORKER_CONNECTIONS,
    Kind,
    Network,
    Redirect,
    Role,
)

PREFIX = "GATEWRIGHT_"

T = TypeVar("T")


def available_processors() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def setting(
    kind: Kind[T],
    default: T | Callable[[], T],
    doc: str,
    *,
    default_text: str = "",
    flag_doc: str = "",
    secret: bool = False,
) -> T:
    """One field of Settings.

    A secret has no flag and no repr; `default_text` says a computed default, `flag_doc` what the flag does
    where that is not what the setting does.
    """
    metadata = {
        "kind": kind,
        "doc": doc,
        "flag_doc": flag_doc or doc,
        "default_text": default_text,
        "secret": secret,
    }
    if callable(default):
        return field(default_factory=default, metadata=metadata, repr=not secret)
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a server can be told. Read once at start; nothing here changes while it runs."""

    data: Path = setting(
        FOLDER, Path("data"), "The folder that holds everything the server keeps. Made when missing."
    )
    host: str = setting(TEXT, "127.0.0.1", "The address that every listener binds; 0.0.0.0 for all of them.")
    management_port: int = setting(PORT, 8080, "The port of the management API and the health checks.")
    http_port: int = setting(PORT, 9001, "The gateway's HTTP port: virtual host `default`.")
    https_port: int = setting(PORT, 9443, "The gateway's HTTPS port: virtual host `secure`.")
    workers: int = setting(
        COUNT,
        available_processors,
        "How many gateway processes serve calls. They share the ports.",
        default_text="one per processor core",
    )
    role: Role = setting(
        ROLE,
        "all",
        "What this machine runs. This version runs everything on one machine: `all` is the only choice.",
    )
    samples: bool = setting(
        SWITCH,
        True,
        "Give a new data folder the tutorial's proxies, product, developer and app.",
        flag_doc="Leave a new data folder without the tutorial's proxies, product, developer and app.",
    )
    deploy_samples: bool = setting(
        SWITCH, False, "Deploy the two sample proxies to `test` when the data folder is new."
    )
    resolve: tuple[Redirect, ...] = setting(
        REDIRECTS,
        (),
        "Send target traffic for HOST, http or https, to URL instead; Host and SNI stay. `HOST=` without a "
        "URL undoes what is built in for a sample's host.",
        default_text="none, and the samples' targets to the backends that ship with Gatewright",
    )
    admin_user: str = setting(
        TEXT, "admin@myorg.example", "The first administrator, made with a new data folder."
    )
    admin_password: str | None = setting(
        PASSWORD,
        None,
        "The first administrator's password. Only its Argon2 hash is kept.",
        default_text="a random one, printed once at first start",
        secret=True,
    )
    encryption_key: bytes | None = setting(
        KEY,
        None,
        "The key that encrypts secrets at rest: 32 bytes in base64.",
        default_text="a random one, kept with mode 600 in the data folder",
        secret=True,
    )
    trusted_proxies: tuple[Network, ...] = setting(
        NETWORKS,
        (),
        "Peers whose X-Forwarded-For is believed: addresses or networks.",
        default_text="none",
    )
    allow_private_targets: bool = setting(
        SWITCH,
        False,
        "Let an address made from request data lead to a loopback, link-local or private address. Addresses "
        "written in a bundle or a target server always may.",
    )
    client_head_timeout_ms: int = setting(
        MILLISECONDS,
        10_000,
        "How long the head of a request may take, from its first byte or the handshake to its empty line. "
        "Then the client is answered 408 and the connection closed.",
    )
    client_body_timeout_ms: int = setting(
        MILLISECONDS,
        30_000,
        "How long a client may send nothing in the middle of a body, and when `client_min_bytes_per_s` "
        "begins to count. Then the client is answered 408 and the connection closed.",
    )
    client_read_timeout_ms: int = setting(
        MILLISECONDS,
        30_000,
        "How long a client may take nothing of an answer while there is more of it. Then the connection is "
        "reset. Taking less than `client_min_bytes_per_s` in such a time counts as nothing.",
    )
    client_keepalive_timeout_ms: int = setting(
        MILLISECONDS,
        65_000,
        "How long a client's connection may be idle between requests before it is closed.",
    )
    client_min_bytes_per_s: int = setting(
        BYTES_PER_SECOND,
        240,
        "The least mean rate at which a client must send a body or take an answer; 0 for none.",
    )
    connections_per_worker: int | None = setting(
        WORKER_CONNECTIONS,
        None,
        "How many clients may be connected to each gateway process. One more is answered 503 with "
        "`Retry-After` and the connection closed; of a flood beyond that most are closed unanswered. A "
        "process raises its limit on open files as far as the system lets it; a number that this limit has "
        "no room for is lowered, with a line in the log.",
        default_text="as many as the limit on open files has room for, with one to a target for each",
    )
    connections_per_client: int = setting(
        CONNECTIONS,
        8_192,
        "How many connections one address may have with each gateway process. One more is answered 503.",
    )


@dataclass(frozen=True, slots=True)
class Definition:
    """One setting as users see it; `flag` is None for a secret."""

    name: str
    kind: Kind[object]
    doc: str
    flag_doc: str
    default_text: str
    is_secret: bool
    flag: str | None
    flag_value: str | None

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


def definitions() -> tuple[Definition, ...]:
    """Every setting, in the order of Settings."""
    return tuple(_definition(f.name, f.default, f.metadata) for f in fields(Settings))


def _definition(name: str, default: object, metadata: Mapping[str, Any]) -> Definition:
    kind: Kind[object] = metadata["kind"]
    flag, flag_value = "--" + name.replace("_", "-"), None
    if kind.metavar is None:
        flag, flag_value = (flag.replace("--", "--no-"), "false") if default is True else (flag, "true")
    plain = "" if default is MISSING else str(default).lower() if isinstance(default, bool) else str(default)
    return Definition(
        name=name,
        kind=kind,
        doc=metadata["doc"],
        flag_doc=metadata["flag_doc"],
        default_text=metadata["default_text"] or f"`{plain}`",
        is_secret=metadata["secret"],
        flag=None if metadata["secret"] else flag,
        flag_value=flag_value,
    )

"""nginx with Lua doing the works by hand: what gateways built on nginx cost at least."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contest import APP, KEY, NGINX_LUA, TOKEN, USUAL_HEADERS, Entry, Peer, Rig, fill
from benchmarks.install import debian, version_of
from benchmarks.peers.nginx import PROGRAM, running
from benchmarks.processes import free_ports

_HERE = Path(__file__).parent
_MODULES = Path("/usr/lib/nginx/modules")
_LOADED = ("ndk_http_module.so", "ngx_http_lua_module.so")
_BEARER = {"Authorization": f"Bearer {TOKEN}"}
_ENTRIES = {
    "b": ("token", _BEARER),
    "c": ("key", {"X-Api-Key": KEY}),
    "d": ("full", {**_BEARER, **USUAL_HEADERS}),
}


def _install() -> str:
    for module in _LOADED:
        debian("bench-lua", str(_MODULES / module))
    return f"{version_of([PROGRAM, '-v'])}, {_lua_version()}"


def _lua_version() -> str:
    return version_of(["dpkg-query", "--show", "libnginx-mod-http-lua"]).replace("\t", " ")


@contextmanager
def _start(rig: Rig, works: str) -> Iterator[Sequence[Entry]]:
    (port,) = free_ports(1)
    fill(_HERE / "gate.lua", {"token": TOKEN, "key": KEY, "app": APP}, rig.folder / "gate.lua")
    values = {"port": port, "upstream": rig.upstream, "configuration": rig.folder}
    site = fill(_HERE / "site.conf", values, rig.folder / "site.conf")
    modules = "\n".join(f"load_module {_MODULES / module};" for module in _LOADED)
    with running(rig.folder, site, port, rig.core, modules) as pid:
        yield [
            Entry(work, NGINX_LUA, pid, f"http://127.0.0.1:{port}/{path}", headers, sets_headers=True)
            for work, (path, headers) in _ENTRIES.items()
            if work in works
        ]


PEER = Peer(
    name=NGINX_LUA,
    works="bcd",
    differs=(
        "Finds token and key in a Lua table with one row, looks at no product or developer, keeps the count "
        "in memory only and no record of the call; buffers the answer."
    ),
    install=_install,
    start=_start,
)

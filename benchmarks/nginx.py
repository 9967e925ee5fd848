"""nginx: the upstream that everybody forwards to, and the peer that forwards and does nothing else."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import pinned, wait_for_port

_COMMON = """
daemon off;
worker_processes 1;
error_log {folder}/error.log warn;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {inside}
}}
"""
_UPSTREAM = """
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location = /forecastrss {{ default_type text/xml; alias {folder}/forecast.xml; }}
        location / {{ default_type application/json; return 200 '{answer}'; }}
    }}
"""
_PROXY = """
    upstream target {{ server 127.0.0.1:{target}; keepalive 64; keepalive_requests 1000000000; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ proxy_pass http://target; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    }}
"""


def answer_of_1000_bytes() -> str:
    """The JSON that the upstream answers."""
    item = {"id": 17, "name": "Palo Alto", "tags": ["sunny", "dry"], "high": 57, "low": 33}
    items: list[object] = []
    while len(json.dumps({"items": [*items, item]})) < 980:
        items.append(item)
    text = json.dumps({"items": items, "pad": ""})
    return text.replace('"pad": ""', f'"pad": "{"x" * (1000 - len(text))}"')


@contextmanager
def upstream(folder: Path, port: int, core: int, forecast: bytes) -> Iterator[int]:
    """Answers 1,000 bytes of JSON, and the forecast at /forecastrss; gives the process id."""
    folder.mkdir(parents=True)
    (folder / "forecast.xml").write_bytes(forecast)
    inside = _UPSTREAM.format(port=port, folder=folder, answer=answer_of_1000_bytes())
    with _nginx(folder, inside, port, core) as pid:
        yield pid


@contextmanager
def forwarder(folder: Path, port: int, target: int, core: int) -> Iterator[int]:
    """Forwards everything to the target over kept-alive connections; gives the process id."""
    folder.mkdir(parents=True)
    with _nginx(folder, _PROXY.format(port=port, target=target), port, core) as pid:
        yield pid


@contextmanager
def _nginx(folder: Path, inside: str, port: int, core: int) -> Iterator[int]:
    configuration = folder / "nginx.conf"
    configuration.write_text(_COMMON.format(folder=folder, inside=inside))
    log = folder / "output.log"
    command = ["/usr/sbin/nginx", "-e", str(folder / "error.log"), "-c", str(configuration)]
    with pinned(command, core, log) as pid:
        wait_for_port(port, log)
        yield pid

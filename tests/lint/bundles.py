"""Bundles made from the few lines that a row is about."""

import re
from collections.abc import Mapping
from typing import Any

from gatewright.bundle.archive import Archive
from gatewright.lint.rule import Finding
from gatewright.lint.run import lint

Row = Mapping[str, Any]
_NAME = re.compile(r"<\w+[^>]*?\bname=['\"]([^'\"]+)['\"]")

ROUTE = '<RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>'
CONNECTION = (
    "<LoadBalancer><Server name='a'/><Server name='b'/><MaxFailures>5</MaxFailures></LoadBalancer>"
    "<HealthMonitor><IsEnabled>true</IsEnabled><IntervalInSec>5</IntervalInSec>"
    "<TCPMonitor><ConnectTimeoutInSec>1</ConnectTimeoutInSec></TCPMonitor></HealthMonitor>"
)


def files_of(row: Row) -> dict[str, bytes]:
    """A proxy with one endpoint and one target, below `apiproxy`.

    What a row may replace or add: `policies` by file name, each attached by a step of the PreFlow unless
    `steps` are given; `flows`, `faults`, `routes` and `more` in the proxy endpoint, and `base`, its
    connection; `target`, what is in the HTTPTargetConnection, and `target_faults` beside it; whole `files` by
    path, an empty one to leave a file out.
    """
    policies: Mapping[str, str] = row.get("policies", {})
    names = [found[1] for text in policies.values() if (found := _NAME.search(text))]
    steps = row.get("steps", "".join(f"<Step><Name>{name}</Name></Step>" for name in names))
    base = row.get("base", "<HTTPProxyConnection><BasePath>/p</BasePath></HTTPProxyConnection>")
    files = {
        "p.xml": '<APIProxy name="p"/>',
        "proxies/default.xml": (
            f'<ProxyEndpoint name="default">{row.get("faults", "")}'
            f"<PreFlow><Request>{steps}</Request></PreFlow>{row.get('flows', '')}{row.get('more', '')}"
            f"{base}{row.get('routes', ROUTE)}</ProxyEndpoint>"
        ),
        "targets/default.xml": (
            f'<TargetEndpoint name="default">{row.get("target_faults", "")}'
            f"<HTTPTargetConnection>{row.get('target', CONNECTION)}</HTTPTargetConnection></TargetEndpoint>"
        ),
        **{f"policies/{name}.xml": text for name, text in policies.items()},
        **row.get("files", {}),
    }
    return {name: text.encode() for name, text in files.items() if text}


def archive_of(row: Row) -> Archive:
    kind = row.get("kind", "apiproxy")
    return Archive(kind, {f"{kind}/{path}": data for path, data in files_of(row).items()})


def findings_of(row: Row, rule: str) -> list[Finding]:
    """What is found in the row's bundle by that rule."""
    return [finding for finding in lint(archive_of(row)) if finding.rule.id == rule]

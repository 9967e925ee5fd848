"""Bundles for tests, written out of a few files."""

from collections.abc import Mapping

from gatewright.bundle.archive import Archive, read_zip, write_zip
from gatewright.bundle.fields import ConditionText, Ref, ResourceUrl, child
from gatewright.engine.compiler import Compiler
from gatewright.engine.flow import Execute
from gatewright.policies.base import Policy, policy

DESCRIPTOR = '<APIProxy name="p" revision="1"/>'
PROXY = """<ProxyEndpoint name="default">
  <HTTPProxyConnection><BasePath>/p</BasePath></HTTPProxyConnection>
  <RouteRule name="default"><TargetEndpoint>default</TargetEndpoint></RouteRule>
</ProxyEndpoint>"""
TARGET = """<TargetEndpoint name="default">
  <HTTPTargetConnection><URL>http://mocktarget.apigee.net</URL></HTTPTargetConnection>
</TargetEndpoint>"""

COMPLETE = {"p.xml": DESCRIPTOR, "proxies/default.xml": PROXY, "targets/default.xml": TARGET}


def archive_of(files: Mapping[str, str | bytes | None], root: str = "apiproxy") -> Archive:
    """A bundle of these files below its root folder; None leaves one out."""
    data = {
        f"{root}/{path}": text.encode() if isinstance(text, str) else text
        for path, text in files.items()
        if text is not None
    }
    return read_zip(write_zip(data))


def proxy_archive(files: Mapping[str, str | bytes | None]) -> Archive:
    """A deployable proxy with these files added, replaced or, by None, left out."""
    return archive_of({**COMPLETE, **files})


@policy(category="Extension", display="Plain", prefix="plain")
class Plain(Policy):
    """A policy that holds one of each value that bundles look at, and does nothing."""

    condition: ConditionText | None = child(default=None)
    script: ResourceUrl | None = child(default=None, xml="ResourceURL")
    key: Ref[str] | None = child(default=None)

    def compile(self, cx: Compiler) -> Execute:
        del cx
        return lambda flow: None


PLAIN_TYPES: Mapping[str, type[Policy]] = {"Plain": Plain, "RaiseFault": Plain, "Quota": Plain}

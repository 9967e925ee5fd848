"""Bundles as tests build and edit them: files by path, zipped for the management API."""

import io
import zipfile
from collections.abc import Mapping

from tests.e2e.running import Answer, Running

ZIP = "application/octet-stream"


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def proxy_files(
    name: str, base_path: str, proxy: str = "", target: str | None = None, **policies: str
) -> dict[str, str]:
    """A proxy with one endpoint; `target` is the target's URL, None for a null route."""
    route = "" if target is None else "<TargetEndpoint>default</TargetEndpoint>"
    files = {
        f"apiproxy/{name}.xml": f'<APIProxy name="{name}"/>',
        "apiproxy/proxies/default.xml": (
            f'<ProxyEndpoint name="default">{proxy}<HTTPProxyConnection><BasePath>{base_path}</BasePath>'
            f'</HTTPProxyConnection><RouteRule name="default">{route}</RouteRule></ProxyEndpoint>'
        ),
        **{f"apiproxy/policies/{each}.xml": xml for each, xml in policies.items()},
    }
    if target is not None:
        files["apiproxy/targets/default.xml"] = (
            '<TargetEndpoint name="default"><HTTPTargetConnection>'
            f"<URL>{target}</URL></HTTPTargetConnection></TargetEndpoint>"
        )
    return files


def import_proxy(server: Running, name: str, files: Mapping[str, bytes | str]) -> str:
    """Import a new revision; its number."""
    answer = server.manage("POST", f"/apis?action=import&name={name}", zipped(files), content_type=ZIP)
    assert answer.status == 201, answer.text
    return str(answer.json["revision"])


def deploy(server: Running, name: str, revision: str, environment: str = "test", query: str = "") -> Answer:
    path = f"/environments/{environment}/apis/{name}/revisions/{revision}/deployments{query}"
    return server.manage("POST", path)


def deploy_proxy(server: Running, name: str, files: Mapping[str, bytes | str]) -> str:
    """Import and deploy to test in the place of what is deployed; the revision."""
    revision = import_proxy(server, name, files)
    answer = deploy(server, name, revision, query="?override=true")
    assert answer.status == 200, answer.text
    return revision


def overwrite(server: Running, name: str, revision: str, files: Mapping[str, bytes | str]) -> Answer:
    """What Save does: another zip in the revision's place, redeployed where it is deployed."""
    return server.manage("POST", f"/apis/{name}/revisions/{revision}", zipped(files), content_type=ZIP)


def export(server: Running, name: str, revision: str) -> dict[str, bytes]:
    answer = server.manage("GET", f"/apis/{name}/revisions/{revision}?format=bundle")
    assert answer.status == 200, answer.text
    return unzipped(answer.content)

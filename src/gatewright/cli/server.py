"""A management API as the command line speaks to it: one request at a time, errors as one line."""

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urlencode, urlsplit

import click

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

# A deployment answers when every worker serves it, so the wait is longer than for a look-up.
TIMEOUT_S = 120


class RemoteError(click.ClickException):
    """The server could not be reached or refused the request."""

    exit_code = 3


class Findings(click.ClickException):
    """What was checked has errors; each line of the message is one."""

    exit_code = 1

    def show(self, _file: object = None) -> None:
        click.echo(self.message, err=True)


@dataclass(frozen=True, slots=True)
class Server:
    """A server, the organization that is spoken of and who speaks. Without a password no login is sent."""

    url: str
    organization: str
    user: str
    password: str | None

    def path(self, *segments: str) -> str:
        """The path of something in the organization."""
        return "/v1/organizations/" + "/".join(quote(s, safe="") for s in (self.organization, *segments))

    def get(self, path: str) -> Json:
        return self.send("GET", path)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Json | bytes = None,
        content_type: str = "application/json",
    ) -> Json:
        """The JSON of the answer, None when it has no body; a body that is not bytes is sent as JSON.

        Raises RemoteError, or Findings for a bundle that is refused.
        """
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return _decode(self._exchange(method, path, query or {}, content, content_type))

    def download(self, path: str, query: Mapping[str, str]) -> bytes:
        """The bytes that a GET answers."""
        return self._exchange("GET", path, query, b"", "application/octet-stream")

    def _exchange(
        self, method: str, path: str, query: Mapping[str, str], content: bytes, content_type: str
    ) -> bytes:
        target = path + ("?" + urlencode(query) if query else "")
        headers = {"Accept": "application/json, */*;q=0.5", "Content-Type": content_type} | self._login()
        connection = self._connect()
        try:
            connection.request(method, target, content, headers)
            answer = connection.getresponse()
            status, answered = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise _away(self.url, error) from error
        finally:
            connection.close()
        if status >= http.client.BAD_REQUEST:
            raise _refusal(f"{method} {path}", status, answered, has_login=self.password is not None)
        return answered

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise click.UsageError(f"--server must be a URL such as http://127.0.0.1:8080, not {self.url!r}")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return kind(parts.hostname, parts.port, timeout=TIMEOUT_S)

    def _login(self) -> dict[str, str]:
        if self.password is None:
            return {}
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {login}"}


def _away(url: str, error: Exception) -> RemoteError:
    reason = str(error) or type(error).__name__
    return RemoteError(
        f"Cannot reach {url}: {reason}. Is `gatewright serve` running? "
        "--server or GATEWRIGHT_SERVER names another."
    )


def _decode(content: bytes) -> Json:
    if not content.strip():
        return None
    try:
        decoded: Json = json.loads(content)
    except ValueError as error:
        raise RemoteError(f"The server's answer is not JSON: {content[:80]!r}") from error
    return decoded


def _refusal(call: str, status: int, content: bytes, *, has_login: bool) -> click.ClickException:
    if status == http.client.UNAUTHORIZED and not has_login:
        return RemoteError("The server wants a login: give --password, or set GATEWRIGHT_ADMIN_PASSWORD.")
    if status == http.client.UNAUTHORIZED:
        return RemoteError(
            "The server refused the login. Give --user and --password, or set GATEWRIGHT_ADMIN_USER and "
            "GATEWRIGHT_ADMIN_PASSWORD."
        )
    try:
        answer: Json = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "message" not in answer:
        said = f"{status} {http.client.responses.get(status, '')}".rstrip()
        return RemoteError(f"{call} answered {said}. Is that the management API? --server names another.")
    findings = finding_lines(answer.get("contexts"))
    if findings:
        return Findings("\n".join([*findings, f"Error: {answer['message']}"]))
    return RemoteError(f"{answer['message']} ({status} {answer.get('code', '')})".replace(" )", ")"))


def finding_lines(findings: Json) -> list[str]:
    """The findings about a bundle as lines, each with its place and severity as far as they are known."""
    rows = findings if isinstance(findings, list) else []
    return [_finding(row) for row in rows if isinstance(row, dict)]


def _finding(finding: Mapping[str, Json]) -> str:
    place = ":".join(str(finding[key]) for key in ("file", "line", "column") if finding.get(key))
    parts = (place, str(finding.get("severity", "")), str(finding.get("message", "")))
    return ": ".join(part for part in parts if part)

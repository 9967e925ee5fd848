"""The management API over a real store in a folder: an organization, users with each role, and a client."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import httpx
import msgspec
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.routing import compile_path
from tests.support.ports import FixedClock, make_ports
from tests.support.stores import STORE_KEY

from gatewright.engine.ports import unplugged
from gatewright.engine.snapshot import NOTHING
from gatewright.entities import Environment, Organization, Properties, Property, User, UserRole, VirtualHost
from gatewright.gateway.application import Gateway
from gatewright.gateway.deployer import Deployer, Load
from gatewright.gateway.follow import Follow
from gatewright.gateway.loading import loader
from gatewright.gateway.tasks import Tasks
from gatewright.management.app import PATHS, management_app
from gatewright.management.auth import Logins
from gatewright.management.context import Management
from gatewright.management.errors import Error
from gatewright.management.routes import Method, Path, Raw, records, shapes
from gatewright.operations.deployments import deploy_check
from gatewright.policies import policy_types
from gatewright.store import Passwords, Store, Transaction

PASSWORD = "correct horse: battery"
ADMIN = "admin@myorg.example"
ROLES = ("orgadmin", "opsadmin", "businessuser", "devadmin", "readonlyadmin", "user")
STRANGER = "orgadmin@elsewhere.example"

HOSTS = (
    VirtualHost(name="default", port="9001", host_aliases=("myorg-test.localhost", "localhost")),
    VirtualHost(name="secure", port="9443", host_aliases=("myorg-test.localhost",)),
)


class Seconds:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Installation:
    """What a test works with."""

    store: Store
    clock: FixedClock
    passwords: Passwords
    seconds: Seconds
    app: Starlette
    api: "Api"


class Api:
    """Calls the application as a client would, and holds every answer to what its route declares."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def __call__(
        self,
        method: str,
        path: str,
        json: object = None,
        *,
        user: str | None = ADMIN,
        password: str = PASSWORD,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """A path that does not begin with a slash stands below the organization."""
        sent = dict(headers or {})
        if user is not None:
            sent.setdefault("authorization", basic(user, password))
        if json is not None:
            more["content"] = msgspec.json.encode(json)
        url = path if path.startswith("/") else f"/v1/organizations/myorg/{path}"
        response = await self._http.request(method, url, headers=sent, **more)
        if url.startswith("/v1") and method != "HEAD":
            check_declared(method, response)
        return response


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@cache
def _password_hash() -> str:
    """A cheap one: what a real one costs is not under test here."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def users() -> list[User]:
    held = [User(email=ADMIN, roles=(UserRole(name="sysadmin"),))]
    for role in ROLES:
        own = UserRole(name=role, organization="myorg")
        held.append(User(email=f"{role}@myorg.example", roles=(own,)))
    elsewhere = UserRole(name="orgadmin", organization="elsewhere")
    return [*held, User(email=STRANGER, roles=(elsewhere,)), User(email="nobody@myorg.example")]


def fill(tx: Transaction) -> None:
    properties = Properties(property=(Property(name="features.isCpsEnabled", value="true"),))
    tx.organizations.create(Organization(name="myorg", display_name="My org", properties=properties))
    tx.organizations.create(Organization(name="elsewhere"))
    for name in ("test", "prod"):
        tx.environments.create("myorg", Environment(name=name))
    for host in HOSTS:
        tx.virtual_hosts.create("myorg", "test", host)
    for user in users():
        tx.users.create(user, _password_hash())


@asynccontextmanager
async def installation(folder: FilePath, time_limit_s: float = 10.0) -> AsyncIterator[Installation]:
    clock, passwords, seconds = FixedClock(), Passwords(), Seconds()
    store = Store.open(folder / "gatewright.db", STORE_KEY, now_ms=clock.now_ms)
    await store.write(fill)
    types = policy_types()
    app = management_app(
        Management(
            store=store,
            logins=Logins(store, passwords, seconds),
            check=deploy_check(types, unplugged()),
            policy_types=types,
            expected_workers=1,
            time_limit_s=time_limit_s,
        )
    )
    transport = httpx.ASGITransport(app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as http:
            yield Installation(store, clock, passwords, seconds, app, Api(http))
    finally:
        store.close()
        passwords.close()


@asynccontextmanager
async def worker(
    store: Store, name: str = "worker-1", load: Load | None = None, *, follows: bool = True
) -> AsyncIterator[Gateway]:
    """A gateway worker's deployer and its loop, in this process; it listens nowhere.

    One that does not follow serves what there is at first, for ever.
    """
    gateway = Gateway(NOTHING)
    load = load or loader(policy_types(), make_ports())
    follow = Follow(store, Deployer(store, gateway, load, name), name, ())
    await follow.first()
    await follow.greet()
    tasks = Tasks(asyncio.get_running_loop())
    if follows:
        tasks.start(follow.forever())
    try:
        yield gateway
    finally:
        await tasks.cancel_all()
        await follow.farewell()


_PATTERNS = [(compile_path(path.full)[0], path) for path in PATHS]


def declared(method: str, url_path: str) -> tuple[Path, Method] | None:
    """The route that serves a path in its long form."""
    short = {
        r"^/v1/o(?=/|$)": "/v1/organizations",
        r"^(/v1/organizations/[^/]+)/e(?=/|$)": r"\1/environments",
    }
    for pattern, long in short.items():
        url_path = re.sub(pattern, long, url_path)
    url_path = url_path.rstrip("/")
    for regex, path in _PATTERNS:
        if regex.match(url_path) and method in path.methods:
            return path, path.methods[method]
    return None


def check_declared(method: str, response: httpx.Response) -> None:
    """The answer is an error in the one shape, or has a status and a body that its route declares."""
    media_type = response.headers.get("content-type", "").partition(";")[0]
    if response.status_code >= 400:
        if media_type == "application/json" and response.content:
            error = msgspec.json.decode(response.content, type=Error)
            assert msgspec.json.encode(error) == response.content
            assert error.code
            assert error.message
        return
    found = declared(method, response.request.url.raw_path.decode().partition("?")[0])
    assert found is not None, f"{method} {response.request.url.path}"
    _, route = found
    assert response.status_code in route.answers, response.text
    answer = route.answers[response.status_code]
    if not shapes(answer):
        assert response.content == b""
    elif media_type == "application/json":
        assert any(_is_exactly(response.content, shape) for shape in records(answer)), response.text
    elif media_type != "application/xml" or Raw("application/xml") in shapes(answer):
        assert media_type in [raw.media_type for raw in shapes(answer) if isinstance(raw, Raw)]


def _is_exactly(content: bytes, shape: Any) -> bool:
    """Whether it is that type, with no field more or less."""
    try:
        return msgspec.json.encode(msgspec.json.decode(content, type=shape)) == content
    except msgspec.ValidationError:
        return False

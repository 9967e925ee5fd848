"""One management call as a handler sees it: the names in its path, its caller, what it works with."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gatewright.entities import BundleKind, User
from gatewright.management.context import Management
from gatewright.management.errors import Refused
from gatewright.management.wire import Fields, as_struct, read_fields, reply
from gatewright.policies.base import Policy
from gatewright.store import Store

Struct = TypeVar("Struct", bound=msgspec.Struct)

LARGEST_PAGE = 1_000


class Call:
    """A request whose caller is known; handlers see it once it is allowed."""

    __slots__ = ("kind", "management", "names", "request", "user")

    def __init__(
        self,
        request: Request,
        management: Management,
        user: User,
        names: Mapping[str, str],
        kind: BundleKind = "apiproxy",
    ) -> None:
        self.request = request
        self.management = management
        self.user = user
        self.names = names
        """The names in the path: `organization`, `proxy`…"""
        self.kind = kind

    def __getitem__(self, name: str) -> str:
        """A name from the path."""
        return self.names[name]

    @property
    def organization(self) -> str:
        return self["organization"]

    @property
    def proxy(self) -> str:
        """The name of the API proxy or shared flow in the path."""
        return self["sharedflow" if self.kind == "sharedflow" else "proxy"]

    @property
    def store(self) -> Store:
        return self.management.store

    @property
    def by(self) -> str:
        """Who does it, for the stamps of what is written."""
        return self.user.email

    @property
    def policies(self) -> Mapping[str, type[Policy]]:
        return self.management.policy_types

    @property
    def revision(self) -> int:
        """The revision's number in the path. Raises Refused."""
        return revision_number(self["revision"])

    def query(self, name: str, default: str = "") -> str:
        return self.request.query_params.get(name, default)

    def is_set(self, name: str) -> bool:
        return self.query(name).lower() == "true"

    @property
    def page(self) -> tuple[str, int | None]:
        """`startKey`, inclusive, and `count`; None for all. Raises Refused."""
        text = self.query("count")
        if not text:
            return self.query("startKey"), None
        if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= LARGEST_PAGE:
            raise Refused(
                400, "management.InvalidCount", f"count must be from 1 to {LARGEST_PAGE}, not {text!r}"
            )
        return self.query("startKey"), int(text)

    async def fields(self, kind: type[msgspec.Struct]) -> Fields:
        """The fields of that kind that the body gives. Raises BadBody, BodyTooLarge."""
        return await read_fields(self.request, kind)

    async def read(self, kind: type[Struct], **given: str) -> Struct:
        """The body as a record of that kind, with the given fields, by wire name, in place of its own."""
        return as_struct({**await self.fields(kind), **given}, kind)

    def reply(self, body: object, status: int = 200) -> Response:
        return reply(self.request, body, status)

    def nothing(self) -> Response:
        return Response(status_code=204)

    def wrong_action(self, *actions: str) -> Refused:
        """For an `action` that the path does not offer."""
        offered = ", ".join(actions)
        return Refused(
            400, "management.InvalidAction", f"action must be one of {offered}, not {self.query('action')!r}"
        )


def revision_number(text: str) -> int:
    """Raises Refused."""
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise Refused(400, "management.InvalidRevision", f"{text!r} is not a revision number")
    return int(text)

"""Routes as data: what each method of a path does, takes and answers. The documents are made of the same."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatewright.entities import BundleKind
from gatewright.management.call import Call
from gatewright.management.context import management_of
from gatewright.management.paths import decoded
from gatewright.management.permissions import check_allowed

Handler: TypeAlias = Callable[[Call], Awaitable[Response]]

Names: TypeAlias = tuple[str, ...]
"""The answer of most collections: a bare array of names."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A body that is no record but bytes of that media type."""

    media_type: str


ZIP = Raw("application/zip")
XML = Raw("application/xml")
BYTES = Raw("application/octet-stream")
FORM = Raw("application/x-www-form-urlencoded")
UPLOAD = Raw("multipart/form-data")

Shape: TypeAlias = object
"""A type that msgspec can describe, a Raw, or None for no body."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter."""

    name: str
    doc: str
    is_required: bool = False


EXPAND = Parameter("expand", "`true` for whole records instead of names.")
PAGE = (
    Parameter("startKey", "The first name of the page, itself included."),
    Parameter("count", "How many to answer, from 1 to 1000; all when it is left out."),
)


@dataclass(frozen=True, slots=True)
class Method:
    """What one method of a path does. Its handler's docstring begins with a line that says so."""

    handler: Handler
    answers: Mapping[int, Shape | tuple[Shape, ...]]
    """By status; several shapes where the request decides."""
    body: Shape | tuple[Shape, ...] = None
    query: tuple[Parameter, ...] = ()
    about: str = ""
    """Takes the place of the handler's own line where one handler serves several kinds of record."""

    @property
    def summary(self) -> str:
        return (self.about or self._doc.partition("\n")[0]).removesuffix(".")

    @property
    def description(self) -> str:
        """What the handler's docstring says beyond the summary."""
        return self._doc if self.about else self._doc.partition("\n")[2].strip()

    @property
    def _doc(self) -> str:
        return inspect.getdoc(self.handler) or ""


@dataclass(frozen=True, slots=True)
class Path:
    """A path below `/v1` and its methods by their HTTP names."""

    template: str
    methods: Mapping[str, Method] = field(default_factory=dict)
    kind: BundleKind = "apiproxy"
    """What its revisions and deployments are of, where it is about any."""

    @property
    def full(self) -> str:
        return f"/v1{self.template}"

    def route(self) -> Route:
        """For the web framework: who calls is found and checked, then the method's handler answers."""

        async def endpoint(request: Request) -> Response:
            management = management_of(request)
            user = await management.logins.user(request)
            call = Call(request, management, user, decoded(request.path_params), self.kind)
            check_allowed(call)
            method = "GET" if request.method == "HEAD" else request.method
            return await self.methods[method].handler(call)

        return Route(self.full, endpoint, methods=list(self.methods))


def route(template: str, *, kind: BundleKind = "apiproxy", **methods: Method) -> Path:
    """`route("/organizations", GET=Method(list_them, {200: Names}))`."""
    return Path(template, methods, kind)


def shapes(declared: Shape | tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The declared shapes one by one, without None."""
    several = declared if isinstance(declared, tuple) else (declared,)
    return tuple(each for each in several if each is not None)


def records(declared: Shape | tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Those of the shapes that are records."""
    return tuple(each for each in shapes(declared) if not isinstance(each, Raw))

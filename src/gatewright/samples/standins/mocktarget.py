"""In place of mocktarget.apigee.net, the test service that most of Apigee's samples call."""

import base64
import binascii
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gatewright.samples.standins.hosts import MOCKTARGET

_ANY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_XML = (
    '<?xml version="1.0" encoding="UTF-8"?> '
    "<root><city>San Jose</city><firstName>John</firstName><lastName>Doe</lastName><state>CA</state></root>"
)
_HELP = """\
/                 greets a guest
/user?user=NAME   greets NAME
/json             a person as JSON
/xml              the person as XML
/echo             the request: method, URL, headers, query and body
/statuscode/N     answers with status N
/ip               the address that the request came from
/auth             asks for a user and a password (HTTP Basic); any will do
/help             this list
"""


def routes() -> list[Route]:
    return [
        Route("/", _greet, methods=_ANY),
        Route("/user", _greet, methods=_ANY),
        Route("/json", _json, methods=_ANY),
        Route("/xml", _xml, methods=_ANY),
        Route("/echo", _echo, methods=_ANY),
        Route("/statuscode/{code}", _status_code, methods=_ANY),
        Route("/ip", _ip, methods=_ANY),
        Route("/auth", _auth, methods=_ANY),
        Route("/help", _help, methods=_ANY),
    ]


async def _greet(request: Request) -> Response:
    return PlainTextResponse(f"Hello, {request.query_params.get('user') or 'Guest'}!")


async def _json(request: Request) -> Response:
    del request
    return JSONResponse({"firstName": "john", "lastName": "doe", "city": "San Jose", "state": "CA"})


async def _xml(request: Request) -> Response:
    del request
    return Response(_XML, media_type="application/xml")


async def _echo(request: Request) -> Response:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query = request.url.query
    return JSONResponse(
        {
            "headers": headers,
            "method": request.method,
            "url": request.url.path + (f"?{query}" if query else ""),
            "args": dict(request.query_params),
            "body": (await request.body()).decode("utf-8", "replace"),
        }
    )


async def _status_code(request: Request) -> Response:
    try:
        status = HTTPStatus(int(request.path_params["code"]))
    except ValueError:
        return PlainTextResponse(
            "The path must end with an HTTP status code, such as /statuscode/404.\n", 400
        )
    if status < HTTPStatus.OK or status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        return Response(status_code=max(status, HTTPStatus.OK))
    return PlainTextResponse(f"{status} {status.phrase}", status)


async def _ip(request: Request) -> Response:
    return JSONResponse({"ip": request.client.host if request.client else ""})


async def _auth(request: Request) -> Response:
    user = _basic_user(request.headers.get("authorization", ""))
    if user is None:
        return PlainTextResponse("Unauthorized", 401, {"WWW-Authenticate": f'Basic realm="{MOCKTARGET}"'})
    return JSONResponse({"authenticated": True, "user": user})


def _basic_user(authorization: str) -> str | None:
    """The user's name in Basic credentials (RFC 7617); None when there are none."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        credentials = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    user, colon, _ = credentials.partition(":")
    return user if scheme.lower() == "basic" and colon else None


async def _help(request: Request) -> Response:
    del request
    return PlainTextResponse(_HELP)

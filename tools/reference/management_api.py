"""docs/reference/management-api.md: every route of the management API, and the records that travel."""

from collections.abc import Iterable
from typing import Any

from tools.reference.markdown import code, page, table

from gatewright.management.app import RESOURCES
from gatewright.management.call import LARGEST_PAGE
from gatewright.management.failed_logins import ALLOWED, WAIT_S
from gatewright.management.openapi import Schemas, url_template
from gatewright.management.permissions import WRITES
from gatewright.management.routes import Method, Path, Raw, Shape, shapes
from gatewright.management.wire import BODY_LIMIT, BUNDLE_LIMIT

_INTRODUCTION = f"""\
The management listener (port 8080 unless told otherwise) answers Apigee Edge's management API below `/v1`.
`GET /openapi.json` describes the same for tools, without a login; `/livez`, `/readyz` and `/version` need
none either.

- **Login**: HTTP Basic with a user's e-mail and password. After {ALLOWED} wrong passwords for one user from
  one address the next ones are refused with 429 until {WAIT_S:.0f} s have passed; elsewhere logins go on.
- **Paths**: `/v1/o` and `/e` stand for `/v1/organizations` and `/environments`, in any mixture; a slash at
  the end does no harm; names are percent-encoded.
- **Bodies**: JSON, also without its content type; XML with an XML content type, or when it begins with `<`.
  Numbers and booleans may come as text and the other way round, one item for a list of it, `null` for a field
  left out. Fields that are not known are left aside. Of a name that stands twice in one JSON object the last
  counts. A body may have {BODY_LIMIT // 1024} KiB, a bundle {BUNDLE_LIMIT // 1024 // 1024} MiB.
- **Answers**: JSON, or XML where `Accept` names `application/xml` or `text/xml` first. Times are epoch
  milliseconds.
- **Pages**: `count` (at most {LARGEST_PAGE}) and `startKey`, which is the first name of the page.
- **Failures**: `{{"code", "message", "contexts"}}`; a refused bundle has one entry of `contexts` for each
  finding, with file, line, column, element and message.
- **A deploy** answers when every worker serves the revision, and says how far each one is. What cannot run is
  refused with all that is wrong, and what was live goes on being served. Overwriting the zip of a deployed
  revision redeploys it; writing to its pieces takes effect with the next deploy."""

_ROLES = """\
A user holds roles in organizations. Any of them lets the user read the whole organization; what may be
written differs. A `sysadmin` may do everything everywhere, and alone may create organizations and change
their properties. A user without a role in an organization is answered 403 for all of it."""


def management_api_page() -> str:
    schemas = Schemas(path for paths in RESOURCES.values() for path in paths)
    return page(
        "The management API",
        _INTRODUCTION,
        f"## Who may do what\n\n{_ROLES}",
        table(("Role", "May write, below the organization"), map(_role, WRITES)),
        *(f"## {name}\n\n{_routes(paths)}" for name, paths in RESOURCES.items()),
        "## Records\n\nFields that must be given are in bold.",
        *(_record(name, schema) for name, schema in schemas.components.items()),
    )


def _role(role: str) -> tuple[str, str]:
    paths = WRITES[role]
    if paths == ("",):
        return code(role), "everything"
    return code(role), ", ".join(map(code, paths)) or "nothing"


def _routes(paths: Iterable[Path]) -> str:
    rows = (_route(path, verbs, method) for path in paths for verbs, method in _by_method(path))
    return table(("Route", "What it does", "Query", "Body", "Answers"), rows)


def _by_method(path: Path) -> Iterable[tuple[str, Method]]:
    """Each different method once, with all verbs that lead to it."""
    for method in {id(each): each for each in path.methods.values()}.values():
        yield ", ".join(verb for verb, each in path.methods.items() if each is method), method


def _route(path: Path, verbs: str, method: Method) -> tuple[str, ...]:
    about = f"{method.summary}. {method.description}".strip()
    query = "; ".join(f"{code(each.name)}: {each.doc}" for each in method.query)
    answers = "; ".join(f"{status} {_shapes(answer)}".strip() for status, answer in method.answers.items())
    return f"{verbs} {code(_short(path))}", about, query, _shapes(method.body), answers


def _short(path: Path) -> str:
    return url_template(path).replace("/v1/organizations/{organization}/", "…/")


def _shapes(declared: Shape | tuple[Shape, ...]) -> str:
    return " or ".join(map(_shape, shapes(declared)))


def _shape(shape: Shape) -> str:
    if isinstance(shape, Raw):
        return code(shape.media_type)
    return _link(shape.__name__) if isinstance(shape, type) else "names"


def _link(record: str) -> str:
    return f"[{record}](#{record.lower()}-record)"


def _record(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", ())
    rows = (
        (f"**{code(field)}**" if field in required else code(field), _kind(kind))
        for field, kind in schema["properties"].items()
    )
    return f"### {name} record\n\n{schema.get('description', '')}\n\n{table(('Field', 'Type'), rows)}"


def _kind(kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        return _link(kind["$ref"].rpartition("/")[2])
    if "anyOf" in kind:
        return " or ".join(_kind(each) for each in kind["anyOf"] if each.get("type") != "null")
    if "enum" in kind:
        return ", ".join(map(code, kind["enum"]))
    if kind.get("type") == "array":
        return f"list of {_kind(kind['items'])}"
    return {"string": "text", "integer": "number", "boolean": "boolean"}[kind["type"]]

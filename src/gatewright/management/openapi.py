"""The OpenAPI 3.1 document of the management API, made of its routes and of the types on the wire."""

import inspect
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

import msgspec

from gatewright import __version__
from gatewright.management.errors import Error
from gatewright.management.routes import FORM, UPLOAD, Method, Parameter, Path, Raw, Shape, records, shapes

Json: TypeAlias = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_DESCRIPTION = """\
Apigee Edge's management API, version 1, as far as Gatewright has it. Log in with HTTP Basic. `/v1/o` and
`/e` stand for `/v1/organizations` and `/environments`. Records are JSON, or XML where Accept or Content-Type
say so. Every failure is an `Error`; a refused bundle lists each finding in `contexts`."""


def openapi(resources: Mapping[str, Iterable[Path]]) -> Json:
    """The document; `resources` are the paths by what they are about."""
    schemas = Schemas(path for paths in resources.values() for path in paths)
    described: dict[str, Json] = {}
    for tag, paths in resources.items():
        for path in paths:
            described[url_template(path)] = _path(path, tag, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatewright management API",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"basic": []}],
        "tags": [{"name": tag} for tag in resources],
        "paths": described,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
            "responses": {"Error": _answer("Why it was not done.", schemas.content((Error,)))},
        },
    }


class Schemas:
    """The schemas of every record that the paths take or answer."""

    def __init__(self, paths: Iterable[Path]) -> None:
        kinds: dict[Shape, None] = {Error: None}
        for path in paths:
            for method in path.methods.values():
                for shape in (method.body, *method.answers.values()):
                    kinds.update(dict.fromkeys(records(shape)))
        found, self.components = msgspec.json.schema_components(list(kinds), ref_template=_REFERENCE)
        self._schemas = dict(zip(kinds, found, strict=True))
        for record in self.components.values():
            # Python before 3.13 leaves a docstring's indentation in it.
            record["description"] = inspect.cleandoc(record.get("description", ""))

    def content(self, declared: Shape | tuple[Shape, ...], form: tuple[Parameter, ...] = ()) -> Json:
        """The media types of a body, each with its schema; `form` are the fields of a form."""
        content: Json = {}
        its_records = [self._schemas[each] for each in records(declared)]
        if its_records:
            schema = its_records[0] if len(its_records) == 1 else {"anyOf": its_records}
            content = {"application/json": {"schema": schema}, "application/xml": {"schema": schema}}
        for raw in shapes(declared):
            if isinstance(raw, Raw):
                content[raw.media_type] = {"schema": _raw_schema(raw, form)}
        return content


def _raw_schema(raw: Raw, form: tuple[Parameter, ...]) -> Json:
    if raw == FORM:
        fields = {each.name: {"type": "string", "description": each.doc} for each in form}
        return {"type": "object", "properties": fields}
    if raw == UPLOAD:
        return {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
    return {"type": "string", "format": "binary"}


def url_template(path: Path) -> str:
    """The path as OpenAPI writes it."""
    return path.full.replace(":path}", "}")


def _path(path: Path, tag: str, schemas: Schemas) -> Json:
    names = re.findall(r"\{(\w+)\}", url_template(path))
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    operations = {
        verb.lower(): _operation(path, verb, method, tag, schemas) for verb, method in path.methods.items()
    }
    return {"parameters": parameters, **operations}


def _operation(path: Path, verb: str, method: Method, tag: str, schemas: Schemas) -> Json:
    operation: Json = {
        "operationId": operation_id(path, verb),
        "tags": [tag],
        "summary": method.summary,
        "responses": {
            **{
                str(status): _answer(HTTPStatus(status).phrase, schemas.content(answer))
                for status, answer in method.answers.items()
            },
            "default": {"$ref": "#/components/responses/Error"},
        },
    }
    if method.description:
        operation["description"] = method.description
    if method.query:
        operation["parameters"] = [_query_parameter(each, method) for each in method.query]
    if shapes(method.body):
        operation["requestBody"] = {"content": schemas.content(method.body, method.query)}
    return operation


def _query_parameter(parameter: Parameter, method: Method) -> Json:
    """A parameter that may stand in a form as well is not required in the query."""
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required and FORM not in shapes(method.body),
        "description": parameter.doc,
        "schema": {"type": "string"},
    }


def _answer(description: str, content: Json) -> Json:
    return {"description": description, **({"content": content} if content else {})}


def operation_id(path: Path, verb: str) -> str:
    """`GET /organizations/{organization}/apis` as `getOrganizationsOrganizationApis`."""
    words = re.findall(r"\w+", url_template(path).removeprefix("/v1"))
    return verb.lower() + "".join(word[:1].upper() + word[1:] for word in words)

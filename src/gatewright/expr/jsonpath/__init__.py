"""JSONPath as Apigee's policies and the jsonPath() function use it: Jayway's dialect."""

import json
from dataclasses import dataclass, field

from gatewright.expr.jsonpath.evaluate import Find
from gatewright.expr.jsonpath.reader import read_jsonpath
from gatewright.expr.jsonpath.select import MAX_FOUND, TooManyValues, finder
from gatewright.expr.jsonpath.syntax import Json, Path

__all__ = ["MAX_FOUND", "Json", "JsonPath", "TooManyValues", "compile_jsonpath", "json_text", "parse_json"]


@dataclass(frozen=True)
class JsonPath:
    """A path that was read and compiled."""

    text: str
    path: Path
    _find: Find = field(compare=False, repr=False)

    @property
    def is_definite(self) -> bool:
        """It finds one value or none; Jayway gives such a value alone and any others as an array."""
        return self.path.is_definite

    def __call__(self, document: Json) -> list[Json]:
        """The values found, in the document's order. Raises TooManyValues, RegexTimeout."""
        return self._find(document, document)


def compile_jsonpath(text: str) -> JsonPath:
    """Raises PathError."""
    path = read_jsonpath(text)
    return JsonPath(text, path, finder(path))


def parse_json(text: str | bytes) -> Json:
    """Raises ValueError, also for a document nested too deep."""
    try:
        document: Json = json.loads(text)
    except RecursionError:
        raise ValueError("the JSON document is nested too deep") from None
    return document


def json_text(value: Json) -> str:
    """A value as text: a string as it is, null empty, anything else as compact JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

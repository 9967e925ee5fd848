"""One HTTP message as policies see it: a request or a response, its header fields and its body. No I/O."""

from typing import Self

from gatewright.message.headers import Headers
from gatewright.message.parameters import Parameters

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"


# Codecs that are plain character sets: Python's registry also holds ones that are costly or not text.
_CHARSETS = frozenset(
    {
        "utf-8",
        "utf8",
        "us-ascii",
        "ascii",
        "utf-16",
        "utf-16le",
        "utf-16be",
        "utf-32",
        "koi8-r",
        "gbk",
        "gb18030",
    }
    | {"big5", "shift-jis", "euc-jp", "euc-kr"}
    | {f"iso-8859-{n}" for n in range(1, 17) if n != 12}
    | {f"windows-{n}" for n in range(1250, 1259)}
)


class BodyNotBuffered(RuntimeError):
    """The body still lies in its stream; whoever compiled the reader did not ask for it to be buffered."""


class Message:
    """What requests and responses share. Mutable: the flow and its policies work on it in place.

    The body is either bytes held here, or a stream that the gateway relays as it arrives (`stream`, whose
    type only the gateway knows). Writing the content drops the stream.
    """

    __slots__ = ("_content", "_form", "headers", "stream")

    def __init__(self, headers: Headers | None = None, content: bytes = b"", stream: object = None) -> None:
        self.headers = Headers() if headers is None else headers
        self._content = content
        self._form: Parameters | None = None
        self.stream = stream

    @property
    def content(self) -> bytes:
        """The whole body. Raises BodyNotBuffered while it lies in a stream."""
        if self.stream is not None:
            raise BodyNotBuffered("the body of this message was not buffered")
        if self._form is not None and self._form.changed:
            self._content = str(self._form).encode("ascii")
            self._form.changed = False
        return self._content

    @content.setter
    def content(self, value: bytes) -> None:
        self._content = value
        self._form = None
        self.stream = None

    @property
    def text(self) -> str:
        """The body as text, by Content-Type's charset, else UTF-8; bytes that do not fit become U+FFFD."""
        return self.content.decode(self.charset, "replace")

    @text.setter
    def text(self, value: str) -> None:
        self.content = value.encode(self.charset, "replace")

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case; "" when there is none."""
        return (self.headers.get("content-type") or "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """A codec's name: Content-Type's charset where Python knows it, else "utf-8"."""
        declared = self.headers.get("content-type")
        if declared is None or "charset" not in declared.lower():
            return "utf-8"
        for parameter in declared.split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return _codec(value.strip().strip("\"'"))
        return "utf-8"

    @property
    def form(self) -> Parameters:
        """Form parameters, read from and written back to the body. Empty unless the body is a form."""
        if self._form is None:
            if self.content_type != FORM_CONTENT_TYPE:
                return Parameters()
            self._form = Parameters.parse(self.text)
        return self._form

    def make_form(self) -> Parameters:
        """The form parameters to write to: turns the message into a form when it is not one yet."""
        if self.content_type != FORM_CONTENT_TYPE:
            self.headers.set("Content-Type", FORM_CONTENT_TYPE)
            self.content = b""
        return self.form

    def _buffered(self) -> bytes:
        return self.content if self.stream is None else b""


class Request(Message):
    """A request. `path` is the target's path as it arrived, not decoded; the query is parsed when read."""

    __slots__ = ("_mark", "_query", "_querystring", "path", "verb", "version")

    def __init__(
        self,
        verb: str = "GET",
        uri: str = "/",
        headers: Headers | None = None,
        content: bytes = b"",
        stream: object = None,
        version: str = "1.1",
    ) -> None:
        # As Message does it, without the call: there is one of these for every call of a proxy.
        self.headers = Headers() if headers is None else headers
        self._content = content
        self._form = None
        self.stream = stream
        self.verb = verb
        self.version = version
        # An empty query is not the same as none (RFC 3986 §6.2.3), so its question mark is kept.
        self.path, self._mark, self._querystring = uri.partition("?")
        self._query: Parameters | None = None

    @property
    def querystring(self) -> str:
        """The query without `?`, as it arrived unless a parameter was changed."""
        if self._query is not None and self._query.changed:
            self._querystring = str(self._query)
            self._query.changed = False
            self._mark = ""
        return self._querystring

    @querystring.setter
    def querystring(self, value: str) -> None:
        self._querystring = value
        self._query = None
        self._mark = ""

    @property
    def query(self) -> Parameters:
        if self._query is None:
            self._query = Parameters.parse(self._querystring)
        return self._query

    @property
    def uri(self) -> str:
        """Path and query; an empty query as it came, unless the query was written."""
        return self.with_query(self.path)

    def with_query(self, path: str) -> str:
        """Another path with this query."""
        query = self.querystring
        return f"{path}?{query}" if query else path + self._mark

    def copy(self) -> Self:
        """A message of its own with the same head and, where it is buffered, the same body."""
        return type(self)(self.verb, self.uri, self.headers.copy(), self._buffered(), version=self.version)


class Response(Message):
    """A response. `reason` may be empty."""

    __slots__ = ("reason", "status", "version")

    def __init__(
        self,
        status: int = 200,
        reason: str = "OK",
        headers: Headers | None = None,
        content: bytes = b"",
        stream: object = None,
        version: str = "1.1",
    ) -> None:
        self.headers = Headers() if headers is None else headers
        self._content = content
        self._form = None
        self.stream = stream
        self.status = status
        self.reason = reason
        self.version = version

    def copy(self) -> Self:
        """A message of its own with the same head and, where it is buffered, the same body."""
        return type(self)(
            self.status, self.reason, self.headers.copy(), self._buffered(), version=self.version
        )


def _codec(charset: str) -> str:
    name = charset.lower().replace("_", "-")
    return name if name in _CHARSETS else "utf-8"

"""The rows are worth something: with a rule taken out, rows that were refused get through."""

import re
from collections.abc import Callable

import pytest
from tests.gateway.http import test_hostile_requests as requests
from tests.gateway.http import test_hostile_responses as responses

from gatewright.gateway.http import decoders, fields, framing, request_head, response_head
from gatewright.gateway.http.refusal import Refused
from gatewright.message import Field

Patch = Callable[[pytest.MonkeyPatch], None]


def a_parser_that_knows_no_framing(patch: pytest.MonkeyPatch) -> None:
    """llhttp refuses the worst framing before our rules see it: a lenient build has to silence it as well."""

    def split(head: bytes, start: int) -> list[Field]:
        found = re.findall(rb"^(" + fields.TOKEN + rb"):[ \t]*([^\r\n]*)\r\n", head[start:], re.MULTILINE)
        if len(found) != head.count(b"\n", start):
            raise Refused("a header line is malformed")
        return [(name, value.rstrip(b" \t")) for name, value in found]

    patch.setattr(request_head, "read_fields", split)
    patch.setattr(response_head, "read_fields", split)


def any_coding(patch: pytest.MonkeyPatch) -> None:
    """TE.CL: any Transfer-Encoding is taken for chunked, whatever stands beside it."""
    a_parser_that_knows_no_framing(patch)
    patch.setattr(framing, "_check_coding", lambda coding, length, minor: None)


def first_length(patch: pytest.MonkeyPatch) -> None:
    """A length is whatever begins with a digit."""
    a_parser_that_knows_no_framing(patch)
    patch.setattr(framing, "_LENGTH", re.compile(rb"[0-9]{1,18}[^\r\n]*"))
    patch.setattr(framing, "int", lambda text: int(re.sub(rb"[^0-9].*", b"", text)), raising=False)


def repeated_fields(patch: pytest.MonkeyPatch) -> None:
    """Of framing fields that are repeated, the last one counts."""
    a_parser_that_knows_no_framing(patch)

    def last(found: list[Field]) -> dict[bytes, bytes]:
        return {name.lower(): value for name, value in found if name.lower() in fields.FRAMING}

    patch.setattr(request_head, "framing_fields", last)
    patch.setattr(response_head, "framing_fields", last)


def malformed_lines(patch: pytest.MonkeyPatch) -> None:
    """Lines that are no fields are passed over."""

    def tolerant(head: bytes, start: int) -> list[Field]:
        return re.findall(rb"^([!-9;-~]+):[ \t]*([^\r\n]*)\r?\n", head[start:], re.MULTILINE)

    patch.setattr(request_head, "read_fields", tolerant)
    patch.setattr(response_head, "read_fields", tolerant)


def loose_sizes(patch: pytest.MonkeyPatch) -> None:
    """A chunk's size is whatever has a hexadecimal number in it."""
    patch.setattr(decoders, "_SIZE", re.compile(rb"[^0-9a-f]*(?:0x)?([0-9a-f]+).*"))
    patch.setattr(decoders.ChunkedDecoder, "_check_unfinished_line", lambda self, line: None)


def any_chunk_end(patch: pytest.MonkeyPatch) -> None:
    """Two bytes are skipped after a chunk, whatever they are."""
    patch.setattr(decoders.ChunkedDecoder, "_check_chunk_end", lambda self, found, missing: None)


LENIENT: list[Patch] = [
    any_coding,
    first_length,
    repeated_fields,
    malformed_lines,
    loose_sizes,
    any_chunk_end,
]


@pytest.mark.parametrize("lenient", LENIENT, ids=lambda patch: patch.__doc__)
async def test_rows_of_requests_show_a_lenient_reader(
    lenient: Patch, monkeypatch: pytest.MonkeyPatch
) -> None:
    lenient(monkeypatch)
    seen = [
        row["rule"]
        for row in requests.ROWS
        if requests.complaint(row, [row["request"].encode("latin-1") + requests.SMUGGLED])
    ]
    assert seen


@pytest.mark.parametrize("lenient", LENIENT, ids=lambda patch: patch.__doc__)
async def test_rows_of_answers_show_a_lenient_reader(lenient: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    lenient(monkeypatch)
    seen = [
        row["rule"] for row in responses.ROWS if responses.complaint(row, [row["response"].encode("latin-1")])
    ]
    assert seen


def test_there_are_as_many_rows_as_promised() -> None:
    assert len(requests.ROWS) >= 200
    assert len(responses.ROWS) >= 80

"""Where the body of a message ends (RFC 9112 §6), decided once and strictly."""

import re

from gatewright.gateway.http.refusal import Refused

CHUNKED = -1
UNTIL_CLOSE = -2

# Eighteen digits hold every length there is and fit 64 bits with room to spare.
_LENGTH = re.compile(rb"[0-9]{1,18}")


def body_length(framing: dict[bytes, bytes], minor: int) -> int | None:
    """Bytes of body, CHUNKED, or None when the head names neither. `minor` is that of HTTP/1.x.

    Raises Refused for every combination that two readers could understand differently (RFC 9112 §6.1, §6.3).
    """
    coding = framing.get(b"transfer-encoding")
    length = framing.get(b"content-length")
    if coding is not None:
        _check_coding(coding, length, minor)
        return CHUNKED
    if length is None:
        return None
    if not _LENGTH.fullmatch(length):
        raise Refused("Content-Length is not a decimal number")
    return int(length)


def _check_coding(coding: bytes, length: bytes | None, minor: int) -> None:
    if length is not None:
        raise Refused("both Content-Length and Transfer-Encoding are given")
    if minor == 0:
        raise Refused("Transfer-Encoding is not part of HTTP/1.0")
    if coding.lower() != b"chunked":
        raise Refused("the only Transfer-Encoding understood is a single chunked")

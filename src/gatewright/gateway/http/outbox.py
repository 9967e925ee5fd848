"""What is to be written, held back until everything that has arrived is read.

Writing to a peer that sleeps wakes it, which costs more than the writing. A peer that answers quickly is
asleep again by the next message, so a worker that writes after each one wakes it each time; messages written
one right after the other find it awake. What arrived together is in hand together anyway: nothing waits for
more than the messages before it.
"""

import asyncio
import logging

log = logging.getLogger(__name__)

AT_MOST = 32
"""Messages held back at once, so that none waits long for the others."""
LARGEST = 16_384
"""Bytes of a message worth holding back; a larger one is written at once."""


class Outbox:
    """One per worker. Mutable.

    Whoever writes to a transport by itself, or closes it, calls `flush` before: the order of a transport's
    messages is the caller's affair.
    """

    __slots__ = ("_call_soon", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._call_soon = loop.call_soon
        self._waiting: list[tuple[asyncio.Transport, bytes]] = []

    def write(self, transport: asyncio.Transport, message: bytes) -> None:
        """Write in this turn of the loop, after all that is read in it, or earlier."""
        waiting = self._waiting
        waiting.append((transport, message))
        if len(message) > LARGEST or len(waiting) >= AT_MOST:
            self.flush()
        elif len(waiting) == 1:
            self._call_soon(self.flush)

    def flush(self) -> None:
        """Write what is held back, now."""
        waiting, self._waiting = self._waiting, []
        for transport, message in waiting:
            if transport.is_closing():
                continue
            try:
                transport.write(message)
            except Exception:
                # One connection that cannot be written to must not cost the others their messages.
                log.exception("a message could not be written")
                transport.abort()

"""A body on its way through the gateway, with back-pressure: one source fills it, one sink drains it."""

from typing import Protocol

_UNLIMITED = 1 << 62


class Source(Protocol):
    """The connection that a body arrives on."""

    def start_body(self) -> None:
        """Somebody is going to take the body: the sender may be waiting to hear so (RFC 9110 §10.1.1)."""
        ...

    def pause_body(self) -> None:
        """Stop reading: nobody takes what arrives."""
        ...

    def resume_body(self) -> None: ...

    def abandon_body(self) -> None:
        """Nobody will ever take the rest."""
        ...


class Sink(Protocol):
    """The connection that a body leaves by."""

    def body_piece(self, data: bytes) -> None: ...

    def body_end(self) -> None:
        """The body is complete."""
        ...

    def body_failed(self) -> None:
        """The body will never be complete; the sink must not make it look so."""
        ...


class Body:
    """What `Message.stream` holds while a body has not wholly arrived. Mutable, of one worker's loop.

    Pieces are held until there is a sink, and reading pauses once `hold_limit` bytes are held.
    """

    __slots__ = (
        "_failed",
        "_held",
        "_held_size",
        "_hold_limit",
        "_is_paused",
        "_is_sink_full",
        "_sink",
        "_source",
        "ended",
        "length",
    )

    def __init__(self, source: Source, length: int | None, hold_limit: int) -> None:
        self._source = source
        self._sink: Sink | None = None
        self._held: list[bytes] = []
        self._held_size = 0
        self._hold_limit = hold_limit
        self._failed = False
        self._is_paused = False
        self._is_sink_full = False
        self.ended = False
        self.length = length
        """Bytes in all where the sender declared it, else None."""

    # What the source says.

    def push(self, data: bytes) -> None:
        if self._sink is not None:
            self._sink.body_piece(data)
            return
        self._held.append(data)
        self._held_size += len(data)
        self._settle()

    def end(self) -> None:
        self.ended = True
        if self._sink is not None:
            self._sink.body_end()

    def fail(self) -> None:
        self._failed = True
        if self._sink is not None:
            self._sink.body_failed()

    # What the sink's side says.

    def hold_all(self) -> None:
        """Keep everything that arrives, however much, until it is taken."""
        self._hold_limit = _UNLIMITED
        self._settle()

    @property
    def has_sink(self) -> bool:
        return self._sink is not None

    def take_held(self) -> bytes:
        """What has arrived so far, to be written together with a head."""
        held, self._held, self._held_size = b"".join(self._held), [], 0
        return held

    def drain_into(self, sink: Sink) -> None:
        """Hand the sink everything held, and from now on each piece as it arrives."""
        held = self.take_held()
        self._sink = sink
        if not self.ended:
            self._source.start_body()
        if held:
            sink.body_piece(held)
        if self._failed:
            sink.body_failed()
        elif self.ended:
            sink.body_end()
        else:
            self._settle()

    def pause(self) -> None:
        """The sink is full."""
        self._is_sink_full = True
        self._settle()

    def resume(self) -> None:
        self._is_sink_full = False
        self._settle()

    def abandon(self) -> None:
        self._sink = None
        self._held = []
        if not self.ended and not self._failed:
            self._source.abandon_body()

    def _settle(self) -> None:
        """Let the source read, or not, as things stand."""
        if self.ended or self._failed:
            return
        should_pause = self._is_sink_full or self._held_size > self._hold_limit
        if should_pause is not self._is_paused:
            self._is_paused = should_pause
            if should_pause:
                self._source.pause_body()
            else:
                self._source.resume_body()

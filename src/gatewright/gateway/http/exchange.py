"""One request and its answer: drives the call's generator, straight from the parsers' callbacks.

A TargetCall that the generator yields is sent at once, and the answer's head resumes the generator from the
target connection's own callback. Only an awaitable costs a task.
"""

import logging
from collections.abc import Awaitable
from typing import Protocol, cast

from gatewright.engine.target import TargetCall, TargetFailed
from gatewright.gateway.http.body import Body
from gatewright.gateway.http.calls import Handling, Outcome, Run
from gatewright.gateway.http.pool import Pools
from gatewright.gateway.http.upstream import Carrier
from gatewright.gateway.tasks import Tasks
from gatewright.message import Response

log = logging.getLogger(__name__)


class Client(Protocol):
    """The connection that the request came by."""

    def respond(self, response: Response) -> None: ...


class House(Protocol):
    """What serves the exchange: the worker's server."""

    pools: Pools
    tasks: Tasks


class Exchange:
    """Mutable, of one request. It is done once it has responded or has been cancelled."""

    __slots__ = ("_client", "_house", "_is_done", "_relayed", "_run", "carrier", "handling")

    def __init__(self, handling: Handling, client: Client, house: House) -> None:
        self.handling = handling
        self._client = client
        self._house = house
        self._run: Run | None = None
        self._is_done = False
        self._relayed: Body | None = None  # the body of the target's answer, while it still arrives
        self.carrier: Carrier | None = None

    @property
    def is_running(self) -> bool:
        """The call has begun and not yet answered."""
        return self._run is not None and not self._is_done

    def start(self) -> None:
        self._run = self.handling.run()
        self._resume(self._run, None)

    def cancel(self) -> None:
        """The client is gone: nobody wants the answer."""
        if self._is_done:
            return
        self._is_done = True
        carrier, self.carrier = self.carrier, None
        if carrier is not None:
            carrier.cancel()
        self._drop_relayed(None)
        if self._run is not None:
            self._run.close()

    def finish(self, outcome: Outcome) -> None:
        """Let the application do what comes after. A defect there must not reach the next request."""
        try:
            self.handling.finish(outcome)
        except Exception:
            log.exception("what follows an answer failed")

    # The target's side.

    def target_answered(self, response: Response) -> None:
        self.carrier = None
        if response.stream is not None:
            self._relayed = cast(Body, response.stream)
        if self._run is not None and not self._is_done:
            self._resume(self._run, response)

    def target_failed(self, failed: TargetFailed) -> None:
        self.resume_with(failed)

    def resume_with(self, problem: BaseException | None) -> None:
        """What was awaited has happened, or failed."""
        self.carrier = None
        if self._run is not None and not self._is_done:
            self._resume(self._run, None, problem)

    # The generator.

    def _resume(self, run: Run, response: Response | None, problem: BaseException | None = None) -> None:
        try:
            wanted = run.send(response) if problem is None else run.throw(problem)
        except StopIteration as end:
            self._respond(end.value)
        except Exception:  # noqa: BLE001  # the outermost loop of a call, which logs it
            self._respond(self.handling.fail())
        else:
            if isinstance(wanted, TargetCall):
                if self._relayed is not None:
                    self._drop_relayed(None)
                self._house.pools.send(wanted, self)
            else:
                self.carrier = Awaiting(wanted, self, self._house.tasks)

    def _respond(self, response: Response) -> None:
        self._is_done = True
        if self._relayed is not None:
            self._drop_relayed(response)
        self._client.respond(response)

    def _drop_relayed(self, kept: Response | None) -> None:
        """Give up the body of a target's answer that is not going to be anybody's."""
        body, self._relayed = self._relayed, None
        if body is not None and (kept is None or kept.stream is not body):
            body.abandon()


class Awaiting:
    """An awaitable that a call waits for, in a task of its own."""

    __slots__ = ("_exchange", "_task")

    def __init__(self, wanted: Awaitable[None], exchange: Exchange, tasks: Tasks) -> None:
        self._exchange = exchange
        self._task = tasks.start(self._wait(wanted))

    def cancel(self) -> None:
        self._task.cancel()

    async def _wait(self, wanted: Awaitable[None]) -> None:
        try:
            await wanted
        except Exception as problem:  # noqa: BLE001  # whatever it is, it is the call's to handle
            self._exchange.resume_with(problem)
        else:
            self._exchange.resume_with(None)

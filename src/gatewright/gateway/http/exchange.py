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
from gatewright.gateway.http.refusal import internal_error
from gatewright.gateway.http.upstream import Carrier
from gatewright.gateway.tasks import Tasks
from gatewright.message import Response

log = logging.getLogger(__name__)


class Client(Protocol):
    """The connection that the request came by."""

    def respond(self, response: Response) -> None: ...


class Exchange:
    """Mutable, of one request. It is done once it has responded or has been cancelled."""

    __slots__ = (
        "_client",
        "_handling",
        "_has_started",
        "_is_done",
        "_pools",
        "_relayed",
        "_run",
        "_tasks",
        "carrier",
    )

    def __init__(self, handling: Handling, client: Client, pools: Pools, tasks: Tasks) -> None:
        self._handling = handling
        self._client = client
        self._pools = pools
        self._tasks = tasks
        self._run: Run = handling.run()
        self._has_started = False
        self._is_done = False
        self._relayed: Body | None = None  # the body of the target's answer, while it still arrives
        self.carrier: Carrier | None = None

    @property
    def is_running(self) -> bool:
        """The call has begun and not yet answered."""
        return self._has_started and not self._is_done

    def start(self) -> None:
        self._has_started = True
        self._resume(None, None)

    def cancel(self) -> None:
        """The client is gone: nobody wants the answer."""
        if self._is_done:
            return
        self._is_done = True
        carrier, self.carrier = self.carrier, None
        if carrier is not None:
            carrier.cancel()
        self._drop_relayed(None)
        self._run.close()

    def finish(self, outcome: Outcome) -> None:
        """Let the application do what comes after. A defect there must not reach the next request."""
        try:
            self._handling.finish(outcome)
        except Exception:
            log.exception("what follows an answer failed")

    # The target's side.

    def target_answered(self, response: Response) -> None:
        self.carrier = None
        if response.stream is not None:
            self._relayed = cast(Body, response.stream)
        self._resume(response, None)

    def target_failed(self, failed: TargetFailed) -> None:
        self.carrier = None
        self._resume(None, failed)

    # The generator.

    def _resume(self, value: object, problem: BaseException | None) -> None:
        if self._is_done:
            return
        try:
            wanted = self._run.send(value) if problem is None else self._run.throw(problem)
        except StopIteration as end:
            self._respond(end.value)
        except Exception:
            log.exception("a call ended with a defect")
            self._respond(internal_error().response())
        else:
            if isinstance(wanted, TargetCall):
                if self._relayed is not None:
                    self._drop_relayed(None)
                self._pools.send(wanted, self)
            else:
                self.carrier = Awaiting(wanted, self, self._tasks)

    def resume_with(self, value: object, problem: BaseException | None) -> None:
        """What was awaited has come, or failed."""
        self.carrier = None
        self._resume(value, problem)

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

    def __init__(self, wanted: Awaitable[object], exchange: Exchange, tasks: Tasks) -> None:
        self._exchange = exchange
        self._task = tasks.start(self._wait(wanted))

    def cancel(self) -> None:
        self._task.cancel()

    async def _wait(self, wanted: Awaitable[object]) -> None:
        try:
            value = await wanted
        except Exception as problem:  # noqa: BLE001  # whatever it is, it is the call's to handle
            self._exchange.resume_with(None, problem)
        else:
            self._exchange.resume_with(value, None)

"""A compiled target endpoint: its passes, its connection, its fault rules."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from gatewright.engine.context import FlowContext
from gatewright.engine.fault_rules import FaultRules, RulesRun
from gatewright.engine.faults import Fault, FaultSpec
from gatewright.engine.flow import EVALUATION_PROBLEMS, as_fault
from gatewright.engine.flow_hooks import AnyPass
from gatewright.engine.platform_faults import (
    bad_target_response,
    error_response_code,
    gateway_timeout,
    messaging,
    request_broke_off,
    service_unavailable,
    ssl_handshake_failed,
    target_not_allowed,
    too_big_target_body,
    unexpected_eof_at_target,
)
from gatewright.engine.target import BODY_LIMIT, Failure, Origin, TargetCall, TargetFailed, TargetState
from gatewright.message import Response

log = logging.getLogger(__name__)

Connect = Callable[[FlowContext, TargetState], TargetCall]
"""Makes the call to the target out of the flow's state; raises the Fault of an unusable `target.url`."""


@dataclass(frozen=True, slots=True)
class TargetEndpoint:
    name: str
    url: str
    request: AnyPass | None
    """None: it has nothing to do."""
    response: AnyPass | None
    faults: FaultRules
    connect: Connect
    origin: Origin | None
    """Where calls go unless a policy sets target.url."""
    success: frozenset[int]
    """Status codes that do not enter the error flow (the property success.codes)."""

    def run(self, flow: FlowContext, *, buffers_response: bool, keeps_times: bool) -> RulesRun:
        """Request pass, the call, response pass. After a fault `flow.error` is set; raises only Answered.

        `keeps_times`: whether anything asks when the call went out and its answer came in.

        A fault here is answered by this endpoint's fault rules. It returns whether the proxy endpoint's
        default fault rule is to run after them (docs/develop/decisions/0027).
        """
        state = TargetState(self.name, self.url)
        flow.target = state
        try:
            if self.request is not None:
                yield from self.request.run(flow) or ()
            call = self.connect(flow, state)
            if buffers_response:
                call.buffer_response = True
                call.response_limit = BODY_LIMIT  # also where it is streamed: it has to be held
            if keeps_times:
                _note_sending(flow, state)
            try:
                response = yield call
            except TargetFailed as failure:
                _log(failure, flow, state)
                raise _fault_of(failure) from failure
            finally:
                if state.flow_query is not None:
                    flow.request.querystring = state.flow_query
            if keeps_times:
                _note_receiving(flow, state, response)
            self._receive(response, flow)
            if self.response is not None:
                yield from self.response.run(flow) or ()
        except (Fault, *EVALUATION_PROBLEMS) as problem:
            return (yield from self.faults.run(flow, as_fault(problem)))
        return False

    def _receive(self, response: Response | None, flow: FlowContext) -> None:
        """Make the answer the flow's. Raises the Fault of a status that is no success."""
        if response is None:
            raise TypeError("a TargetCall must be resumed with a Response")
        flow.response = response
        if response.status not in self.success:
            fault = messaging(error_response_code(status=response.status, code=response.status))
            fault.response = response
            raise fault


def _log(failure: TargetFailed, flow: FlowContext, state: TargetState) -> None:
    """A client learns only that a target failed; why, and which, is for the operator."""
    facts = {
        **flow.facts,
        "target": state.url.partition("?")[0],
        "reason": str(failure),
    }  # a query may hold a key
    log.warning("a target gave no usable answer", extra=facts)


def _note_sending(flow: FlowContext, state: TargetState) -> None:
    state.sent_start_ms = flow.runtime.clock.now_ms()
    if flow.request.stream is None:
        state.sent_end_ms = state.sent_start_ms


def _note_receiving(flow: FlowContext, state: TargetState, response: Response | None) -> None:
    state.received_start_ms = flow.runtime.clock.now_ms()
    if response is not None and response.stream is None:
        state.received_end_ms = state.received_start_ms


def _fault_of(failure: TargetFailed) -> Fault:
    if failure.failure is Failure.NOT_ALLOWED:
        return messaging(target_not_allowed(host=failure.detail))
    return messaging(_FAULTS[failure.failure]())


_FAULTS: dict[Failure, FaultSpec] = {
    Failure.DNS: service_unavailable,
    Failure.CONNECT: service_unavailable,
    Failure.CONNECT_TIMEOUT: service_unavailable,
    Failure.TLS: ssl_handshake_failed,
    Failure.TIMEOUT: gateway_timeout,
    Failure.EOF: unexpected_eof_at_target,
    Failure.MALFORMED: bad_target_response,
    Failure.TOO_BIG: too_big_target_body,
    Failure.REQUEST: request_broke_off,
}

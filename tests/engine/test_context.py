"""What a call knows: which message is the ambient one, what goes out, and ids."""

import pytest
from tests.engine.test_variables import new_flow

from gatewright.engine.context import MessageIds
from gatewright.message import Message, Response


def test_the_ambient_message_is_the_error_else_the_response_else_the_request() -> None:
    flow, response, error = new_flow({}), Response(200), Response(500)
    messages: list[Message] = [flow.message]
    flow.response = response
    messages.append(flow.message)
    flow.error = error
    messages.append(flow.message)
    assert messages == [flow.request, response, error]


def test_the_error_goes_out_where_there_is_one() -> None:
    flow = new_flow({})
    with pytest.raises(RuntimeError, match="without a response"):
        _ = flow.outgoing
    flow.response = Response(200)
    assert flow.outgoing is flow.response
    flow.error = Response(500)
    assert flow.outgoing is flow.error


def test_a_call_has_one_message_id_and_no_two_share_it() -> None:
    ids = MessageIds("w1")
    assert [ids.next(), ids.next()] == ["w1-1", "w1-2"]
    flow = new_flow({})
    assert flow.message_id == flow.message_id == "test-1"


def test_without_a_trusted_proxy_the_client_is_the_peer() -> None:
    flow = new_flow({})
    assert (flow.client_ip, flow.peer.ip) == ("198.51.100.7", "192.0.2.1")

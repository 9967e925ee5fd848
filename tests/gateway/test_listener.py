"""The sockets that connections are accepted on."""

import socket

from gatewright.gateway.listener import bind


def test_an_accepted_connection_holds_little_that_cannot_be_sent() -> None:
    with bind("127.0.0.1", 0) as listening:
        listening.setblocking(True)
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 128 * 1024


def test_two_workers_may_listen_on_one_port() -> None:
    with bind("127.0.0.1", 0) as first, bind("127.0.0.1", first.getsockname()[1]) as second:
        assert first.getsockname() == second.getsockname()

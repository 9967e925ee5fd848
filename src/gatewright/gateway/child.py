"""What every child process does alike: it ignores Ctrl-C and ends when told to, or with its parent."""

import asyncio
import logging
import multiprocessing
import signal
import sys
from collections.abc import Coroutine

import uvloop

from gatewright.gateway.descriptors import raise_limit
from gatewright.logs import log_to_stderr

log = logging.getLogger(__name__)


def run(name: str, work: Coroutine[object, object, None]) -> None:
    """The life of a child process: ends with 0 when the work does, with 1 and a log entry when it fails.

    Ctrl-C reaches the whole group of processes: only the supervisor acts on it.
    """
    log_to_stderr(name)
    raise_limit()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        uvloop.run(work)
    except Exception:
        log.exception("the process cannot go on")
        sys.exit(1)


async def told_to_stop() -> None:
    """Returns on SIGTERM, or when the supervisor has ended without one."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    parent = multiprocessing.parent_process()
    if parent is not None:
        loop.add_reader(parent.sentinel, stop.set)
    await stop.wait()
    if parent is not None:
        loop.remove_reader(parent.sentinel)

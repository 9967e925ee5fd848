"""What every child process does alike: it ignores Ctrl-C and ends when told to, or with its parent."""

import asyncio
import multiprocessing
import signal

from gatewright.logs import log_to_stderr


def begin(name: str) -> None:
    """Set up logging and signals. Ctrl-C reaches the whole group: only the supervisor acts on it."""
    log_to_stderr(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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

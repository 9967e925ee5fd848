"""Says that the server is up when it really is: when `/readyz` answers 200."""

import http.client
import threading
import time
from collections.abc import Callable

PATIENCE_S = 60.0
_PAUSE_S = 0.05


def announce_when_ready(host: str, port: int, text: str, say: Callable[[str], None]) -> None:
    """Look from a thread of its own; after the patience says nothing, since the log tells what is wrong."""
    threading.Thread(target=_announce, args=(host, port, text, say), name="announce", daemon=True).start()


def _announce(host: str, port: int, text: str, say: Callable[[str], None]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        if is_ready(host, port):
            say(text)
            return
        time.sleep(_PAUSE_S)


def is_ready(host: str, port: int) -> bool:
    """Whether the management port answers and everything behind it serves."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

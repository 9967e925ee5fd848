"""Steady traffic from threads with keep-alive connections, bounded in time, every failure kept."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping


class Load:
    """`clients` threads that call one path again and again until `stop`.

    With `upload_s` each call is a POST whose body takes so many seconds to arrive.
    """

    def __init__(
        self,
        port: int,
        path: str,
        *,
        clients: int = 4,
        headers: Mapping[str, str] | None = None,
        upload_s: float = 0.0,
    ) -> None:
        self._port = port
        self._path = path
        self._headers = dict(headers or {})
        self._upload_s = upload_s
        self._is_over = threading.Event()
        self._give_up_at = time.monotonic() + 120
        self._turn = threading.Lock()
        self.answers: Counter[tuple[int, bytes]] = Counter()
        self.failures: list[str] = []
        self._threads = [threading.Thread(target=self._call_on) for _ in range(clients)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def count(self) -> int:
        return self.answers.total()

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(30)

    def wait_for(self, more: int) -> None:
        """Until that many more calls have been answered."""
        wanted = self.count + more
        while self.count < wanted and not self._is_over.is_set() and time.monotonic() < self._give_up_at:
            time.sleep(0.005)

    def _slow_body(self) -> Iterator[bytes]:
        for _ in range(5):
            time.sleep(self._upload_s / 5)
            yield b"x"

    def _call_on(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        while not self._is_over.is_set() and time.monotonic() < self._give_up_at:
            try:
                if self._upload_s:
                    connection.request("POST", self._path, self._slow_body(), {"Content-Length": "5"})
                else:
                    connection.request("GET", self._path, headers=self._headers)
                response = connection.getresponse()
                answer = (response.status, response.read())
            except (OSError, http.client.HTTPException) as problem:
                with self._turn:
                    self.failures.append(f"{type(problem).__name__}: {problem}")
                connection.close()
            else:
                with self._turn:
                    self.answers[answer] += 1
        connection.close()

"""Steady traffic from threads with keep-alive connections, bounded in time, every failure kept."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Mapping


class Load:
    """`clients` threads that call one path again and again until `stop`."""

    def __init__(
        self, port: int, path: str, *, clients: int = 4, headers: Mapping[str, str] | None = None
    ) -> None:
        self._port = port
        self._path = path
        self._headers = dict(headers or {})
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

    def _call_on(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        while not self._is_over.is_set() and time.monotonic() < self._give_up_at:
            try:
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

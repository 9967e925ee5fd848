"""Load from wrk, pinned to a core, and what it counted."""

import math
import re
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

_TIME_US = {"us": 1.0, "ms": 1_000.0, "s": 1_000_000.0}
_GRACE_S = 10


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw of one run."""

    requests: int
    seconds: float
    p50_us: float
    p99_us: float
    failures: int
    """Answers that were not 2xx or 3xx, and socket errors."""


def run_wrk(url: str, headers: Mapping[str, str], *, core: int, connections: int, seconds: float) -> Load:
    """Load the URL from one thread over kept-alive connections. Raises ValueError when wrk cannot."""
    fields = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    # wrk takes whole seconds; an interrupt ends it at any time and it still reports.
    longest = f"-d{math.ceil(seconds) + _GRACE_S}s"
    # A late answer is an answer: only what never comes is a failure.
    patience = f"--timeout={math.ceil(seconds) + _GRACE_S}s"
    command = ["taskset", "-c", str(core), "wrk", "-t1", f"-c{connections}", longest, patience, "--latency"]
    with subprocess.Popen([*command, *fields, url], stdout=subprocess.PIPE, text=True) as process:
        try:
            text, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            text, _ = process.communicate(timeout=_GRACE_S)
    return read_wrk(text)


def read_wrk(text: str) -> Load:
    """The figures in wrk's report. Raises ValueError when it is none."""
    total = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m),", text)
    if total is None:
        raise ValueError(f"wrk said: {text}")
    seconds = float(total[2]) * (60 if total[3] == "m" else _TIME_US[total[3]] / 1e6)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    failures = sum(map(int, errors.groups())) if errors else 0
    failures += int(refused[1]) if refused else 0
    return Load(int(total[1]), seconds, _percentile(text, "50%"), _percentile(text, "99%"), failures)


def _percentile(text: str, name: str) -> float:
    found = re.search(rf"{name}\s+([\d.]+)(us|ms|s)\b", text)
    return float(found[1]) * _TIME_US[found[2]] if found else 0.0

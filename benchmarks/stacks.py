"""Where the worker's time goes at one work: `python -m benchmarks.stacks [a|b|c|d]`, with py-spy on the path.

py-spy samples the stack of the worker's event loop while wrk loads it. A function's share is of the samples
in which it was at the top, so what C code and system calls take counts for the Python that called them.
"""

import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contest import ITEM, Entry, Rig
from benchmarks.gateway import entries
from benchmarks.install import find
from benchmarks.load import run_wrk
from benchmarks.peers import nginx
from benchmarks.processes import cores, cpu_seconds

_SECONDS = 8
_SHOWN = 40
_LOOP = "asyncio/runners.py"


def main() -> None:
    """Print the shares of files and of functions."""
    work = sys.argv[1] if len(sys.argv) > 1 else "b"
    if find("py-spy") is None:
        sys.exit("stacks: py-spy is missing; pip install py-spy")
    with tempfile.TemporaryDirectory(prefix="gatewright-stacks-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        stacks = _sampled(folder, work)
    total = sum(stacks.values())
    print(f"work ({work}), {total} samples of the worker's event loop\n")
    for title, of in (("files", _file), ("functions", str)):
        shares: Counter[str] = Counter()
        for frame, count in stacks.items():
            shares[of(frame)] += count
        print(f"share of {title}")
        for place, count in shares.most_common(_SHOWN):
            print(f"{100 * count / total:6.1f} %  {place}")
        print()


def _sampled(folder: Path, work: str) -> Counter[str]:
    """How often each frame was at the top."""
    with _loaded(folder, work) as entry:
        before = cpu_seconds(entry.pid)
        _load(entry, 2)
        after = cpu_seconds(entry.pid)
        worker = max(after, key=lambda pid: after[pid] - before.get(pid, 0.0))
        output = folder / "stacks"
        loading = threading.Thread(target=_load, args=(entry, _SECONDS + 2))
        loading.start()
        command = [
            "py-spy",
            "record",
            "--format",
            "raw",
            "--function",
            "--rate",
            "250",
            "--duration",
            str(_SECONDS),
        ]
        subprocess.run(
            [*command, "--output", str(output), "--pid", str(worker)], check=True, capture_output=True
        )
        loading.join()
    stacks: Counter[str] = Counter()
    for line in output.read_text().splitlines():
        frames, _, count = line.rpartition(" ")
        if _LOOP not in frames:
            continue  # py-spy takes a thread that waits for a lock for a busy one
        stacks[frames.rpartition(";")[2]] += int(count)
    return stacks


@contextmanager
def _loaded(folder: Path, work: str) -> Iterator[Entry]:
    for part in ("upstream", "gateway"):
        (folder / part).mkdir()
    contestant_core, load_core = cores()
    with (
        nginx.upstream(folder / "upstream", load_core) as port,
        entries(Rig(folder / "gateway", port, contestant_core), work) as (entry, *_),
    ):
        yield entry


def _load(entry: Entry, seconds: float) -> None:
    run_wrk(entry.base + ITEM, entry.headers, core=cores()[1], connections=64, seconds=seconds)


def _file(frame: str) -> str:
    return frame.partition("(")[2].rpartition(":")[0] or frame


if __name__ == "__main__":
    main()

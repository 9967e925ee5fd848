"""A peer that cannot be had is a line that says why; the race goes on without it."""

from contextlib import nullcontext

import pytest
from benchmarks.contest import NotHere, Peer
from benchmarks.install import find, version_of
from benchmarks.race import Rules, race
from tests.benchmarks.test_race import needs_peers


def test_a_command_that_is_not_there_or_fails_says_so() -> None:
    with pytest.raises(NotHere, match="no-such-program"):
        version_of(["no-such-program"])
    with pytest.raises(NotHere, match="sh: cannot run here"):
        version_of(["sh", "-c", "echo cannot run here >&2; exit 1"])


def test_a_program_is_found_by_name_and_by_path() -> None:
    assert find("sh") is not None
    assert find("/bin/sh") == "/bin/sh"
    assert find("no-such-program") is None
    assert find("/no/such/file") is None


@needs_peers
def test_a_race_with_nobody_says_who_could_not_be_had() -> None:
    def install() -> str:
        raise NotHere("no package of it")

    said: list[str] = []
    peer = Peer("Absent", "a", "", install, lambda rig, works: nullcontext(()))
    with pytest.raises(RuntimeError, match="no package of it"):
        race(Rules(rounds=1, seconds=0.5), [peer], said.append)
    assert "Absent does not race: no package of it" in said

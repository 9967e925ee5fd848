"""A process takes the descriptors it can get, and promises clients no more than it has."""

import subprocess
import sys

import pytest

from gatewright.gateway.descriptors import OWN, clients_within


@pytest.mark.parametrize(
    ("limit", "clients"), [(OWN + 2, 1), (256, 80), (1_024, 464), (1_000_000, 499_952), (10, 1)]
)
def test_each_client_has_room_for_its_target_as_well(limit: int, clients: int) -> None:
    assert clients_within(limit) == clients


def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    program = (
        "import resource; from gatewright.gateway.descriptors import raise_limit; "
        "print(resource.getrlimit(resource.RLIMIT_NOFILE), raise_limit(), "
        "resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    command = ["sh", "-c", 'ulimit -S -n 100 && ulimit -H -n 200 && exec "$@"', "sh", sys.executable]
    result = subprocess.run([*command, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "(100, 200) 200 (200, 200)\n"

"""Tests stand where one looks for them."""

import inspect
from pathlib import Path

import pytest

from gatewright.policies import POLICIES
from gatewright.policies.base import Policy

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "gatewright"
TESTS = ROOT / "tests"


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.__name__)
def test_every_policy_has_a_test_file_of_its_own(policy: type[Policy]) -> None:
    path = Path(inspect.getfile(policy)).relative_to(SOURCE)
    name = path.parent.name if path.stem in ("policy", "__init__") else path.stem
    assert list((TESTS / "policies").rglob(f"test_{name}.py")), f"{path} has no test_{name}.py"

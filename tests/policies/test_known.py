"""The table of recognised policy types."""

from gatewright.policies import POLICIES, policy_types
from gatewright.policies.known import KNOWN
from gatewright.policies.unsupported import Unsupported


def test_a_root_element_stands_in_the_table_once() -> None:
    roots = [known.root for known in KNOWN]
    assert len(roots) == len(set(roots))


def test_what_is_carried_out_is_known_under_the_same_category_and_name() -> None:
    table = {known.root: (known.category, known.display) for known in KNOWN}
    assert {
        each.type.root: (each.type.category, each.type.display) for each in POLICIES
    }.items() <= table.items()


def test_every_known_root_is_read_by_its_own_class_or_kept_as_unsupported() -> None:
    types = policy_types()
    own = {each.type.root: each for each in POLICIES}
    assert dict(types) == {known.root: own.get(known.root, Unsupported) for known in KNOWN}

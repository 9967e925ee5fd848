"""A token never gets a scope that was not asked for, nor one that no approved product of its key has."""

from hypothesis import given
from hypothesis import strategies as st
from tests.support.records import client, product

from gatewright.policies.oauth.scopes import granted_scopes

scopes = st.lists(st.sampled_from("ABCDE"), max_size=5).map(tuple)
products = st.lists(
    st.tuples(scopes, st.sampled_from(["approved", "pending", "revoked"])), min_size=1, max_size=4
)
asked = st.none() | st.lists(st.sampled_from("ABCDEF"), max_size=5).map(" ".join)


@given(products, asked)
def test_granted_scopes_are_within_what_is_asked_for_and_what_products_allow(
    on_key: list[tuple[tuple[str, ...], str]], asked: str | None
) -> None:
    made = [product(f"P{n}", scopes=each) for n, (each, _) in enumerate(on_key)]
    approvals = {f"P{n}": status for n, (_, status) in enumerate(on_key)}
    allowed = {scope for each, status in on_key if status == "approved" for scope in each}
    wanted = set(asked.split()) if asked else allowed
    granted = granted_scopes(client(*made, statuses=approvals), asked)
    assert set(granted or ()) == allowed & wanted
    assert (granted is None) == (bool(asked) and not allowed & wanted)
    assert granted is None or len(set(granted)) == len(granted)

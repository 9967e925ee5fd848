"""The router against a brute-force search over all base paths."""

from hypothesis import given
from hypothesis import strategies as st

from gatewright.engine.router import Router, segments_of

segment = st.sampled_from(["a", "b", "c", "*"])
base_paths = st.lists(st.lists(segment, max_size=4).map(lambda parts: "/" + "/".join(parts)), max_size=8)
paths = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=6).map("/".join).map("/{}".format)


def brute_force(bases: list[str], path: str) -> str | None:
    asked = path.split("/")[1:]

    def holds(base: str) -> bool:
        wanted = segments_of(base)
        if len(wanted) > len(asked):
            return False
        return all(w in (a, "*") and (a or w != "*") for w, a in zip(wanted, asked, strict=False))

    def rank(base: str) -> tuple[int, list[bool]]:
        return len(segments_of(base)), [part != "*" for part in segments_of(base)]

    return max((base for base in bases if holds(base)), key=rank, default=None)


@given(base_paths, paths)
def test_the_router_finds_what_a_search_over_all_base_paths_finds(bases: list[str], path: str) -> None:
    distinct = list({"/".join(segments_of(base)): base for base in bases}.values())
    found = Router((base, base) for base in distinct).find(path)
    assert (found and found.base_path) == brute_force(distinct, path)
    if found is not None:
        assert path.endswith(found.suffix)

"""Resource paths against a search segment by segment, and no way round them."""

from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from gatewright.policies.resource_paths import compile_resources

segment = st.sampled_from(["a", "b", "a.b", "*"])
patterns = st.lists(segment, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))
paths = st.lists(st.sampled_from(["a", "b", "a.b", "c", ""]), min_size=1, max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)
tricks = st.lists(st.sampled_from(["..", "%2e%2e", "..;x", ".%2E", "%2f", "\\..", "", "x"]), max_size=5)


@given(patterns, paths)
def test_a_pattern_without_a_double_star_covers_paths_of_its_length(pattern: str, path: str) -> None:
    wanted, given = pattern.split("/")[1:], path.split("/")[1:]
    same = len(wanted) == len(given) and all(
        (w == "*" and g != "") or w == g for w, g in zip(wanted, given, strict=True)
    )
    assert compile_resources([pattern])(path) is same


@given(tricks)
def test_no_spelling_leads_out_of_a_covered_folder(parts: list[str]) -> None:
    path = "/public/" + "/".join(parts) + "/admin"
    inside = _resolved(path).startswith("/public/")
    assert compile_resources(["/public/**"])(path) <= inside


@given(st.text(min_size=1, max_size=8))
def test_an_encoded_segment_is_still_one_segment(text: str) -> None:
    path = "/items/" + quote(text, safe="")
    if compile_resources(["/items/*"])(path):
        assert len(_climbed(unquote(path))) == 2


def _resolved(path: str) -> str:
    """As a target that decodes, drops parameters and then climbs would see it."""
    return "/" + "/".join(_climbed(path.replace("%2e", ".").replace("%2E", ".").replace("%2f", "/")))


def _climbed(decoded: str) -> list[str]:
    """The segments that are left without parameters, empty ones, and those that `..` takes back."""
    kept: list[str] = []
    for part in decoded.replace("\\", "/").split("/"):
        name = part.partition(";")[0]
        if name == "..":
            kept = kept[:-1]
        elif name not in ("", "."):
            kept.append(name)
    return kept

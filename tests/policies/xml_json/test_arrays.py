"""Paths of TreatAsArray, read and put together."""

import pytest

from gatewright.policies.xml_json.arrays import ArrayPath, ArrayTree


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("teachers/teacher/name", ("teachers", "teacher", "name")),
        (" teachers / teacher\n", ("teachers", "teacher")),
        ("/teachers//teacher/", ("teachers", "teacher")),
        ("", ()),
    ],
)
def test_a_path_is_its_steps(text: str, steps: tuple[str, ...]) -> None:
    assert ArrayPath.parse(text).steps == steps


def test_a_tree_tells_where_paths_end_and_what_they_unwrap() -> None:
    outer, inner = ArrayPath.parse("a/b"), ArrayPath.parse("a/b/c", unwrap=True)
    tree = ArrayTree.of((outer, inner))
    assert tree is not None
    b = tree.below["a"].below["b"]
    assert (b.path, b.unwrapped, b.below["c"].path) == (outer, inner, inner)


@pytest.mark.parametrize("paths", [(), (ArrayPath(()),)])
def test_without_steps_there_is_no_tree(paths: tuple[ArrayPath, ...]) -> None:
    assert ArrayTree.of(paths) is None

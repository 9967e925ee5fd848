"""A run that must be complete fails on a skip, wherever the skip is said."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

IN_A_TEST = 'import pytest\ndef test_it():\n    pytest.skip("nginx is not here")\n'
IN_A_MODULE = 'import pytest\npytest.skip("nginx is not here", allow_module_level=True)\n'
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_it():\n    assert False\n"


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text())
    return pytester


@pytest.mark.parametrize(
    ("source", "ci", "exit_code"),
    [
        (IN_A_TEST, "", pytest.ExitCode.OK),
        (IN_A_TEST, "true", pytest.ExitCode.TESTS_FAILED),
        (IN_A_MODULE, "", pytest.ExitCode.NO_TESTS_COLLECTED),
        (IN_A_MODULE, "true", pytest.ExitCode.INTERRUPTED),
        (EXPECTED_FAILURE, "true", pytest.ExitCode.OK),
    ],
)
def test_a_skip_fails_only_where_ci_is_true(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, source: str, ci: str, exit_code: pytest.ExitCode
) -> None:
    monkeypatch.setenv("CI", ci)
    suite.makepyfile(source)
    assert suite.runpytest_inprocess("-p", "no:asyncio").ret == exit_code


def test_a_refused_skip_says_its_reason(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    suite.makepyfile(IN_A_TEST)
    suite.runpytest_inprocess("-p", "no:asyncio").stdout.fnmatch_lines(
        ["*A skip is a failure where CI=true: *nginx is not here*"]
    )

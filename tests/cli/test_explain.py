"""The compiled form of a bundle in words."""

from pathlib import Path

from click.testing import CliRunner
from tests.cli.bundles import HELLO, folder, zipped

from gatewright.cli.main import command
from gatewright.samples import bundles

WEATHER = """\
proxy endpoint default at /v0/weather on default, secure
  request body streamed: no step reads it
  response body buffered: a step reads it
  request
    PreFlow
      SpikeArrest-11091419259467690  [apiproxy/policies/SpikeArrest-11091419259467690.xml:LINE]
  route
    default: target endpoint default  [apiproxy/proxies/default.xml:LINE]
  target endpoint default at http://weather.yahooapis.com
  response
    PreFlow
      XMLToJSON-11091909534776397  [apiproxy/policies/XMLToJSON-11091909534776397.xml:LINE]
"""


def explained(bundle: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(command(), ["explain", str(bundle)])
    return result.exit_code, result.stdout, result.stderr


def test_a_sample_is_explained_in_the_order_of_a_call(tmp_path: Path) -> None:
    for path, content in bundles()["weatherapi"].items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    code, out, _ = explained(tmp_path)
    assert code == 0
    assert [without_line(line) for line in out.splitlines()] == WEATHER.splitlines()


def without_line(line: str) -> str:
    head, colon, tail = line.rpartition(":")
    return f"{head}:LINE]" if colon and tail.endswith("]") else line


def test_conditions_stand_beside_what_they_guard(tmp_path: Path) -> None:
    for path, content in bundles()["oauth"].items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    _, out, _ = explained(tmp_path)
    assert "flow RefreshAccessToken, when (proxy.pathsuffix MatchesPath" in out
    assert "else flow AccessTokenClientCredential, when (proxy.pathsuffix MatchesPath" in out
    assert "answers by itself" in out


def test_a_bundle_that_cannot_be_deployed_has_no_compiled_form(tmp_path: Path) -> None:
    broken = HELLO | {"proxies/default.xml": HELLO["proxies/default.xml"].replace("</ProxyEndpoint>", "")}
    code, out, err = explained(zipped(tmp_path, broken))
    assert (code, out) == (1, "")
    assert "proxies/default.xml" in err


def test_a_sound_bundle_without_steps_is_short(tmp_path: Path) -> None:
    code, out, _ = explained(folder(tmp_path))
    assert code == 0
    assert out.startswith("proxy endpoint default at ")

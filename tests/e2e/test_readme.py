"""The README's tutorial, run by bash as it is printed there."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.e2e.running import PASSWORD, Running

pytestmark = pytest.mark.e2e

README = Path(__file__).parents[2] / "README.md"


def tutorial(server: Running) -> str:
    """The script, with this server's password and ports in the place of the printed ones."""
    script: str
    (script,) = re.findall(r"```bash\n(.*?)```", README.read_text(), re.DOTALL)
    for printed, here in (
        ("A=admin@myorg.example:PASSWORD", f"A='admin@myorg.example:{PASSWORD}'"),
        ("127.0.0.1:8080", f"127.0.0.1:{server.management_port}"),
        ("127.0.0.1:9001", f"127.0.0.1:{server.http_port}"),
        ("-u $A", '-u "$A"'),
    ):
        assert printed in script
        script = script.replace(printed, here)
    return script


def test_the_readmes_tutorial_does_what_it_says(tmp_path: Path) -> None:
    with Running(tmp_path / "data", "--workers=2", "--deploy-samples") as server:
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", tutorial(server)],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
        )
    assert done.returncode == 0, done.stderr
    opened, policy, flow, deployed, closed, token, weather = done.stdout.splitlines()
    assert '"@city":"Palo Alto"' in opened
    assert '"ValidateOAuth"' in policy
    assert '"ValidateOAuth"' in flow
    assert '"state":"deployed"' in deployed
    assert closed == (
        '{"fault":{"faultstring":"Invalid access token",'
        '"detail":{"errorcode":"oauth.v2.InvalidAccessToken"}}}'
    )
    assert '"token_type":"BearerToken"' in token
    assert weather == opened

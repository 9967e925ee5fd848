"""Where settings come from, which source wins, and what a wrong one is told."""

import base64
from ipaddress import ip_network
from pathlib import Path

import pytest

from gatewright.config import Redirect, Settings, SettingsError, load

KEY = base64.b64encode(bytes(range(32))).decode()


def toml(folder: Path, text: str) -> Path:
    path = folder / "given.toml"
    path.write_text(text)
    return path


def problems_of(
    flags: dict[str, tuple[str, ...]], environ: dict[str, str], file: Path | None = None
) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(flags, environ, file)
    return caught.value.problems


def test_without_sources_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load({}, {}) == Settings()
    assert (Settings().management_port, Settings().http_port, Settings().https_port) == (8080, 9001, 9443)
    assert Settings().host == "127.0.0.1"
    assert Settings().workers >= 1


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_file(tmp_path: Path) -> None:
    file = toml(tmp_path, 'host = "file"\nhttp_port = 1001\nhttps_port = 1002\n')
    environ = {"GATEWRIGHT_HOST": "variable", "GATEWRIGHT_HTTP_PORT": "2001"}
    settings = load({"host": ("flag",)}, environ, file)
    assert (settings.host, settings.http_port, settings.https_port) == ("flag", 2001, 1002)


def test_the_file_in_the_current_folder_is_read_when_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gatewright.toml").write_text("management_port = 8081\n")
    monkeypatch.chdir(tmp_path)
    assert load({}, {}).management_port == 8081


@pytest.mark.parametrize(
    ("line", "variable", "value", "name", "expected"),
    [
        ('data = "/srv/gw"', "DATA", "/srv/gw", "data", Path("/srv/gw")),
        ("workers = 3", "WORKERS", "3", "workers", 3),
        ('role = "gateway"', "ROLE", "gateway", "role", "gateway"),
        ("samples = false", "SAMPLES", "false", "samples", False),
        ("deploy_samples = true", "DEPLOY_SAMPLES", "1", "deploy_samples", True),
        ('admin_password = "s3cret"', "ADMIN_PASSWORD", "s3cret", "admin_password", "s3cret"),
        (f'encryption_key = "{KEY}"', "ENCRYPTION_KEY", KEY, "encryption_key", bytes(range(32))),
        (
            'trusted_proxies = ["10.0.0.0/8", "::1"]',
            "TRUSTED_PROXIES",
            "10.0.0.0/8,::1",
            "trusted_proxies",
            (ip_network("10.0.0.0/8"), ip_network("::1")),
        ),
        (
            'resolve = ["A.example=http://127.0.0.1:1/", "b.example="]',
            "RESOLVE",
            "A.example=http://127.0.0.1:1/ b.example=",
            "resolve",
            (Redirect("a.example", "http://127.0.0.1:1"), Redirect("b.example", None)),
        ),
    ],
)
def test_a_setting_reads_the_same_from_the_file_and_from_a_variable(
    tmp_path: Path, line: str, variable: str, value: str, name: str, expected: object
) -> None:
    assert getattr(load({}, {}, toml(tmp_path, line)), name) == expected
    assert getattr(load({}, {f"GATEWRIGHT_{variable}": value}, toml(tmp_path, "")), name) == expected


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n")
    environ = {"GATEWRIGHT_ADMIN_PASSWORD_FILE": str(secret)}
    assert load({}, environ, toml(tmp_path, "")).admin_password == "s3cret"


def test_secrets_stay_out_of_the_text_form(tmp_path: Path) -> None:
    environ = {"GATEWRIGHT_ADMIN_PASSWORD": "s3cret", "GATEWRIGHT_ENCRYPTION_KEY": KEY}
    text = repr(load({}, environ, toml(tmp_path, "")))
    assert "s3cret" not in text
    assert "encryption_key" not in text


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("HTP_PORT", "1", "no such setting; did you mean GATEWRIGHT_HTTP_PORT?"),
        ("ADMIN_PASWORD_FILE", "x", "no such setting; did you mean GATEWRIGHT_ADMIN_PASSWORD_FILE?"),
        ("HOST_FILE", "x", "no such setting; did you mean GATEWRIGHT_HOST?"),
        ("Q", "1", "no such setting; docs/reference/settings.md lists them"),
        ("HOST", " ", "must not be empty"),
        ("HTTP_PORT", "0", "must be a whole number from 1 to 65535, not '0'"),
        ("WORKERS", "two", "must be a whole number from 1 to 1024, not 'two'"),
        ("ROLE", "boss", "must be all, control or gateway, not 'boss'"),
        ("SAMPLES", "maybe", "must be true or false, not 'maybe'"),
        ("RESOLVE", "a.example", "must have the form HOST=URL, not 'a.example'"),
        ("RESOLVE", "a=ftp://b", "must lead to a URL that starts with http:// or https://, not 'ftp://b'"),
        (
            "ENCRYPTION_KEY",
            "c2hvcnQ=",
            "must be 32 bytes in base64, as `openssl rand -base64 32` prints",
        ),
    ],
)
def test_a_wrong_variable_is_refused_by_name(tmp_path: Path, variable: str, value: str, problem: str) -> None:
    environ = {f"GATEWRIGHT_{variable}": value}
    assert problems_of({}, environ, toml(tmp_path, "")) == (f"GATEWRIGHT_{variable}: {problem}",)


def test_two_listeners_on_one_port_are_refused(tmp_path: Path) -> None:
    assert problems_of({}, {"GATEWRIGHT_HTTP_PORT": "8080"}, toml(tmp_path, "")) == (
        "http_port and management_port are both 8080: each listener needs a port of its own",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("htp_port = 1", "htp_port: no such setting; did you mean http_port?"),
        ('http_port = "9001"', "http_port: must be a whole number"),
        ("host = 1", "host: must be a string"),
        ("samples = 1", "samples: must be true or false"),
        ('resolve = "a=http://b"', "resolve: must be an array of strings"),
        ("resolve = [1]", "resolve: must be an array of strings"),
        (
            'trusted_proxies = ["10.0.0.1/8"]',
            "trusted_proxies: must be addresses or networks such as",
        ),
        ("host = ", "not TOML: Invalid value (at end of document)"),
    ],
)
def test_a_wrong_key_is_refused_with_file_and_key(tmp_path: Path, text: str, problem: str) -> None:
    file = toml(tmp_path, text)
    (found,) = problems_of({}, {}, file)
    assert found.startswith(f"{file}: {problem}")


def test_a_file_that_is_named_must_exist(tmp_path: Path) -> None:
    (problem,) = problems_of({}, {}, tmp_path / "missing.toml")
    assert "missing.toml" in problem
    assert "No such file" in problem


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    environ = {"GATEWRIGHT_ADMIN_PASSWORD": "a", "GATEWRIGHT_ADMIN_PASSWORD_FILE": "/b"}
    assert problems_of({}, environ, toml(tmp_path, "")) == (
        "GATEWRIGHT_ADMIN_PASSWORD_FILE: GATEWRIGHT_ADMIN_PASSWORD is set as well; set one of them",
    )


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    environ = {"GATEWRIGHT_ADMIN_PASSWORD_FILE": str(tmp_path / "gone")}
    (problem,) = problems_of({}, environ, toml(tmp_path, ""))
    assert problem.startswith("GATEWRIGHT_ADMIN_PASSWORD_FILE: cannot read the file it names")


def test_all_problems_are_told_at_once_and_a_flag_by_its_own_name(tmp_path: Path) -> None:
    problems = problems_of(
        {"http_port": ("no",)}, {"GATEWRIGHT_ROLE": "boss"}, toml(tmp_path, "nonsense = 1\n")
    )
    assert [problem.split(":")[0] for problem in problems[1:]] == ["--http-port", "GATEWRIGHT_ROLE"]
    assert "nonsense" in problems[0]


def test_the_command_lines_own_variables_do_not_disturb_a_server(tmp_path: Path) -> None:
    environ = {"GATEWRIGHT_SERVER": "http://127.0.0.1:8080", "GATEWRIGHT_ORG": "myorg", "PATH": "/bin"}
    assert load({}, environ, toml(tmp_path, "")) == Settings()

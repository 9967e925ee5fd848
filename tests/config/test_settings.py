"""What users see of the definitions: a flag, a variable, a default and a sentence each."""

from gatewright.config.settings import definitions


def test_every_setting_says_what_it_does_and_its_default() -> None:
    for definition in definitions():
        assert definition.doc.endswith("."), definition.name
        assert definition.default_text.strip("`"), definition.name


def test_a_secret_has_no_flag_that_a_process_list_would_show() -> None:
    assert {d.name: d.flag for d in definitions() if d.is_secret} == {
        "admin_password": None,
        "encryption_key": None,
    }


def test_a_switch_that_is_on_is_turned_off_by_its_flag() -> None:
    flags = {d.name: (d.flag, d.flag_value) for d in definitions()}
    assert flags["samples"] == ("--no-samples", "false")
    assert flags["deploy_samples"] == ("--deploy-samples", "true")
    assert flags["http_port"] == ("--http-port", None)

"""Where target traffic goes: built-in stand-ins first, the settings last."""

import pytest

from gatewright.config import Redirect, Settings
from gatewright.gateway.redirects import redirects
from gatewright.services.resolve import InvalidRedirect

WEATHER = "weather.yahooapis.com"


def test_the_samples_targets_are_served_by_their_stand_ins() -> None:
    found = redirects(Settings(), 4242)
    assert found.find(WEATHER, 80) == ("http", "127.0.0.1", 4242)
    assert found.find("mocktarget.apigee.net", 443) == ("http", "127.0.0.1", 4242)
    assert found.find("other.example", 80) is None


def test_without_stand_ins_nothing_is_redirected() -> None:
    assert redirects(Settings(), None).find(WEATHER, 80) is None


def test_a_setting_undoes_or_replaces_what_is_built_in() -> None:
    undone = redirects(Settings(resolve=(Redirect(WEATHER, None),)), 4242)
    assert undone.find(WEATHER, 80) is None
    replaced = redirects(Settings(resolve=(Redirect(WEATHER, "http://127.0.0.1:1"),)), 4242)
    assert replaced.find(WEATHER, 80) == ("http", "127.0.0.1", 1)


@pytest.mark.parametrize("url", ["ftp://x", "nowhere", "http://"])
def test_a_redirect_to_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidRedirect):
        redirects(Settings(resolve=(Redirect("a.example", url),)), None)

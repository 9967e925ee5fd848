"""The predefined bundles hold what the tutorial says of them."""

from lxml import etree

from gatewright.samples import bundles


def element(proxy: str, path: str) -> etree._Element:
    return etree.fromstring(bundles()[proxy][f"apiproxy/{path}"])


def found(inside: etree._Element, path: str) -> list[object]:
    """What the XPath selects: elements or texts."""
    selected = inside.xpath(path)
    assert isinstance(selected, list)
    return list(selected)


def test_the_two_predefined_proxies_are_there_with_their_files() -> None:
    assert {name: sorted(files) for name, files in bundles().items()} == {
        "oauth": [
            "apiproxy/oauth.xml",
            "apiproxy/policies/GenerateAccessTokenClient.xml",
            "apiproxy/policies/RefreshAccessToken.xml",
            "apiproxy/proxies/default.xml",
            "apiproxy/targets/default.xml",
        ],
        "weatherapi": [
            "apiproxy/policies/SpikeArrest-11091419259467690.xml",
            "apiproxy/policies/XMLToJSON-11091909534776397.xml",
            "apiproxy/proxies/default.xml",
            "apiproxy/targets/default.xml",
            "apiproxy/weatherapi.xml",
        ],
    }


def test_oauth_answers_on_both_virtual_hosts_and_routes_nowhere() -> None:
    endpoint = element("oauth", "proxies/default.xml")
    assert found(endpoint, "HTTPProxyConnection/BasePath/text()") == ["/oauth/client_credential"]
    assert found(endpoint, "HTTPProxyConnection/VirtualHost/text()") == ["default", "secure"]
    assert len(found(endpoint, "RouteRule")) == 1
    assert not found(endpoint, "RouteRule/TargetEndpoint | RouteRule/URL")
    assert found(endpoint, "Flows/Flow/@name") == ["RefreshAccessToken", "AccessTokenClientCredential"]


def test_weatherapi_converts_every_answer_to_json() -> None:
    endpoint = element("weatherapi", "proxies/default.xml")
    assert found(endpoint, "HTTPProxyConnection/BasePath/text()") == ["/v0/weather"]
    assert found(endpoint, "PreFlow/Response/Step/Name/text()") == ["XMLToJSON-11091909534776397"]
    assert found(endpoint, "PreFlow/Request/Step/Name/text()") == ["SpikeArrest-11091419259467690"]


def test_every_step_of_a_predefined_bundle_names_a_policy_of_it() -> None:
    for name, files in bundles().items():
        policies = {
            etree.fromstring(content).get("name") for path, content in files.items() if "/policies/" in path
        }
        steps = found(element(name, "proxies/default.xml"), "//Step/Name/text()")
        assert set(steps) <= policies

"""The tutorial "Secure an API with OAuth", steps 1 to 5, word for word against real processes.

Its source: docs.apigee.com, "Tutorial: Secure calls to your API through OAuth and client credentials".
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.bundles import deploy, deploy_proxy, export, overwrite
from tests.e2e.running import Answer, Running, basic

pytestmark = pytest.mark.e2e

TOKEN_PATH = "/oauth/client_credential/accesstoken?grant_type=client_credentials"
FORECAST = "/v0/weather/forecastrss?w=12797282"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
VALIDATE_OAUTH = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<OAuthV2 async="false" continueOnError="false" enabled="true" name="ValidateOAuth">
    <Operation>VerifyAccessToken</Operation>
</OAuthV2>
"""
AUTHORIZE = """<Flow name="Authorize">
    <Request><Step><Name>ValidateOAuth</Name></Step></Request>
    <Condition>proxy.pathsuffix MatchesPath "/forecastrss"</Condition>
</Flow>
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("tutorial") / "data", "--workers=2") as running:
        yield running


@pytest.fixture(scope="module")
def deployed(server: Running) -> Running:
    """Step 1: both proxies deployed to test, through the management API."""
    for name in ("oauth", "weatherapi"):
        answer = deploy(server, name, "1")
        assert answer.status == 200, answer.text
        assert answer.json["state"] == "deployed"
        assert [each["status"] for each in answer.json["server"]] == ["deployed", "deployed"]
    return server


@pytest.fixture(scope="module")
def protected(deployed: Running) -> Running:
    """Steps 3 and 4: ValidateOAuth and the flow Authorize are added to weatherapi, and it is saved."""
    files = export(deployed, "weatherapi", "1")
    answer = overwrite(deployed, "weatherapi", "1", with_authorize(files))
    assert answer.status == 200, answer.text
    return deployed


def with_authorize(files: dict[str, bytes]) -> dict[str, bytes]:
    proxy = files["apiproxy/proxies/default.xml"].decode()
    assert "</Flows>" in proxy
    return {
        **files,
        "apiproxy/policies/ValidateOAuth.xml": VALIDATE_OAUTH.encode(),
        "apiproxy/proxies/default.xml": proxy.replace("</Flows>", f"{AUTHORIZE}</Flows>").encode(),
    }


def credentials(server: Running) -> tuple[str, str]:
    """Step 5-1: the key and secret of Weather App."""
    app = server.manage("GET", "/developers/tesla@weathersample.com/apps/weatherapp").json
    (credential,) = app["credentials"]
    return credential["consumerKey"], credential["consumerSecret"]


def ask_token(server: Running, key: str, secret: str, path: str = TOKEN_PATH) -> Answer:
    """Step 5-2."""
    return server.call("POST", path, f"client_id={key}&client_secret={secret}".encode(), FORM)


def forecast(server: Running, token: str | None) -> Answer:
    """Step 5-3. The sample's SpikeArrest lets one call pass per 100 ms."""
    time.sleep(0.15)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return server.call("GET", FORECAST, headers=headers)


def fault(answer: Answer) -> tuple[int, str, str]:
    body = answer.json["fault"]
    return answer.status, body["faultstring"], body["detail"]["errorcode"]


def test_the_predefined_resources_are_there_and_nothing_is_deployed(tmp_path: Path) -> None:
    with Running(tmp_path / "data", "--workers=1") as server:
        assert server.manage("GET", "/apis").json == ["oauth", "weatherapi"]
        assert server.manage("GET", "/deployments").json == {"environment": [], "name": "myorg"}
        product = server.manage("GET", "/apiproducts/PremiumWeatherAPI").json
        assert product["displayName"] == "Premium Weather API"
        assert product["scopes"] == ["READ"]
        developer = server.manage("GET", "/developers/tesla@weathersample.com").json
        assert (developer["firstName"], developer["lastName"]) == ("Nikolai", "Tesla")
        assert server.call("GET", FORECAST).status == 404


def test_the_samples_hold_the_policies_and_flows_of_step_2(deployed: Running) -> None:
    policies = deployed.manage("GET", "/apis/oauth/revisions/1/policies").json
    assert policies == ["GenerateAccessTokenClient", "RefreshAccessToken"]
    proxy = export(deployed, "oauth", "1")["apiproxy/proxies/default.xml"].decode()
    assert re.findall(r'<Flow name="(\w+)"', proxy) == ["RefreshAccessToken", "AccessTokenClientCredential"]
    policy = deployed.manage("GET", "/apis/oauth/revisions/1/policies/GenerateAccessTokenClient").text
    assert "<ExpiresIn>3600000</ExpiresIn>" in policy


def test_the_token_answer_has_the_fields_of_step_5_2(deployed: Running) -> None:
    key, secret = credentials(deployed)
    assert (len(key), len(secret)) == (32, 16)
    before_ms = int(time.time() * 1000)
    answer = ask_token(deployed, key, secret)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    token = answer.json
    app = deployed.manage("GET", "/developers/tesla@weathersample.com/apps/weatherapp").json
    assert all(isinstance(value, str) for name, value in token.items() if name != "api_product_list_json")
    assert re.fullmatch(r"[0-9]{13}", token["issued_at"])
    assert before_ms - 1000 <= int(token["issued_at"]) <= int(time.time() * 1000) + 1000
    assert re.fullmatch(r"[A-Za-z0-9]{28}", token["access_token"])
    assert {name: token[name] for name in token if name not in ("issued_at", "access_token")} == {
        "application_name": app["appId"],
        "scope": "READ",
        "status": "approved",
        "api_product_list": "[PremiumWeatherAPI]",
        "api_product_list_json": ["PremiumWeatherAPI"],
        "expires_in": "3599",
        "developer.email": "tesla@weathersample.com",
        "organization_id": "0",
        "token_type": "BearerToken",
        "client_id": key,
        "organization_name": "myorg",
        "refresh_token_expires_in": "0",
        "refresh_count": "0",
    }


def test_client_credentials_may_come_by_basic_authentication(deployed: Running) -> None:
    key, secret = credentials(deployed)
    answer = deployed.call("POST", TOKEN_PATH, b"", {"Authorization": basic(key, secret)})
    assert answer.status == 200, answer.text


@pytest.mark.parametrize("wrong", ["secret", "client"])
def test_a_wrong_secret_and_an_unknown_client_get_the_same_answer(deployed: Running, wrong: str) -> None:
    key, secret = credentials(deployed)
    answer = ask_token(deployed, *((key, "x" * 16) if wrong == "secret" else ("x" * 32, secret)))
    assert answer.status == 401
    assert answer.json == {"ErrorCode": "invalid_client", "Error": "ClientId is Invalid"}


def test_a_wrong_grant_type_is_refused(deployed: Running) -> None:
    path = TOKEN_PATH.replace("grant_type=client_credentials", "grant_type=client_credentials_invalid")
    answer = ask_token(deployed, *credentials(deployed), path)
    assert answer.status == 500
    assert answer.json == {
        "ErrorCode": "invalid_request",
        "Error": "Unsupported grant type : client_credentials_invalid",
    }


def test_get_instead_of_post_falls_through_to_the_null_route(deployed: Running) -> None:
    answer = deployed.call("GET", TOKEN_PATH)
    assert (answer.status, answer.content) == (200, b"")


def test_refreshing_cannot_work_for_client_credentials(deployed: Running) -> None:
    key, secret = credentials(deployed)
    path = "/oauth/client_credential/refresh_accesstoken?grant_type=refresh_token"
    body = f"client_id={key}&client_secret={secret}&refresh_token=nothing".encode()
    answer = deployed.call("POST", path, body, FORM)
    assert answer.status == 400
    assert answer.json == {"ErrorCode": "invalid_request", "Error": "Invalid Refresh Token"}


def test_a_valid_token_gets_the_weather_as_json(protected: Running) -> None:
    token = ask_token(protected, *credentials(protected)).json["access_token"]
    answer = forecast(protected, token)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    channel = answer.json["rss"]["channel"]
    assert channel["title"] == "Yahoo! Weather - Palo Alto, CA"
    assert channel["description"] == "Yahoo! Weather for Palo Alto, CA"
    location = channel["yweather:location"]["#attrs"]
    assert location == {"@city": "Palo Alto", "@region": "CA", "@country": "United States"}


def test_an_invalid_token_gets_the_tutorials_answer_byte_for_byte(protected: Running) -> None:
    answer = forecast(protected, "b8dAcCEsST0ken123")
    assert answer.status == 401
    assert answer.text == (
        '{"fault":{"faultstring":"Invalid Access Token",'
        '"detail":{"errorcode":"keymanagement.service.invalid_access_token"}}}'
    )


def test_no_token_gets_an_answer_of_its_own(protected: Running) -> None:
    assert fault(forecast(protected, None)) == (401, "Invalid access token", "oauth.v2.InvalidAccessToken")


def test_other_resources_of_the_proxy_stay_open(protected: Running) -> None:
    time.sleep(0.15)
    assert protected.call("GET", "/v0/weather/other").status == 404


def test_an_expired_token_gets_the_tutorials_answer(protected: Running) -> None:
    files = export(protected, "oauth", "1")
    policy = files["apiproxy/policies/GenerateAccessTokenClient.xml"].decode()
    files["apiproxy/policies/GenerateAccessTokenClient.xml"] = policy.replace(">3600000<", ">1<").encode()
    proxy = files["apiproxy/proxies/default.xml"].decode()
    files["apiproxy/proxies/default.xml"] = proxy.replace("/oauth/client_credential", "/oauth/short").encode()
    deploy_proxy(protected, "oauth-short", files)
    path = TOKEN_PATH.replace("client_credential/", "short/")
    answer = ask_token(protected, *credentials(protected), path)
    assert answer.json["expires_in"] == "0"
    assert fault(forecast(protected, answer.json["access_token"])) == (
        401,
        "Access Token expired",
        "keymanagement.service.access_token_expired",
    )


def test_virtual_host_secure_serves_https_by_its_alias_alone(deployed: Running) -> None:
    import ssl
    from http.client import HTTPSConnection

    class ToLoopback(HTTPSConnection):
        def connect(self) -> None:
            import socket

            raw = socket.create_connection(("127.0.0.1", deployed.https_port), 10)
            self.sock = trusting.wrap_socket(raw, server_hostname=self.host)

    trusting = ssl.create_default_context(cafile=str(deployed.data / "tls.pem"))
    for host, status in (("myorg-test.localhost", 404), ("localhost", 404)):
        connection = ToLoopback(host)
        connection.request("GET", "/nothing", headers={"Host": host})
        response = connection.getresponse()
        assert response.status == status
        assert "host: secure" in json.loads(response.read())["fault"]["faultstring"]
        connection.close()

"""Access by API product: who may call what, by key and by token, and the fault that each refusal gets.

Sources: docs.apigee.com, "OAuth v2 policy" and "Verify API Key policy" (error references), "API products".
"""

import time
from collections.abc import Callable, Iterator

import pytest
from tests.e2e.bundles import deploy_proxy, proxy_files
from tests.e2e.running import Answer, Running

pytestmark = pytest.mark.e2e

OAUTH = {
    "generate": (
        '<OAuthV2 name="generate"><Operation>GenerateAccessToken</Operation><SupportedGrantTypes>'
        "<GrantType>client_credentials</GrantType></SupportedGrantTypes>"
        "<GrantType>request.queryparam.grant_type</GrantType><GenerateResponse/></OAuthV2>"
    ),
}
BY_TOKEN = {"verify": '<OAuthV2 name="verify"><Operation>VerifyAccessToken</Operation></OAuthV2>'}
BY_KEY = {"verify": '<VerifyAPIKey name="verify"><APIKey ref="request.queryparam.apikey"/></VerifyAPIKey>'}
BY_SCOPE = {
    "verify": (
        '<OAuthV2 name="verify"><Operation>VerifyAccessToken</Operation><Scope>WRITE</Scope></OAuthV2>'
    )
}


def with_step(name: str, policies: dict[str, str]) -> dict[str, str]:
    (policy,) = policies
    proxy = f"<PreFlow><Request><Step><Name>{policy}</Name></Step></Request></PreFlow>"
    return proxy_files(name, f"/{name}", proxy, None, **policies)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("access") / "data", "--workers=2", "--no-samples") as running:
        deploy_proxy(running, "token", with_step("token", OAUTH))
        deploy_proxy(running, "bytoken", with_step("bytoken", BY_TOKEN))
        deploy_proxy(running, "bykey", with_step("bykey", BY_KEY))
        deploy_proxy(running, "byscope", with_step("byscope", BY_SCOPE))
        yield running


class Case:
    """A developer with an app and a product of its own, so that tests do not meet."""

    def __init__(self, server: Running, name: str, **product: object) -> None:
        self.server = server
        self.name = name
        self.email = f"{name}@example.com"
        self.made = server.manage(
            "POST",
            "/apiproducts",
            {
                "name": name,
                "approvalType": "auto",
                "proxies": ["bytoken", "bykey", "byscope"],
                "environments": ["test"],
                "apiResources": ["/"],
                "scopes": ["READ"],
                **product,
            },
        )
        assert self.made.status == 201, self.made.text
        body = {"email": self.email, "firstName": "A", "lastName": "B", "userName": name}
        assert server.manage("POST", "/developers", body).status == 201
        app = server.manage("POST", f"/developers/{self.email}/apps", {"name": "app", "apiProducts": [name]})
        assert app.status == 201, app.text
        credential = app.json["credentials"][0]
        self.key, self.secret = credential["consumerKey"], credential["consumerSecret"]

    def token(self) -> str:
        answer = self.server.call(
            "POST",
            "/token?grant_type=client_credentials",
            f"client_id={self.key}&client_secret={self.secret}".encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status == 200, answer.text
        return str(answer.json["access_token"])

    def by_key(self, path: str = "/bykey") -> Answer:
        return self.server.call("GET", f"{path}?apikey={self.key}")

    def by_token(self, token: str, path: str = "/bytoken") -> Answer:
        return self.server.call("GET", path, headers={"Authorization": f"Bearer {token}"})

    def act(self, path: str) -> None:
        answer = self.server.manage("POST", path, b"", content_type="application/octet-stream")
        assert answer.status == 204, answer.text


def fault(answer: Answer) -> tuple[int, str, str]:
    assert answer.status >= 400, answer.text
    body = answer.json["fault"]
    return answer.status, body["detail"]["errorcode"], body["faultstring"]


INVALID_KEY_FOR_RESOURCE = (
    401,
    "oauth.v2.InvalidApiKeyForGivenResource",
    "Invalid ApiKey for given resource",
)
NO_PRODUCT = (
    401,
    "keymanagement.service.InvalidAPICallAsNoApiProductMatchFound",
    "Invalid API call as no apiproduct match found",
)


def test_key_and_token_open_what_the_product_holds(server: Running) -> None:
    case = Case(server, "open")
    assert case.by_key().status == 200
    assert case.by_token(case.token()).status == 200


def test_an_unknown_key_and_a_missing_key_are_refused(server: Running) -> None:
    assert fault(server.call("GET", "/bykey?apikey=nobody")) == (
        401,
        "oauth.v2.InvalidApiKey",
        "Invalid ApiKey",
    )
    assert fault(server.call("GET", "/bykey")) == (
        401,
        "steps.oauth.v2.FailedToResolveAPIKey",
        "Failed to resolve API Key variable request.queryparam.apikey",
    )


@pytest.mark.parametrize(
    ("name", "product"),
    [
        ("no-proxy", {"proxies": ["other"]}),
        ("no-environment", {"environments": ["prod"]}),
    ],
)
def test_a_product_without_the_proxy_or_the_environment_does_not_match(
    server: Running, name: str, product: dict[str, object]
) -> None:
    case = Case(server, name, **product)
    assert fault(case.by_key()) == INVALID_KEY_FOR_RESOURCE
    assert fault(case.by_token(case.token())) == NO_PRODUCT


def test_a_product_opens_its_resource_paths_alone(server: Running) -> None:
    case = Case(server, "paths", apiResources=["/open/**"])
    token = case.token()
    assert case.by_key("/bykey/open/x").status == 200
    assert case.by_token(token, "/bytoken/open/x").status == 200
    assert fault(case.by_key("/bykey/closed")) == INVALID_KEY_FOR_RESOURCE
    refused = fault(case.by_token(token, "/bytoken/closed"))
    assert refused[0] == 401
    assert refused[1] in (NO_PRODUCT[1], "keymanagement.service.apiresource_doesnot_exist")


def test_an_app_without_products_opens_nothing(server: Running) -> None:
    case = Case(server, "none")
    path = f"/developers/{case.email}/apps/app/keys/{case.key}/apiproducts/none"
    token = case.token()
    assert server.manage("DELETE", path).status == 200
    eventually(lambda: case.by_key(), INVALID_KEY_FOR_RESOURCE)
    eventually(lambda: case.by_token(token), NO_PRODUCT)


def test_a_revoked_key_stops_and_an_approved_one_works_again(server: Running) -> None:
    case = Case(server, "revoked")
    token = case.token()
    key = f"/developers/{case.email}/apps/app/keys/{case.key}"
    case.act(f"{key}?action=revoke")
    eventually_status(lambda: case.by_key(), 401)
    eventually_status(lambda: case.by_token(token), 401)
    case.act(f"{key}?action=approve")
    eventually_status(lambda: case.by_key(), 200)


def test_a_revoked_app_stops(server: Running) -> None:
    case = Case(server, "app-revoked")
    token = case.token()
    case.act(f"/developers/{case.email}/apps/app?action=revoke")
    expected = (401, "keymanagement.service.invalid_client-app_not_approved")
    eventually(lambda: case.by_key(), expected)
    eventually(lambda: case.by_token(token), expected)


def test_an_inactive_developer_stops(server: Running) -> None:
    case = Case(server, "inactive")
    token = case.token()
    case.act(f"/developers/{case.email}?action=inactive")
    expected = (401, "keymanagement.service.DeveloperStatusNotActive")
    eventually(lambda: case.by_key(), expected)
    eventually(lambda: case.by_token(token), expected)


def test_a_product_that_waits_for_approval_opens_nothing(server: Running) -> None:
    case = Case(server, "pending", approvalType="manual")
    assert case.by_key().status == 401
    case.act(f"/developers/{case.email}/apps/app/keys/{case.key}/apiproducts/pending?action=approve")
    eventually_status(lambda: case.by_key(), 200)


def test_a_missing_scope_is_403(server: Running) -> None:
    case = Case(server, "scoped")
    answer = case.by_token(case.token(), "/byscope")
    assert fault(answer)[:2] == (403, "steps.oauth.v2.InsufficientScope")
    writer = Case(server, "writer", scopes=["READ", "WRITE"])
    assert writer.by_token(writer.token(), "/byscope").status == 200


def eventually(call: Callable[[], Answer], expected: tuple[object, ...]) -> None:
    """A change reaches every worker within a second; then every answer is the expected one."""
    settle(call, lambda answer: answer.status >= 400 and fault(answer)[: len(expected)] == expected)


def eventually_status(call: Callable[[], Answer], status: int) -> None:
    settle(call, lambda answer: answer.status == status)


def settle(call: Callable[[], Answer], is_right: Callable[[Answer], bool]) -> None:
    give_up_at = time.monotonic() + 1.0
    while not is_right(call()) and time.monotonic() < give_up_at:
        time.sleep(0.02)
    time.sleep(0.1)  # the other worker polls as well
    answers = [call() for _ in range(10)]
    assert all(is_right(answer) for answer in answers), [answer.text for answer in answers]

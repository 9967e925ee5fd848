"""VerifyAPIKey lets calls with an allowed key through and says in Edge's words why it refuses the others.

Codes and texts: docs.apigee.com/api-platform/reference/policies/verify-api-key-policy (errors); `ApiKey not
approved` as asserted against a live organization by NHSDigital's tests; the text of DeveloperStatusNotActive
as Autodesk's Forge blog quotes it. Texts of consumer_key_expired and ..._api_product_deleted are ours.
"""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.policies.support import Outcome, findings, request, run, run_in_loop
from tests.support.ports import NOW_MS, MapClients, make_ports
from tests.support.records import CLIENT, KEY, SECRET, client, product
from tests.support.stores import add_client, open_store

from gatewright.entities import Attribute, Client
from gatewright.message import Value
from gatewright.policies.verify_api_key import VerifyAPIKey
from gatewright.services.sql.clients import SqlClients

XML = '<VerifyAPIKey name="Verify"><APIKey ref="request.queryparam.apikey"/></VerifyAPIKey>'
ID = "myorg@@@0e1d7d4b-8a3a-4d5f-9a39-2f6a3c3e2a11"


def clients_of(*known: Client, waits: bool = False, is_away: bool = False) -> MapClients:
    clients = MapClients()
    clients.add(*known)
    clients.reach.waits, clients.reach.is_away = waits, is_away
    return clients


def verify(
    path: str = f"/forecastrss?apikey={KEY}", *known: Client, xml: str = XML, waits: bool = False
) -> Outcome:
    clients = clients_of(*(known or (CLIENT,)), waits=waits)
    return run(VerifyAPIKey, xml, request(path=path), ports=make_ports(clients=clients))


def fault_of(outcome: Outcome) -> tuple[int, str, str]:
    body = json.loads(outcome.answer.content)["fault"]
    return outcome.answer.status, body["detail"]["errorcode"], body["faultstring"]


@pytest.mark.parametrize("waits", [False, True])
def test_an_allowed_key_lets_the_call_through(waits: bool) -> None:
    outcome = verify(waits=waits)
    assert outcome.fault is None
    assert outcome.waits == waits


VARIABLES: list[tuple[str, Value]] = [
    ("client_id", KEY),
    ("client_secret", SECRET),
    ("redirection_uris", "https://weather.example/callback"),
    ("issued_at", 1_400_000_000_004),
    ("status", "approved"),
    ("DisplayName", "Verify"),
    ("failed", False),
    ("developer.app.id", "8586c7b7-2936-4779-b7a6-97014e436d7d"),
    ("developer.app.name", "weatherapp"),
    ("developer.id", ID),
    ("developer.userName", "tesla"),
    ("developer.firstName", "Nikolai"),
    ("developer.lastName", "Tesla"),
    ("developer.email", "tesla@weathersample.com"),
    ("developer.status", "active"),
    ("developer.apps", ["weatherapp"]),
    ("developer.created_at", 1_400_000_000_000),
    ("developer.created_by", "admin@myorg.example"),
    ("developer.last_modified_at", 1_400_000_000_001),
    ("developer.last_modified_by", "admin@myorg.example"),
    ("developer.tier", "gold"),
    ("app.name", "weatherapp"),
    ("app.id", "8586c7b7-2936-4779-b7a6-97014e436d7d"),
    ("app.accessType", ""),
    ("app.callbackUrl", "https://weather.example/callback"),
    ("app.DisplayName", "Weather App"),
    ("app.status", "approved"),
    ("app.apiproducts", ["PremiumWeatherAPI"]),
    ("app.appFamily", "default"),
    ("app.appParentStatus", "active"),
    ("app.appType", "Developer"),
    ("app.appParentId", ID),
    ("app.created_at", 1_400_000_000_002),
    ("app.created_by", "admin@myorg.example"),
    ("app.last_modified_at", 1_400_000_000_003),
    ("app.last_modified_by", "admin@myorg.example"),
    ("apiproduct.name", "PremiumWeatherAPI"),
    ("apiproduct.access", "public"),
    ("apiproduct.developer.quota.limit", "10"),
    ("apiproduct.developer.quota.interval", "1"),
    ("apiproduct.developer.quota.timeunit", "minute"),
]


def test_the_variables_of_the_caller_are_set_under_the_policys_name() -> None:
    variables = verify().flow.variables
    assert {name: variables.get(f"verifyapikey.Verify.{name}") for name, _ in VARIABLES} == dict(VARIABLES)


def test_the_variables_of_analytics_are_set_without_a_prefix() -> None:
    variables = verify().flow.variables
    wanted = {
        "apiproduct.name": "PremiumWeatherAPI",
        "developer.app.name": "weatherapp",
        "developer.id": ID,
        "client_id": KEY,
    }
    assert {
        name: value for name, value in variables.items() if not name.startswith("verifyapikey.")
    } == wanted


def test_attributes_of_app_and_key_are_variables_of_their_own_but_hide_none() -> None:
    # api-platform-samples, advanced-api-services: verifyapikey.<policy>.DATA_STORE_ORG_NAME
    who = client(
        app={
            "attributes": (
                Attribute(name="DATA_STORE", value="store"),
                Attribute(name="client_id", value="x"),
            )
        },
        credential={"attributes": (Attribute(name="of.key", value="key"),)},
    )
    variables = verify(f"/?apikey={KEY}", who).flow.variables
    assert variables["verifyapikey.Verify.DATA_STORE"] == "store"
    assert variables["verifyapikey.Verify.of.key"] == "key"
    assert variables["verifyapikey.Verify.client_id"] == KEY


def test_the_product_that_matches_the_path_is_the_one_in_the_variables() -> None:
    who = client(product("A", api_resources=("/a",)), product("B", api_resources=("/b",)))
    clients = clients_of(who)
    for path, name in (("/a", "A"), ("/b", "B"), ("/a", "A")):
        flow = request(path=f"{path}?apikey={KEY}")
        run(VerifyAPIKey, XML, flow, ports=make_ports(clients=clients))
        assert flow.variables["verifyapikey.Verify.apiproduct.name"] == name


@pytest.mark.parametrize(
    ("place", "headers", "form"),
    [
        ('<APIKey ref="request.header.x-apikey"/>', {"x-apikey": KEY}, None),
        ('<APIKey ref="request.formparam.apikey"/>', None, f"apikey={KEY}"),
        (f"<APIKey>{KEY}</APIKey>", None, None),
        (f'<APIKey ref="request.header.x-apikey">{KEY}</APIKey>', None, None),
    ],
)
def test_the_key_is_read_where_the_policy_says(
    place: str, headers: dict[str, str] | None, form: str | None
) -> None:
    flow = request("POST", headers=headers, form=form)
    xml = f'<VerifyAPIKey name="Verify">{place}</VerifyAPIKey>'
    assert run(VerifyAPIKey, xml, flow, ports=make_ports(clients=clients_of(CLIENT))).fault is None


INVALID_FOR_RESOURCE = (401, "oauth.v2.InvalidApiKeyForGivenResource", "Invalid ApiKey for given resource")
INVALID = (401, "oauth.v2.InvalidApiKey", "Invalid ApiKey")
NOT_APPROVED = (401, "oauth.v2.ApiKeyNotApproved", "ApiKey not approved")
PREMIUM = "PremiumWeatherAPI"
REFUSED: list[tuple[str, Client, tuple[int, str, str]]] = [
    ("key revoked", client(credential={"status": "revoked"}), NOT_APPROVED),
    ("key pending", client(credential={"status": "pending"}), NOT_APPROVED),
    (
        "key expired",
        client(credential={"expires_at": NOW_MS - 1}),
        (401, "keymanagement.service.consumer_key_expired", "Consumer Key expired"),
    ),
    (
        "app revoked",
        client(app={"status": "revoked"}),
        (401, "keymanagement.service.invalid_client-app_not_approved", "App not Approved"),
    ),
    (
        "developer inactive",
        client(developer={"status": "inactive"}),
        (401, "keymanagement.service.DeveloperStatusNotActive", "Developer Status is not Active"),
    ),
    (
        "product deleted",
        replace(client(), products=()),
        (
            401,
            "keymanagement.service.consumer_key_missing_api_product_deleted",
            "API Product of the consumer key has been deleted",
        ),
    ),
    ("no product", replace(client(credential={"api_products": ()}), products=()), INVALID_FOR_RESOURCE),
    ("another environment", client(product(environments=("prod",))), INVALID_FOR_RESOURCE),
    ("another proxy", client(product(proxies=("other",))), INVALID_FOR_RESOURCE),
    ("another resource", client(product(api_resources=("/other",))), INVALID_FOR_RESOURCE),
    ("product pending", client(product(), statuses={PREMIUM: "pending"}), INVALID_FOR_RESOURCE),
    ("product revoked", client(product(), statuses={PREMIUM: "revoked"}), INVALID_FOR_RESOURCE),
    ("key of another organization", replace(client(), organization="other"), INVALID),
]


@pytest.mark.parametrize(("who", "answer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
@pytest.mark.parametrize("waits", [False, True])
def test_a_key_is_refused_in_edges_words(who: Client, answer: tuple[int, str, str], waits: bool) -> None:
    outcome = verify(f"/forecastrss?apikey={KEY}", who, waits=waits)
    assert fault_of(outcome) == answer
    variables = outcome.flow.variables
    assert (variables["oauthV2.Verify.failed"], variables["verifyapikey.Verify.failed"]) == (True, True)
    assert variables["oauthV2.Verify.fault.cause"] == answer[2]


@pytest.mark.parametrize(
    "path", [f"/?apikey={KEY[:-1]}", f"/?apikey={KEY.lower()}", f"/?apikey={KEY}%20", "/?apikey=x"]
)
def test_an_unknown_key_is_invalid(path: str) -> None:
    assert fault_of(verify(path)) == INVALID


@pytest.mark.parametrize("path", ["/", "/?apikey=", "/?APIKEY=x"])
def test_a_call_without_a_key_names_the_variable(path: str) -> None:
    # learn-edge/fault-handling-1 of api-platform-samples prints this answer
    assert fault_of(verify(path)) == (
        401,
        "steps.oauth.v2.FailedToResolveAPIKey",
        "Failed to resolve API Key variable request.queryparam.apikey",
    )


@pytest.mark.parametrize("waits", [False, True])
def test_while_the_store_is_away_no_key_is_called_invalid(waits: bool) -> None:
    clients = clients_of(waits=waits, is_away=True)
    outcome = run(VerifyAPIKey, XML, request(path="/?apikey=x"), ports=make_ports(clients=clients))
    assert fault_of(outcome)[:2] == (503, "keymanagement.service.ServiceUnavailable")
    assert outcome.flow.variables["verifyapikey.Verify.failed"] is True


def test_a_flow_that_goes_on_can_ask_whether_the_key_was_refused() -> None:
    outcome = verify("/?apikey=x", xml=XML.replace("name=", 'continueOnError="true" name='))
    assert outcome.flow.error is None
    assert outcome.flow.variables["oauthV2.Verify.failed"] is True
    assert outcome.flow.variables["oauthV2.Verify.fault.name"] == "InvalidApiKey"
    assert outcome.fault is not None


@pytest.mark.parametrize("xml", ["<APIKey/>", "", '<APIKey ref=""/>', "<APIKey> </APIKey>"])
def test_a_policy_without_a_place_for_the_key_is_not_deployed(xml: str) -> None:
    (finding,) = findings(VerifyAPIKey, f'<VerifyAPIKey name="Verify">\n{xml}</VerifyAPIKey>')
    assert (finding.severity, finding.rule) == ("error", "SpecifyValueOrRefApiKey")
    assert (finding.file, finding.line) == ("policies/Tested.xml", 1)


def test_what_real_bundles_write_is_accepted_without_findings() -> None:
    assert findings(VerifyAPIKey, VerifyAPIKey.new_xml("Verify-API-Key-1", "Verify API Key-1")) == []


async def test_it_works_on_the_real_store(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    try:
        await add_client(store)
        ports = make_ports(clients=SqlClients(store))
        let_through = await run_in_loop(VerifyAPIKey, XML, request(path=f"/?apikey={KEY}"), ports=ports)
        refused = await run_in_loop(VerifyAPIKey, XML, request(path="/?apikey=x"), ports=ports)
    finally:
        store.close()
    assert (let_through.fault, let_through.waits) == (None, 0)
    assert let_through.flow.variables["verifyapikey.Verify.client_secret"] == SECRET
    assert fault_of(refused) == INVALID

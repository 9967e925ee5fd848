"""Every path answers what it declares, in Edge's shapes."""

from tests.management.installation import Api


async def test_smoke(api: Api) -> None:
    response = await api("GET", "environments")
    assert response.json() == ["prod", "test"]
    dev = {"email": "a@b.example", "firstName": "A", "lastName": "B", "userName": "ab"}
    response = await api("POST", "developers", dev)
    assert response.status_code == 201

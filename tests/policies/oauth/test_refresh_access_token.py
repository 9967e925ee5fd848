"""RefreshAccessToken puts a new pair of tokens in the place of an old one, once."""

import pytest
from msgspec.structs import replace
from tests.policies.oauth.support import (
    REFRESH,
    REFRESH_FORM,
    WORDS,
    Row,
    ask,
    changes,
    check_answer,
    filled_in,
    generate,
    oauth,
    ports_of,
    rows,
)
from tests.policies.support import request, run
from tests.support.records import REFRESH_TOKEN, TOKEN, refreshable

from gatewright.entities import token_hash
from gatewright.policies.oauth_v2 import OAuthV2


@pytest.mark.parametrize("row", rows("refresh_access_token"))
def test_a_token_is_refreshed_as_the_row_says(row: Row) -> None:
    row = filled_in(row, WORDS | {"$TOKEN": TOKEN})
    old = refreshable(**changes(row))
    ports, kept = ports_of(row, old)
    outcome = ask(row, oauth(f"{REFRESH}{row['policy']}"), ports)
    check_answer(outcome, row)
    (record,) = kept
    assert (record == old) is (row["status"] != 200), "the new token takes the old one's place"


def test_a_refresh_merges_the_policys_attributes_into_the_tokens() -> None:
    ports, kept = ports_of({})
    generate(
        '<Attributes><Attribute name="a">old</Attribute><Attribute name="b">old</Attribute></Attributes>',
        ports=ports,
    )
    (issued,) = kept
    kept.tokens.clear()
    kept.add(replace(issued, refresh_token_hash=token_hash(REFRESH_TOKEN)))
    inside = '<Attributes><Attribute name="b">new</Attribute><Attribute name="c">new</Attribute></Attributes>'
    run(OAuthV2, oauth(REFRESH + inside), request("POST", form=REFRESH_FORM, ports=ports), ports=ports)
    (record,) = kept
    assert {each.name: each.value for each in record.attributes} == {"a": "old", "b": "new", "c": "new"}

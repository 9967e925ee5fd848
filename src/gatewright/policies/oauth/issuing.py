"""A token on its way out: its record kept, its variables set, its answer made."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Answered
from gatewright.entities import AccessToken, Client, TokenAttribute
from gatewright.message import Value
from gatewright.policies.base import VariableDoc
from gatewright.policies.client_variables import prefixed
from gatewright.policies.oauth.elements import CustomAttribute
from gatewright.policies.oauth.lifetimes import seconds_left
from gatewright.policies.oauth.responses import token_response

ACCESS_TOKEN_LENGTH = 28
REFRESH_TOKEN_LENGTH = 32

Attributes: TypeAlias = Callable[[FlowContext], tuple[TokenAttribute, ...]]


@dataclass(frozen=True, slots=True)
class Issued:
    """A token's record with what the record does not hold: the client, and the tokens in clear."""

    record: AccessToken
    client: Client
    access_token: str
    refresh_token: str = ""

    def __repr__(self) -> str:
        """Without the tokens, which must not reach a log."""
        return f"Issued({self.record!r})"


@dataclass(frozen=True, slots=True)
class Issuing:
    """What the policy says of its answer."""

    policy: str
    is_answering: bool
    is_rfc: bool

    def finish(self, flow: FlowContext, issued: Issued, now_ms: int) -> None:
        """Set `oauthv2accesstoken.<policy>.*`; raises Answered when the policy answers by itself."""
        fields = token_fields(issued, now_ms)
        flow.variables.update(prefixed(f"oauthv2accesstoken.{self.policy}", _variables(fields, issued)))
        if self.is_answering:
            flow.response = token_response(_in_rfc_terms(fields, issued) if self.is_rfc else fields)
            raise Answered


def compile_attributes(attributes: Iterable[CustomAttribute], cx: Compiler) -> Attributes:
    """The token's custom attributes; one whose variable has no value and that has no text is left out."""
    readers = tuple(
        (each.name, each.display, cx.text(each.ref) if each.ref else None, each.value) for each in attributes
    )

    def read(flow: FlowContext) -> tuple[TokenAttribute, ...]:
        found: dict[str, TokenAttribute] = {}
        for name, display, variable, text in readers:
            value = variable(flow) if variable else None
            value = text if value is None else value
            if value is not None:
                found[name] = TokenAttribute(name=name, value=value, display=display)
        return tuple(found.values())

    return read


def token_fields(issued: Issued, now_ms: int) -> dict[str, str | list[str]]:
    """The answer's fields in Edge's order: all text, but for the newer list of products.

    (api-platform-samples, oauth-client-credentials/README and oauth-validate-key-secret/README; the list:
    SAP-docs, "Third-Party OAuth Token Usage".)
    """
    record = issued.record
    with_refresh = bool(record.refresh_token_hash)
    fields: dict[str, str | list[str]] = {
        "issued_at": str(record.issued_at),
        "application_name": record.app_id,
        "scope": " ".join(record.scopes),
    }
    if with_refresh:
        fields["refresh_token_issued_at"] = str(record.refresh_token_issued_at)
    fields["status"] = record.status
    if with_refresh:
        fields["refresh_token_status"] = record.refresh_token_status
    fields |= {
        "api_product_list": f"[{', '.join(record.api_products)}]",
        "api_product_list_json": list(record.api_products),
        "expires_in": str(seconds_left(record.expires_at, now_ms)),
        "developer.email": issued.client.developer.email,
        "organization_id": "0",
        "token_type": "BearerToken",
    }
    if with_refresh:
        fields["refresh_token"] = issued.refresh_token
    refresh_expires_in = seconds_left(record.refresh_token_expires_at, now_ms) if with_refresh else 0
    fields |= {
        "client_id": record.client_id,
        "access_token": issued.access_token,
        "organization_name": record.organization,
        "refresh_token_expires_in": str(refresh_expires_in),
        "refresh_count": str(record.refresh_count),
    }
    shown = {each.name: each.value for each in record.attributes if each.display}
    return fields | {name: value for name, value in shown.items() if name not in fields}


def _in_rfc_terms(fields: Mapping[str, str | list[str]], issued: Issued) -> dict[str, object]:
    """The same with RFC 6749's token_type and a number for expires_in, which is left out for never."""
    answer: dict[str, object] = {**fields, "token_type": "Bearer"}
    if issued.record.expires_at < 0:
        del answer["expires_in"]
    else:
        answer["expires_in"] = int(str(fields["expires_in"]))
    return answer


def _variables(fields: Mapping[str, str | list[str]], issued: Issued) -> dict[str, Value]:
    attributes = {f"accesstoken.{each.name}": each.value for each in issued.record.attributes}
    return {
        **fields,
        **attributes,
        "developer.id": f"{issued.client.organization}@@@{issued.client.developer.developer_id}",
        "developer.app.name": issued.client.app.name,
        "grant_type": issued.record.grant_type,
    }


_DOCS = (
    ("access_token", "The new access token."),
    ("token_type", "BearerToken."),
    ("issued_at", "When it was issued, in epoch milliseconds."),
    ("expires_in", "Seconds that it will live; 0 for ever."),
    ("status", "approved."),
    ("scope", "Its scopes, separated by blanks."),
    ("grant_type", "The grant type it was issued for."),
    ("client_id", "The consumer key."),
    ("application_name", "The app's id."),
    ("api_product_list", "Names of its products: `[A, B]`."),
    ("organization_name", "The organization."),
    ("organization_id", "Always 0."),
    ("developer.email", "The developer's e-mail address."),
    ("developer.id", "The developer's id."),
    ("developer.app.name", "The app's name."),
    ("refresh_token", "The refresh token, if one was issued."),
    ("refresh_token_issued_at", "When that was issued, in epoch milliseconds."),
    ("refresh_token_status", "approved."),
    ("refresh_token_expires_in", "Seconds that it will live; 0 for ever, or when there is none."),
    ("refresh_count", "How often the token has been refreshed."),
    ("accesstoken.{attribute}", "A custom attribute of the token."),
)
ISSUED_VARIABLES: tuple[VariableDoc, ...] = (
    *(VariableDoc(f"oauthv2accesstoken.{{policy}}.{name}", "string", doc) for name, doc in _DOCS),
    VariableDoc("oauthv2accesstoken.{policy}.api_product_list_json", "list", "Names of its products."),
)

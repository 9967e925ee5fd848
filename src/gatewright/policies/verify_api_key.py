"""VerifyAPIKey: let only calls with a known key through."""

from collections.abc import Awaitable
from typing import ClassVar

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import Ignored, Ref, child
from gatewright.engine.compiler import Compiler
from gatewright.engine.context import FlowContext
from gatewright.engine.faults import Fault, FaultSpec, fault
from gatewright.engine.flow import Execute
from gatewright.entities import ApiProduct, Client
from gatewright.message import Value
from gatewright.policies import client_faults
from gatewright.policies.access import Access, Refusal
from gatewright.policies.base import Policy, VariableDoc, policy
from gatewright.policies.client_variables import (
    CALLER_VARIABLES,
    caller_variables,
    developer_id,
    prefixed,
)
from gatewright.policies.guard import guarded, note_cause
from gatewright.policies.soon import after
from gatewright.policies.verdicts import Verdicts, tell


@policy(category="Security", display="Verify API Key", prefix="oauthV2")
class VerifyAPIKey(Policy):
    """Let a call through only with a consumer key that an API product allows to make it.

    The key, its app and their developer must be approved and active, and one product that is approved on the
    key must hold the environment, the proxy and the resource path of the call.
    """

    api_key: Ref[str] | None = child(
        default=None, xml="APIKey", doc="The variable that holds the key, or the key itself."
    )

    ignores = (Ignored("OAuthConfig", "there is one token store"),)

    failed_to_resolve: ClassVar[FaultSpec] = fault(
        "steps.oauth.v2.FailedToResolveAPIKey",
        401,
        "Failed to resolve API Key variable {variable}",
        "The call has no key where APIKey expects one.",
    )
    invalid: ClassVar[FaultSpec] = fault(
        "oauth.v2.InvalidApiKey",
        401,
        "Invalid ApiKey",
        "No app of the organization has this key. Keys are compared letter by letter.",
    )
    not_approved: ClassVar[FaultSpec] = fault(
        "oauth.v2.ApiKeyNotApproved",
        401,
        "ApiKey not approved",
        "The key has been revoked, or is not approved yet. Approve it with ?action=approve.",
    )
    invalid_for_resource: ClassVar[FaultSpec] = fault(
        "oauth.v2.InvalidApiKeyForGivenResource",
        401,
        "Invalid ApiKey for given resource",
        "No product that is approved on the key holds this environment, proxy and resource path. The log "
        "entry with this message id says what was compared.",
    )
    app_not_approved: ClassVar[FaultSpec] = client_faults.app_not_approved
    developer_not_active: ClassVar[FaultSpec] = client_faults.developer_not_active
    expired: ClassVar[FaultSpec] = client_faults.consumer_key_expired
    product_deleted: ClassVar[FaultSpec] = client_faults.product_deleted
    store_away: ClassVar[FaultSpec] = client_faults.store_away

    variables = (
        *(
            VariableDoc(f"verifyapikey.{{policy}}.{each.name}", each.type, each.doc)
            for each in CALLER_VARIABLES
        ),
        VariableDoc("verifyapikey.{policy}.client_secret", "string", "The consumer secret."),
        VariableDoc("verifyapikey.{policy}.redirection_uris", "string", "The app's callback URL."),
        VariableDoc("verifyapikey.{policy}.issued_at", "integer", "When the key was made, in epoch ms."),
        VariableDoc("verifyapikey.{policy}.status", "string", "The key's status."),
        VariableDoc("verifyapikey.{policy}.DisplayName", "string", "The policy's display name."),
        VariableDoc("verifyapikey.{policy}.{attribute}", "string", "A custom attribute of app or key."),
        VariableDoc("verifyapikey.{policy}.failed", "boolean", "Whether the key was refused."),
        VariableDoc("apiproduct.name", "string", "For analytics: the API product."),
        VariableDoc("developer.app.name", "string", "For analytics: the app."),
        VariableDoc("developer.id", "string", "For analytics: the developer."),
        VariableDoc("client_id", "string", "For analytics: the key."),
        VariableDoc("oauthV2.{policy}.fault.name", "string", "The name of the fault."),
        VariableDoc("oauthV2.{policy}.fault.cause", "string", "The text of the fault."),
    )
    starter = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<VerifyAPIKey async="false" continueOnError="false" enabled="true" name="$NAME">
    <DisplayName>$DISPLAY_NAME</DisplayName>
    <APIKey ref="request.queryparam.apikey"/>
</VerifyAPIKey>
"""

    def check(self, report: Report) -> None:
        if self.api_key is None:
            message = "APIKey needs a variable in ref, or the key as its text (SpecifyValueOrRefApiKey)"
            report.error(message, self.source, rule="SpecifyValueOrRefApiKey")

    def compile(self, cx: Compiler) -> Execute:
        ref = self.api_key or Ref("")
        read = cx.ref_text(ref)
        clients, organization = cx.ports.clients, cx.place.organization
        access = Access(cx.place, cx.ports.clock)
        verdicts = Verdicts(cx.ports.clock)

        def verify(flow: FlowContext, key: str, generation: int, client: Client | None) -> None:
            if client is None:
                raise self.invalid()
            decision = access.decide(client, flow)
            if decision.grant is None:
                raise self._fault_of(decision.refusal)
            variables = self._variables(client, decision.grant.product)
            tell(flow, variables)
            verdicts.keep(key, generation, decision, variables, client.credential.expires_at)

        def execute(flow: FlowContext) -> Awaitable[None] | None:
            key = read(flow)
            if not key:
                raise self.failed_to_resolve(variable=ref.ref or "")
            generation = clients.generation
            if verdicts.recall(key, generation, flow):
                return None
            client = clients.find(organization, key)
            return after(client, lambda client: verify(flow, key, generation, client))

        return guarded(execute, self._note)

    def _fault_of(self, refusal: Refusal | None) -> Fault:
        match refusal:
            case Refusal.KEY_NOT_APPROVED:
                return self.not_approved()
            case Refusal.KEY_EXPIRED:
                return self.expired()
            case Refusal.APP_NOT_APPROVED:
                return self.app_not_approved()
            case Refusal.DEVELOPER_NOT_ACTIVE:
                return self.developer_not_active()
            case Refusal.PRODUCTS_DELETED:
                return self.product_deleted()
            case _:
                return self.invalid_for_resource()

    def _note(self, flow: FlowContext, fault: Fault) -> None:
        flow.variables[f"verifyapikey.{self.name}.failed"] = True
        note_cause(flow, fault, f"oauthV2.{self.name}")

    def _variables(self, client: Client, product: ApiProduct) -> dict[str, Value]:
        credential = client.credential
        attributes = (*credential.attributes, *client.app.attributes)
        own: dict[str, Value] = {attribute.name: attribute.value for attribute in attributes}
        own |= caller_variables(client, product)
        own |= {
            "client_secret": credential.consumer_secret,
            "redirection_uris": client.app.callback_url,
            "issued_at": credential.issued_at,
            "status": credential.status,
            "DisplayName": self.display_name or self.name,
            "failed": False,
        }
        return prefixed(f"verifyapikey.{self.name}", own) | {
            "apiproduct.name": product.name,
            "developer.app.name": client.app.name,
            "developer.id": developer_id(client),
            "client_id": credential.consumer_key,
        }

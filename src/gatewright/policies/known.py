"""Every policy type of Apigee that Gatewright recognises, by its root element.

Those that POLICIES holds are carried out. The rest are imported, and say at deployment what will happen.
"""

from dataclasses import dataclass
from typing import Final

from gatewright.policies.base import Category


@dataclass(frozen=True, slots=True)
class KnownPolicy:
    """A policy type as Apigee has it."""

    root: str
    category: Category
    display: str
    is_edge: bool = True
    """False for types that only Apigee X has."""


_TRAFFIC: Final[Category] = "Traffic Management"
_SECURITY: Final[Category] = "Security"
_MEDIATION: Final[Category] = "Mediation"
_EXTENSION: Final[Category] = "Extension"

# The order is that of Edge's Add Policy dialog.
KNOWN: Final = (
    KnownPolicy("Quota", _TRAFFIC, "Quota"),
    KnownPolicy("SpikeArrest", _TRAFFIC, "Spike Arrest"),
    KnownPolicy("ConcurrentRatelimit", _TRAFFIC, "Concurrent Rate Limit"),
    KnownPolicy("ConcurrentRateLimit", _TRAFFIC, "Concurrent Rate Limit"),
    KnownPolicy("ResponseCache", _TRAFFIC, "Response Cache"),
    KnownPolicy("LookupCache", _TRAFFIC, "Lookup Cache"),
    KnownPolicy("PopulateCache", _TRAFFIC, "Populate Cache"),
    KnownPolicy("InvalidateCache", _TRAFFIC, "Invalidate Cache"),
    KnownPolicy("ResetQuota", _TRAFFIC, "Reset Quota"),
    KnownPolicy("LLMTokenQuota", _TRAFFIC, "LLM Token Quota", is_edge=False),
    KnownPolicy("PromptTokenLimit", _TRAFFIC, "Prompt Token Limit", is_edge=False),
    KnownPolicy("SemanticCacheLookup", _TRAFFIC, "Semantic Cache Lookup", is_edge=False),
    KnownPolicy("SemanticCachePopulate", _TRAFFIC, "Semantic Cache Populate", is_edge=False),
    KnownPolicy("BasicAuthentication", _SECURITY, "Basic Authentication"),
    KnownPolicy("XMLThreatProtection", _SECURITY, "XML Threat Protection"),
    KnownPolicy("JSONThreatProtection", _SECURITY, "JSON Threat Protection"),
    KnownPolicy("RegularExpressionProtection", _SECURITY, "Regular Expression Protection"),
    KnownPolicy("OAuthV1", _SECURITY, "OAuth v1.0a"),
    KnownPolicy("GetOAuthV1Info", _SECURITY, "Get OAuth v1.0a Info"),
    KnownPolicy("DeleteOAuthV1Info", _SECURITY, "Delete OAuth v1.0a Info"),
    KnownPolicy("OAuthV2", _SECURITY, "OAuth v2.0"),
    KnownPolicy("GetOAuthV2Info", _SECURITY, "Get OAuth v2.0 Info"),
    KnownPolicy("SetOAuthV2Info", _SECURITY, "Set OAuth v2.0 Info"),
    KnownPolicy("DeleteOAuthV2Info", _SECURITY, "Delete OAuth v2.0 Info"),
    KnownPolicy("RevokeOAuthV2", _SECURITY, "Revoke OAuth v2.0"),
    KnownPolicy("VerifyAPIKey", _SECURITY, "Verify API Key"),
    KnownPolicy("AccessControl", _SECURITY, "Access Control"),
    KnownPolicy("GenerateSAMLAssertion", _SECURITY, "Generate SAML Assertion"),
    KnownPolicy("ValidateSAMLAssertion", _SECURITY, "Validate SAML Assertion"),
    KnownPolicy("HMAC", _SECURITY, "HMAC"),
    KnownPolicy("GenerateJWT", _SECURITY, "Generate JWT"),
    KnownPolicy("VerifyJWT", _SECURITY, "Verify JWT"),
    KnownPolicy("DecodeJWT", _SECURITY, "Decode JWT"),
    KnownPolicy("GenerateJWS", _SECURITY, "Generate JWS"),
    KnownPolicy("VerifyJWS", _SECURITY, "Verify JWS"),
    KnownPolicy("DecodeJWS", _SECURITY, "Decode JWS"),
    KnownPolicy("Ldap", _SECURITY, "LDAP"),
    KnownPolicy("GetAPIProduct", _SECURITY, "Get API Product"),
    KnownPolicy("CORS", _SECURITY, "CORS", is_edge=False),
    KnownPolicy("VerifyIAM", _SECURITY, "Verify IAM", is_edge=False),
    KnownPolicy("SanitizeUserPrompt", _SECURITY, "Sanitize User Prompt", is_edge=False),
    KnownPolicy("SanitizeModelResponse", _SECURITY, "Sanitize Model Response", is_edge=False),
    KnownPolicy("JSONToXML", _MEDIATION, "JSON to XML"),
    KnownPolicy("XMLToJSON", _MEDIATION, "XML to JSON"),
    KnownPolicy("RaiseFault", _MEDIATION, "Raise Fault"),
    KnownPolicy("XSL", _MEDIATION, "XSL Transform"),
    KnownPolicy("MessageValidation", _MEDIATION, "SOAP Message Validation"),
    KnownPolicy("OASValidation", _MEDIATION, "OAS Validation"),
    KnownPolicy("GraphQL", _MEDIATION, "GraphQL", is_edge=False),
    KnownPolicy("AssignMessage", _MEDIATION, "Assign Message"),
    KnownPolicy("ExtractVariables", _MEDIATION, "Extract Variables"),
    KnownPolicy("AccessEntity", _MEDIATION, "Access Entity"),
    KnownPolicy("KeyValueMapOperations", _MEDIATION, "Key Value Map Operations"),
    KnownPolicy("MonetizationLimitsCheck", _MEDIATION, "Monetization Limits Check"),
    KnownPolicy("AssertCondition", _MEDIATION, "Assert Condition", is_edge=False),
    KnownPolicy("HTTPModifier", _MEDIATION, "HTTP Modifier", is_edge=False),
    KnownPolicy("ReadPropertySet", _MEDIATION, "Read Property Set", is_edge=False),
    KnownPolicy("ParseDialogflowRequest", _MEDIATION, "Parse Dialogflow Request", is_edge=False),
    KnownPolicy("SetDialogflowResponse", _MEDIATION, "Set Dialogflow Response", is_edge=False),
    KnownPolicy("SetIntegrationRequest", _MEDIATION, "Set Integration Request", is_edge=False),
    KnownPolicy("JavaCallout", _EXTENSION, "Java Callout"),
    KnownPolicy("Script", _EXTENSION, "Python"),
    KnownPolicy("Javascript", _EXTENSION, "JavaScript"),
    KnownPolicy("ServiceCallout", _EXTENSION, "Service Callout"),
    KnownPolicy("FlowCallout", _EXTENSION, "Flow Callout"),
    KnownPolicy("StatisticsCollector", _EXTENSION, "Statistics Collector"),
    KnownPolicy("MessageLogging", _EXTENSION, "Message Logging"),
    KnownPolicy("ConnectorCallout", _EXTENSION, "Extension Callout"),
    KnownPolicy("RaiseAlert", _EXTENSION, "Raise Alert"),
    KnownPolicy("DataCapture", _EXTENSION, "Data Capture", is_edge=False),
    KnownPolicy("ExternalCallout", _EXTENSION, "External Callout", is_edge=False),
    KnownPolicy("IntegrationCallout", _EXTENSION, "Integration Callout", is_edge=False),
    KnownPolicy("PublishMessage", _EXTENSION, "Publish Message", is_edge=False),
    KnownPolicy("TraceCapture", _EXTENSION, "Trace Capture", is_edge=False),
)

"""PO: the names of policies, their files and what the UI shows."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from gatewright.lint.rule import Found, Rule
from gatewright.lint.subject import Subject
from gatewright.lint.xml import child, text_of

_PREFIX = re.compile(r"([A-Za-z0-9]+)[-.].+")

# The beginnings by which a name tells the policy's type, in lower case, before a hyphen or a dot; with `=`
# the name as a whole. They are those that Apigee's linter takes.
_BEGINNINGS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        type_: frozenset(beginnings.split())
        for type_, beginnings in {
            "AccessControl": "accesscontrol ac accessc",
            "AccessEntity": "accessentity ae accesse",
            "AssignMessage": "assign build am assignmessage set response send add",
            "BasicAuthentication": "encode decode basicauth ba auth",
            "ConcurrentRateLimit": "ccr",
            "ConcurrentRatelimit": "ccr",
            "ConnectorCallout": "cc connect connector connectorcallout =connectorcallout",
            "DecodeJWS": "decodejws jws =decodejws",
            "DecodeJWT": "decodejwt jwt =decodejwt",
            "DeleteOAuthV1Info": "oauthv1 oauth",
            "DeleteOAuthV2Info": "oauthv2 oauth",
            "ExtractVariables": "extractvariables extract ev vars",
            "FlowCallout": "flowcallout flow fc",
            "GenerateJWS": "generatejws jws gjws =generatejws",
            "GenerateJWT": "generatejwt jwt gjwt =generatejwt",
            "GenerateSAMLAssertion": "generatesaml saml sa",
            "GetOAuthV1Info": "oauth oauthv1 getoauth getoa",
            "GetOAuthV2Info": "oauth oauthv2 oauthv2info oauthinfo oai accesstoken",
            "HMAC": "hmac =hmac",
            "InvalidateCache": "invalidatecache invalidate ic cache",
            "JSONThreatProtection": "jsonthreat threat jtp jsontp tp",
            "JSONToXML": "jsontoxml j2x jtox =jsontoxml",
            "JavaCallout": "javacallout java javac =javacallout =java",
            "Javascript": "jsc js javascript",
            "KeyValueMapOperations": "keyvaluemapoperations kv kvm kvmops",
            "Ldap": "ldap",
            "LookupCache": "lookup lu lucache cache lc",
            "MessageLogging": "messagelogging logging ml",
            "MessageValidation": "messagevalidation mv messval",
            "MonetizationLimitsCheck": "monetizationlimitscheck monetizationcheck mcheck mc "
            "=monetizationlimitscheck",
            "OASValidation": "oas =oas",
            "OAuthV1": "oauthv1 oauth oa accesstoken verify",
            "OAuthV2": "oauthv2 oauth oa accesstoken verify",
            "PopulateCache": "populate pop populatecache pc cache",
            "Quota": "quota q =q =quota",
            "RaiseFault": "raisefault rf raise fault",
            "RegularExpressionProtection": "regex regextp re tp",
            "ResetQuota": "resetquota rq =resetquota",
            "ResponseCache": "responsecache rc cache =responsecache",
            "RevokeOAuthV2": "oauthv2 oauthrevoke oar accesstoken",
            "Script": "script scr",
            "ServiceCallout": "callout sc",
            "SetOAuthV2Info": "oauthv2 oauthv2info oauthinfo oai accesstoken",
            "SpikeArrest": "spikearrest spike sa =spikearrest",
            "StatisticsCollector": "stats statcoll",
            "ValidateSAMLAssertion": "validatesaml saml sa",
            "VerifyAPIKey": "verifyapikey apikey va verify =verifyapikey",
            "VerifyJWS": "verifyjws jws vjws =verifyjws",
            "VerifyJWT": "verifyjwt jwt vjwt =verifyjwt",
            "XMLThreatProtection": "xmltp xtp tp =xmltp",
            "XMLToJSON": "xmltojson x2j xtoj =xmltojson",
            "XSL": "xsl =xsl",
            "AssertCondition": "assertcondition ac assert",
            "CORS": "cors =cors",
            "DataCapture": "datacapture dc =datacapture =dc",
            "ExternalCallout": "externalcallout ec extc external =externalcallout",
            "GraphQL": "graphql gq gql =graphql",
            "HTTPModifier": "httpmodifier httpm mod =http",
            "IntegrationCallout": "integrationcallout int integration ic callout =integrationcallout",
            "LLMTokenQuota": "llmq ltq llmtokenquota llmquota quota =llm",
            "ParseDialogflowRequest": "parsedialogflowrequest dialogflow pdfr =parsedialogflowrequest",
            "PromptTokenLimit": "ptl prompttokenlimit promptlimit =prompt",
            "PublishMessage": "publishmessage pm publish =publishmessage",
            "ReadPropertySet": "readpropertyset rps read prop propset =propertyset",
            "SanitizeModelResponse": "sanitizemodelresponse sanitize smr =sanitizemodelresponse",
            "SanitizeUserPrompt": "sanitizeuserprompt sanitize sup =sanitizeuserprompt",
            "SemanticCacheLookup": "semanticcachelookup semantic cache scl =semanticcachelookup",
            "SemanticCachePopulate": "semanticcachepopulate semantic cache scp =semanticcachepopulate",
            "SetDialogflowResponse": "setdialogflowresponse dialogflow sdfr =setdialogflowresponse",
            "SetIntegrationRequest": "setintegrationrequest integration sir =setintegrationrequest",
            "TraceCapture": "tracecapture tc =tracecapture =tc",
            "VerifyIAM": "verifyiam iam viam =verifyiam",
        }.items()
    }
)  # fmt: skip


def _file_name(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies:
        if policy.name != policy.stem:
            yield Found(policy.root, f"the policy {policy.name!r} stands in the file {policy.stem!r}")


def _type_in_name(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies:
        beginnings = _BEGINNINGS.get(policy.type)
        if beginnings is None or not policy.name or _tells_type(policy.name, beginnings):
            continue
        examples = ", ".join(f"{each}-" for each in sorted(beginnings) if not each.startswith("="))
        yield Found(
            policy.root, f"the name {policy.name!r} does not tell that it is a {policy.type}: {examples}"
        )


def _tells_type(name: str, beginnings: frozenset[str]) -> bool:
    prefix = _PREFIX.fullmatch(name)
    return "=" + name.lower() in beginnings or (prefix is not None and prefix[1].lower() in beginnings)


def _display_name(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies:
        shown = child(policy.root, "DisplayName")
        if shown is None:
            continue
        if not text_of(shown):
            yield Found(shown, "<DisplayName> is empty")
        elif text_of(shown) != policy.stem:
            yield Found(
                shown, f"the policy is shown as {text_of(shown)!r} and stands in the file {policy.stem!r}"
            )


RULES = (
    Rule(
        "PO006",
        "a policy that is not named like its file",
        "Steps use the name, people look for the file.",
        "Rename one of them. Steps that attach the policy use its name.",
        _file_name,
    ),
    Rule(
        "PO007",
        "a policy whose name does not tell its type",
        "Flows and traces show names only: AM-SetHeaders says what happens, SetHeaders does not.",
        "Begin the name with one of the usual abbreviations.",
        _type_in_name,
    ),
    Rule(
        "PO008",
        "a display name that is not the file's name",
        "The UI shows another name than the one in the bundle, so people talk about two policies.",
        "Write the file's name into <DisplayName>, or remove the element.",
        _display_name,
    ),
)

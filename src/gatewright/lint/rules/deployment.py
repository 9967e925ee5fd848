"""What a deployment finds and apigeelint has no rule for: why each matters, and how to mend it.

Names in capitals and small letters, such as InvalidQuotaInterval, are Apigee's own names of deployment
errors; they need no entry here.
"""

from gatewright.lint.rule import Adoption, Rule

_IGNORED = "It has no effect, so what its author meant by it does not happen."


def _rule(id_: str, what: str, why: str, mend: str) -> Rule:
    return Rule(id_, what, why, mend, adopts=(Adoption(id_),))


RULES = (
    _rule(
        "archive",
        "something that is no bundle",
        "It is not safe to unpack, or holds neither `apiproxy` nor `sharedflowbundle`.",
        "Pack the folder `apiproxy` or `sharedflowbundle` itself, with plain files in it.",
    ),
    _rule(
        "base-path",
        "a base path that no request can have, or that another endpoint has",
        "The gateway finds the endpoint by its base path.",
        "Write a path that begins with / and is the endpoint's own.",
    ),
    _rule(
        "duplicate-name",
        "two policies or endpoints with one name",
        "Steps and routes could mean either.",
        "Rename one of them, and what refers to it.",
    ),
    _rule("ignored", "something that is accepted and has no effect", _IGNORED, "Remove it."),
    _rule(
        "invalid-header",
        "a header that HTTP does not allow",
        "It cannot be sent.",
        "Write a name of letters, digits and hyphens, and a value in one line.",
    ),
    _rule(
        "invalid-name",
        "a name with characters that names do not have",
        "Apigee refuses it.",
        "Use letters, digits, spaces and ._-$% only.",
    ),
    _rule(
        "invalid-value",
        "a value of the wrong kind",
        "It cannot be read as what the element holds; where a default stands for it, that default counts.",
        "Write a value as the message says.",
    ),
    _rule(
        "missing-value",
        "a value that must be there",
        "Without it there is nothing to carry out.",
        "Add it as the message says.",
    ),
    _rule(
        "mixed-and-or",
        "`and` and `or` in one condition without parentheses",
        "Apigee's documents contradict each other about which binds tighter, so readers do, too. Here `and` "
        "does.",
        "Put parentheses around what belongs together.",
    ),
    _rule(
        "no-connection",
        "an endpoint without one connection",
        "Nobody can reach it, or it can reach nobody.",
        "Write one connection.",
    ),
    _rule(
        "no-descriptor",
        "a bundle without its descriptor",
        "The proxy's name has to be given otherwise.",
        "Add <name>.xml with the root element that is named.",
    ),
    _rule("no-effect", "a setting that has no effect", _IGNORED, "Remove it."),
    _rule(
        "unreachable",
        "something that comes after what always holds",
        "It is never chosen.",
        "Move it before, or give what comes before a condition.",
    ),
    _rule(
        "no-target-url",
        "a connection without address",
        "Calls fail unless a policy sets target.url.",
        "Write <URL> or <LoadBalancer>.",
    ),
    _rule(
        "property",
        "a property with a value that it cannot have",
        "The setting would not be what its author meant.",
        "Write a value as the message says.",
    ),
    _rule(
        "ref-in-braces",
        "a variable's name in braces",
        "The element takes a name, so no variable is found.",
        "Remove the braces.",
    ),
    _rule(
        "repeated-element",
        "an element that stands twice",
        "Only the last one counts.",
        "Remove one of them.",
    ),
    _rule(
        "stray-text",
        "text between elements",
        "It has no effect.",
        "Put it into the element that it belongs to, or remove it.",
    ),
    _rule(
        "target-url",
        "an address that is not one",
        "It cannot be called.",
        "Write http:// or https://, a host and a path.",
    ),
    _rule(
        "template",
        "a message template that does not parse",
        "It cannot be filled in.",
        "Correct it at the place that is named.",
    ),
    _rule(
        "unknown-attribute",
        "an attribute that the element does not have",
        _IGNORED,
        "Correct its name, or remove it.",
    ),
    _rule(
        "unknown-element",
        "an element that the policy or endpoint does not have",
        _IGNORED,
        "Correct its name or place, or remove it.",
    ),
    _rule(
        "unknown-virtual-host",
        "a virtual host that the environment does not have",
        "Nobody can reach the endpoint there.",
        "Create the virtual host, or name one that there is.",
    ),
    _rule(
        "unsupported",
        "a setting that Gatewright does not carry out",
        "A call would not be treated as the bundle says.",
        "Remove it where the bundle can do without.",
    ),
    _rule(
        "unsupported-grant-type",
        "a grant type that Gatewright does not carry out",
        "Clients that use it are refused.",
        "Remove it, or use another grant type.",
    ),
    _rule(
        "unsupported-operation",
        "an operation that Gatewright does not carry out",
        "There is nothing to run.",
        "Use another operation.",
    ),
    _rule(
        "unsupported-policy",
        "a policy that Gatewright does not carry out",
        "A step that runs it faults, so that nothing is skipped silently.",
        "Replace it, or give its steps a condition that does not hold.",
    ),
    _rule(
        "unsupported-target",
        "a target that Gatewright does not carry out",
        "There is nothing that could answer.",
        "Run the application elsewhere and name its URL.",
    ),
    _rule(
        "wrong-root",
        "a file with the root element of another kind",
        "The folder holds another kind of file, so this one cannot be read.",
        "Move the file to its folder, or correct the root element.",
    ),
)

APIGEE_ERROR = Rule(
    "apigee-error",
    "one of Apigee's deployment errors",
    "Apigee refuses a bundle with it, under this name in its documentation of the policy.",
    "Correct the policy as the message says.",
)
"""Stands for every deploy check that is called by Apigee's name of the error."""

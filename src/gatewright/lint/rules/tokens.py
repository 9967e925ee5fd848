"""PO: HMAC, GenerateJWT and SetOAuthV2Info."""

from collections.abc import Iterator

from gatewright.bundle.readers import local_name
from gatewright.lint.rule import Found, Rule
from gatewright.lint.shapes import once_each, shape
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at, children, text_of
from gatewright.xml import Element

_KEYS = ("SecretKey", "PrivateKey", "PublicKey", "PasswordKey")
_GENERATE_JWT = shape(
    {
        "": "DisplayName Description Algorithm Algorithms IgnoreUnresolvedVariables Subject Issuer Id "
        "NotBefore Audience ExpiresIn AdditionalClaims AdditionalHeaders OutputVariable " + " ".join(_KEYS),
        "Algorithms": "Key Content",
        "SecretKey": "Value Id",
        "PrivateKey": "Value Id Password",
        "PublicKey": "Value Certificate JWKS Id",
        "PasswordKey": "Value Id PBKDF2Iterations SaltLength",
        "AdditionalClaims": "Claim",
        "AdditionalHeaders": "Claim",
    },
    verbatim=("AdditionalClaims/Claim", "AdditionalHeaders/Claim"),
)
_SET_INFO = shape(
    {
        "": "DisplayName Description AccessToken Attributes IgnoreUnresolvedVariables",
        "Attributes": "Attribute",
    },
    required=("AccessToken", "Attributes"),
)
_ALGORITHMS = {family: key for families, key in (
    (("HS256", "HS384", "HS512"), "SecretKey"),
    (("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"), "PrivateKey"),
) for family in families}  # fmt: skip


def _hmac(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("HMAC"):
        for name in ("SecretKey", "Algorithm"):
            written = children(policy.root, name)
            if not written:
                yield Found(policy.root, f"there is no <{name}>")
            for extra in written[1:]:
                yield Found(extra, f"<{name}> stands twice")
        for key in children(policy.root, "SecretKey")[:1]:
            reference = key.get("ref")
            if reference is None:
                yield Found(key, "<SecretKey> takes the key from a variable: write ref")
            elif not reference.startswith("private."):
                yield Found(key, "the key's variable must begin with private.")
        for algorithm in children(policy.root, "Algorithm")[:1]:
            if (algorithm.text or "") != text_of(algorithm):
                yield Found(algorithm, "there is space around the algorithm's name")


def _generate_jwt(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("GenerateJWT"):
        yield from once_each(_of_jwt(policy.root))


def _of_jwt(root: Element) -> Iterator[Found]:
    algorithms = children(root, "Algorithm", "Algorithms")
    if not algorithms:
        yield Found(root, "there is neither <Algorithm> nor <Algorithms>")
    for extra in algorithms[1:]:
        yield Found(extra, f"<{local_name(extra)}> stands beside another algorithm")
    yield from _GENERATE_JWT.problems(root)
    if algorithms and local_name(algorithms[0]) == "Algorithm":
        yield from _key(root, algorithms[0])


def _key(root: Element, algorithm: Element) -> Iterator[Found]:
    name = text_of(algorithm)
    wanted = _ALGORITHMS.get(name[:5])
    if wanted is None:
        yield Found(algorithm, f"there is no algorithm {name!r}")
        return
    if not children(root, wanted):
        yield Found(algorithm, f"{name} needs a <{wanted}>")
    for key in children(root, *_KEYS):
        if local_name(key) != wanted:
            yield Found(key, f"{name} takes a <{wanted}> and no <{local_name(key)}>")


def _set_info(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("SetOAuthV2Info"):
        yield from once_each(_of_info(policy.root))


def _of_info(root: Element) -> Iterator[Found]:
    yield from _SET_INFO.problems(root)
    for attributes in children(root, "Attributes"):
        if not children(attributes, "Attribute"):
            yield Found(attributes, "<Attributes> has no <Attribute>")
    for token in children(root, "AccessToken"):
        if not text_of(token) and not token.get("ref"):
            yield Found(token, "<AccessToken> names no token: write ref")
        yield from _other_attributes(token, frozenset({"ref"}))
    for attribute in at(root, "Attributes/Attribute"):
        if not attribute.get("name"):
            yield Found(attribute, "<Attribute> has no name")
        if attribute.get("ref") == "":
            yield Found(attribute, "ref is empty")
        yield from _other_attributes(attribute, frozenset({"name", "ref"}))


def _other_attributes(element: Element, allowed: frozenset[str]) -> Iterator[Found]:
    for name in element.attrib:
        if str(name) not in allowed:
            yield Found(element, f"<{local_name(element)}> has no attribute {str(name)!r}")


RULES = (
    Rule(
        "PO027",
        "an HMAC without a secret key from a private variable",
        "A key in the bundle, or in a variable that traces show, is a key that is known.",
        "Write <SecretKey ref='private.…'/> and one <Algorithm>.",
        _hmac,
    ),
    Rule(
        "PO044",
        "a GenerateJWT with elements that it does not have, or without the key of its algorithm",
        "Nothing reads what does not belong there, and without its key the token cannot be signed.",
        "Name one algorithm and the one kind of key that it takes, and remove the rest.",
        _generate_jwt,
    ),
    Rule(
        "PO045",
        "a SetOAuthV2Info with elements or attributes that it does not have",
        "Nothing reads them, so the token is not changed as they say.",
        "Name the token in <AccessToken>, and in each <Attribute> only name and ref.",
        _set_info,
    ),
)

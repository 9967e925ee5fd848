"""Elements inside OAuthV2 that have parts of their own."""

from typing import Literal

from gatewright.bundle.fields import Node, Ref, attribute, child, text


class Operation(Node):
    """What the policy does."""

    name: str | None = text(default=None, doc="The operation's name.")


class SupportedGrantType(Node, xml="GrantType"):
    """One grant type that the token endpoint accepts."""

    name: str | None = text(default=None, doc="client_credentials.")


class CustomAttribute(Node, xml="Attribute"):
    """A custom attribute of the token, read later as `accesstoken.<name>`."""

    name: str = attribute(doc="The attribute's name.")
    ref: str | None = attribute(default=None, doc="The variable that holds its value; it wins over the text.")
    display: bool = attribute(default=True, doc="Whether token responses show it.")
    value: str | None = text(default=None, doc="Its value.")


class GenerateResponse(Node):
    """Whether the policy answers the client itself. The element without `enabled` means that it does."""

    enabled: bool = attribute(default=True, doc="Whether the answer is made.")
    format: str | None = child(default=None, doc="Has no effect: answers are JSON.")


class GenerateErrorResponse(Node):
    """Whether the policy answers errors itself although `continueOnError` is true."""

    enabled: bool = attribute(default=True, doc="Whether the answer is made.")
    format: str | None = child(default=None, doc="Has no effect: answers are JSON.")
    realm: Ref[str] | None = child(default=None, doc="The realm in WWW-Authenticate.")


class Token(Node):
    """A token that ValidateToken or InvalidateToken works on."""

    type: Literal["accesstoken", "refreshtoken"] = attribute(
        default="accesstoken", ignore_case=True, doc="What kind of token it is."
    )
    cascade: bool = attribute(default=False, doc="Whether its sibling changes with it.")
    variable: str | None = text(default=None, doc="The variable that holds the token.")


class SecretKey(Node):
    """The key of HS algorithms."""

    value: Ref[str] | None = child(default=None, doc="The variable that holds the key.")
    id: str | None = child(default=None, doc="The key's id.")


class PrivateKey(Node):
    """The key that signs with RS, PS and ES algorithms."""

    value: Ref[str] | None = child(default=None, doc="The variable that holds the key as PEM.")
    password: Ref[str] | None = child(default=None, doc="The variable that holds its password.")
    id: Ref[str] | None = child(default=None, doc="The key's id.")


class JWKS(Node):
    """A set of public keys."""

    ref: str | None = attribute(default=None, doc="The variable that holds the set.")
    uri: str | None = attribute(default=None, doc="Where the set is fetched from.")
    value: str | None = text(default=None, doc="The set itself.")


class PublicKey(Node):
    """The key that RS, PS and ES signatures are verified with."""

    value: Ref[str] | None = child(default=None, doc="The variable that holds the key as PEM.")
    certificate: Ref[str] | None = child(default=None, doc="The variable that holds a certificate as PEM.")
    jwks: JWKS | None = child(default=None, xml="JWKS", doc="A set of keys.")

"""Variables of TLS connections and of what is not there yet: certificates and load balancers.

Those whose source this version does not have are null and read-only, so that conditions on them behave as
in Edge without it (no client certificate, no load balancer).
"""

from gatewright.engine.variables.variable import Variable

_SUBJECT = (
    ("cn", "common name"),
    ("country", "country"),
    ("state", "state"),
    ("locality", "locality"),
    ("organization", "organization"),
    ("organization.unit", "organizational unit"),
    ("email.address", "e-mail address"),
)

_NOT_THERE = (
    *((f"client.{name}", f"The {what} in the client's certificate.") for name, what in _SUBJECT),
    *((f"target.{name}", f"The {what} in the target's certificate.") for name, what in _SUBJECT),
    ("target.expectedcn", "The common name that the target's certificate must have."),
    ("tls.session.id", "The id of the client's TLS session."),
    ("tls.client.s.dn", "The subject of the client's certificate."),
    ("tls.client.i.dn", "The issuer of the client's certificate."),
    ("tls.client.raw.cert", "The client's certificate, PEM."),
    ("tls.client.cert.serial", "The serial number of the client's certificate."),
    ("tls.client.cert.fingerprint", "The SHA-1 fingerprint of the client's certificate."),
    ("loadbalancing.targetserver", "The target server that was called."),
    ("loadbalancing.failedservers", "The target servers that could not be called."),
    ("loadbalancing.isfallback", "Whether the fallback server was called."),
)

TLS_VARIABLES: tuple[Variable, ...] = (
    Variable("tls.protocol", "String", "The client's TLS version.", lambda flow: flow.peer.tls_protocol),
    Variable("tls.cipher", "String", "The client's cipher suite.", lambda flow: flow.peer.tls_cipher),
    Variable(
        "tls.server.name", "String", "The name that the client asked for.", lambda flow: flow.peer.server_name
    ),
    *(Variable(name, "String", f"{doc} Always null yet.", lambda _: None) for name, doc in _NOT_THERE),
)

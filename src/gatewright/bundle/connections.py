"""How endpoints are connected: to the client, to targets, to other proxies; with TLS and load balancing."""

from collections.abc import Mapping
from typing import Literal

from gatewright.bundle.fields import (
    NO_PROPERTIES,
    Ignored,
    Node,
    TemplateText,
    attribute,
    child,
    children,
    flag,
    mapping,
    text,
)


class CommonName(Node):
    """The name that the target's certificate must bear."""

    name: str = text(doc="The common name.")
    wildcard_match: bool = attribute(default=False, doc="Whether `*` in the certificate's name may match.")


class SSLInfo(Node):
    """TLS to a target. Names of keystores may be `ref://name` or `{variable}`."""

    enabled: bool = child(default=False, doc="An `https` URL uses TLS whatever this says.")
    enforce: bool = child(default=False, doc="Refuse what does not verify.")
    client_auth_enabled: bool = child(default=False, doc="Present a certificate of our own.")
    key_store: TemplateText | None = child(default=None, doc="The keystore with our certificate.")
    key_alias: TemplateText | None = child(default=None, doc="The alias in that keystore.")
    trust_store: TemplateText | None = child(default=None, doc="The certificates that are trusted.")
    ignore_validation_errors: bool = child(default=False, doc="Accept any certificate.")
    ciphers: tuple[str, ...] = children(xml="Cipher", within="Ciphers", default=(), doc="Allowed ciphers.")
    protocols: tuple[str, ...] = children(
        xml="Protocol", within="Protocols", default=(), doc="Allowed versions of TLS."
    )
    common_name: CommonName | None = child(default=None, doc="The name that the certificate must bear.")


class Server(Node):
    """One target server of a load balancer, defined in the environment."""

    name: str = attribute(doc="The target server's name.")
    weight: int = child(default=1, doc="Its share under the algorithm Weighted.")
    is_enabled: bool = child(default=True, doc="Whether it takes part.")
    is_fallback: bool = flag(default=False, doc="Whether it is used only when all others are down.")


class LoadBalancer(Node):
    """The target servers that share the traffic."""

    algorithm: Literal["RoundRobin", "Weighted", "LeastConnections"] = child(
        default="RoundRobin", ignore_case=True, doc="How the next server is chosen."
    )
    servers: tuple[Server, ...] = children(doc="The servers.")
    max_failures: int = child(default=0, doc="After so many failures a server is left out; 0: never.")
    retry_enabled: bool = child(default=True, doc="Whether an I/O error is tried again on the next server.")
    server_unhealthy_response: tuple[int, ...] = children(
        xml="ResponseCode",
        within="ServerUnhealthyResponse",
        default=(),
        doc="Status codes that count as failures.",
    )
    target_disable_secs: int | None = child(
        default=None, doc="How long a server that failed is left out, in seconds."
    )


class Header(Node):
    """A header field of a health check."""

    name: str = attribute(doc="The field's name.")
    value: str = text(default="", doc="The field's value.")


class HealthCheckRequest(Node, xml="Request"):
    """What a health check sends."""

    connect_timeout_in_sec: int | None = child(default=None, doc="Seconds to wait for the connection.")
    socket_read_timeout_in_sec: int | None = child(default=None, doc="Seconds to wait for data.")
    port: int | None = child(default=None, doc="The port, where it is not the server's own.")
    verb: str = child(default="GET", doc="The request's method.")
    path: str = child(default="/", doc="The request's path.")
    headers: tuple[Header, ...] = children(default=(), doc="The request's header fields.")
    payload: str = child(default="", strip=False, doc="The request's body.")
    is_ssl: bool = child(default=False, xml="IsSSL", doc="Whether it goes over TLS.")
    trust_all_ssl: bool = child(default=False, xml="TrustAllSSL", doc="Accept any certificate.")
    use_target_server_ssl_info: bool = child(
        default=False, xml="UseTargetServerSSLInfo", doc="Use the target server's TLS settings."
    )
    include_health_check_id_header: bool = child(default=False, doc="Send the field X-Apigee-Healthcheck-Id.")


class SuccessResponse(Node):
    """The answer by which a server is known to be well."""

    response_code: int = child(default=200, doc="The expected status code.")
    headers: tuple[Header, ...] = children(default=(), doc="The expected header fields.")


class HTTPMonitor(Node):
    """A health check by request."""

    request: HealthCheckRequest | None = child(default=None, doc="What is sent.")
    success_response: SuccessResponse | None = child(default=None, doc="What is expected.")


class TCPMonitor(Node):
    """A health check by connection."""

    connect_timeout_in_sec: int | None = child(default=None, doc="Seconds to wait for the connection.")
    port: int | None = child(default=None, doc="The port, where it is not the server's own.")


class HealthMonitor(Node):
    """How servers that failed are found to be well again."""

    is_enabled: bool = child(default=False, doc="Whether servers are checked.")
    interval_in_sec: int | None = child(default=None, doc="Seconds between two checks.")
    http_monitor: HTTPMonitor | None = child(default=None, xml="HTTPMonitor", doc="A check by request.")
    tcp_monitor: TCPMonitor | None = child(default=None, xml="TCPMonitor", doc="A check by connection.")


class HTTPTargetConnection(Node):
    """A target reached over HTTP: by URL, or by load-balanced target servers and a path."""

    url: TemplateText | None = child(default=None, xml="URL", doc="The target's address.")
    load_balancer: LoadBalancer | None = child(default=None, doc="Target servers instead of the URL.")
    path: TemplateText | None = child(default=None, doc="The path that follows the target server's address.")
    properties: Mapping[str, str] = mapping(
        xml="Property",
        within="Properties",
        default=NO_PROPERTIES,
        doc="Timeouts and so on. `response.streaming.enabled` lets a body that no step reads have any size.",
    )
    ssl_info: SSLInfo | None = child(default=None, xml="SSLInfo", doc="TLS to the target.")
    health_monitor: HealthMonitor | None = child(default=None, doc="Checks of the target servers.")

    ignores = (
        Ignored("SessionCache", "TLS sessions are cached by the connection pool"),
        Ignored("ErrorResponse", "write a fault rule instead"),
        Ignored("Authentication", "it makes tokens of Google's cloud, which only Apigee X has"),
    )


class LocalTargetConnection(Node):
    """Another proxy of the same environment, called without leaving the process."""

    api_proxy: str | None = child(default=None, xml="APIProxy", doc="The proxy's name.")
    proxy_endpoint: str | None = child(default=None, doc="The name of its proxy endpoint.")
    path: TemplateText | None = child(default=None, doc="A path instead, routed like a client's request.")
    virtual_host: str | None = child(default=None, doc="The virtual host that the path is looked up on.")


class EnvironmentVariable(Node):
    """A setting of a Node.js process."""

    name: str = attribute(doc="The variable's name.")
    value: str = text(default="", doc="The variable's value.")


class ScriptTarget(Node):
    """A Node.js script as target. It can be imported, not deployed."""

    is_open = True

    resource_url: str | None = child(default=None, xml="ResourceURL", doc="The script: `node://file.js`.")
    environment_variables: tuple[EnvironmentVariable, ...] = children(
        within="EnvironmentVariables", default=(), doc="Settings of the process."
    )
    arguments: tuple[str, ...] = children(
        xml="Argument", within="Arguments", default=(), doc="Arguments of the script."
    )


class HostedTarget(Node):
    """A Node.js application as target. It can be imported, not deployed."""

    is_open = True


class HTTPProxyConnection(Node):
    """Where clients find a proxy endpoint."""

    base_path: str | None = child(default=None, doc="Requests whose path begins so come here.")
    virtual_hosts: tuple[str, ...] = children(
        xml="VirtualHost", default=(), doc="The virtual hosts it listens on; none named: all of them."
    )
    properties: Mapping[str, str] = mapping(
        xml="Property",
        within="Properties",
        default=NO_PROPERTIES,
        doc="Settings by name. `request.streaming.enabled` lets a body that no step reads have any size.",
    )

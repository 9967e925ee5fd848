"""What `gatewright serve` prints when it is up: where everything is, how to log in, what to try next."""

from gatewright.config import Settings
from gatewright.gateway.prepared import Prepared


def banner(settings: Settings, prepared: Prepared) -> str:
    """Plain text."""
    lines = ["", "Gatewright is running.", ""]
    lines += [f"  {label:<16}{text}" for label, text in _places(settings)]
    lines += ["", f"  {'administrator':<16}{settings.admin_user}"]
    lines += ["", *_next(settings, prepared), ""]
    return "\n".join(lines)


def first_login(settings: Settings, password: str) -> str:
    """Said as soon as the password has been made: nothing that fails later may keep it from being seen."""
    return "\n".join(
        (
            "",
            "This is a new data folder. Log in to manage it with",
            "",
            f"  {'user':<16}{settings.admin_user}",
            f"  {'password':<16}{password}   (made now and shown only once)",
        )
    )


def reachable(host: str) -> str:
    """An address to call a listener by that is bound to this one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (looked up, not bound)


def in_url(host: str) -> str:
    """An IPv6 address goes into brackets (RFC 3986 §3.2.2)."""
    return f"[{host}]" if ":" in host else host


def _places(settings: Settings) -> list[tuple[str, str]]:
    host = in_url(reachable(settings.host))
    return [
        ("management API", f"http://{host}:{settings.management_port}/v1/organizations/myorg"),
        ("gateway", f"http://{host}:{settings.http_port}"),
        ("gateway, HTTPS", f"https://myorg-test.localhost:{settings.https_port}"),
        ("data", str(settings.data.resolve())),
    ]


def _next(settings: Settings, prepared: Prepared) -> list[str]:
    if not prepared.serves_samples:
        return ["Next: gatewright deploy BUNDLE --env test"]
    host = in_url(reachable(settings.host))
    base = f"http://127.0.0.1:{settings.http_port}"
    organization = f"http://{host}:{settings.management_port}/v1/organizations/myorg"
    return [
        "Next, get a token with the key and secret of the sample app, and call the sample API:",
        "",
        f"  curl -u {settings.admin_user} {organization}/developers/tesla@weathersample.com/apps/weatherapp",
        f'  curl -X POST "{base}/oauth/client_credential/accesstoken?grant_type=client_credentials" \\',
        "       -d client_id=KEY -d client_secret=SECRET",
        f'  curl -H "Authorization: Bearer TOKEN" "{base}/v0/weather/forecastrss?w=12797282"',
    ]

"""TD: TLS to targets."""

from collections.abc import Iterator

from gatewright.lint.rule import Found, Rule
from gatewright.lint.rules.target_endpoints import connections
from gatewright.lint.subject import Subject
from gatewright.lint.xml import at, child, children, is_true, text_at, text_of
from gatewright.xml import Element


def _addressed(subject: Subject) -> Iterator[tuple[Element, str, list[Element]]]:
    """Connections with one URL that holds something: connection, URL, its SSLInfo elements."""
    for connection in connections(subject):
        urls = children(connection, "URL")
        if len(urls) == 1 and text_of(urls[0]):
            yield connection, text_of(urls[0]), children(connection, "SSLInfo")


def _is_secure(url: str) -> bool:
    return url.startswith("https://")


def _switches(subject: Subject) -> Iterator[Found]:
    for connection, url, infos in _addressed(subject):
        if len(infos) != 1 or children(connection, "LoadBalancer"):
            continue
        enabled, enforced = is_true(infos[0], "Enabled"), is_true(infos[0], "Enforce")
        if _is_secure(url) and not enabled:
            yield Found(
                connection, "<SSLInfo> does not say <Enabled>true</Enabled>, yet the URL begins with https"
            )
        if url.startswith("http://") and enabled:
            yield Found(connection, "<SSLInfo> says <Enabled>true</Enabled>, yet the URL begins with http:")
        if enforced and url.startswith("http"):
            yield Found(connection, "Edge does not read <Enforce>")


def _store_references(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        infos = children(connection, "SSLInfo")
        if len(infos) != 1:
            continue
        for name in ("TrustStore", "KeyStore"):
            stores = children(infos[0], name)
            if len(stores) > 1:
                yield Found(stores[0], f"<{name}> stands {len(stores)} times")
            elif stores and text_of(stores[0]) and not text_of(stores[0]).startswith("ref://"):
                yield Found(stores[0], f"<{name}> names {text_of(stores[0])!r} itself, not a reference to it")


def _beside_balancer(subject: Subject) -> Iterator[Found]:
    for connection in connections(subject):
        infos = children(connection, "SSLInfo")
        if infos and len(children(connection, "LoadBalancer")) == 1:
            yield Found(
                infos[0], "the target servers have TLS settings of their own, which these may contradict"
            )


def _trust_store(subject: Subject) -> Iterator[Found]:
    for _, url, infos in _addressed(subject):
        if infos and _is_secure(url) and not text_at(infos[0], "TrustStore"):
            yield Found(infos[0], "<SSLInfo> names no <TrustStore>")


def _unverified(subject: Subject) -> Iterator[Found]:
    for connection, url, infos in _addressed(subject):
        if len(infos) != 1 or not _is_secure(url):
            continue
        is_off = bool(children(infos[0], "Enabled")) and not is_true(infos[0], "Enabled")
        if not is_off and is_true(infos[0], "IgnoreValidationErrors"):
            yield Found(connection, "<IgnoreValidationErrors> accepts any certificate")


def _one_info(subject: Subject) -> Iterator[Found]:
    for connection, url, infos in _addressed(subject):
        if not _is_secure(url):
            yield from (Found(info, "<SSLInfo> has no effect on a URL that does not begin with https")
                        for info in infos[:1])  # fmt: skip
        elif not infos:
            yield Found(connection, "there is no <SSLInfo>, so nothing says which certificates are trusted")
    for connection in connections(subject):
        for info in children(connection, "SSLInfo")[1:]:
            if _can_hold_one(connection):
                yield Found(info, "<SSLInfo> stands twice; the last one counts")


def _can_hold_one(connection: Element) -> bool:
    urls = children(connection, "URL")
    if len(urls) == 1:
        return _is_secure(text_of(urls[0]))
    return child(connection, "LoadBalancer") is not None


def _client_certificate(subject: Subject) -> Iterator[Found]:
    for connection, url, infos in _addressed(subject):
        if len(infos) != 1 or not _is_secure(url) or children(connection, "LoadBalancer"):
            continue
        named = [name for name in ("KeyStore", "KeyAlias") if any(text_of(e) for e in at(infos[0], name))]
        if is_true(infos[0], "ClientAuthEnabled"):
            if len(named) < 2:
                yield Found(connection, "<ClientAuthEnabled> needs a <KeyStore> and a <KeyAlias>")
        elif named:
            yield Found(
                connection, f"<{named[0]}> has no effect without <ClientAuthEnabled>true</ClientAuthEnabled>"
            )


RULES = (
    Rule(
        "TD004",
        "TLS settings that do not fit the URL",
        "The URL alone decides whether TLS is used: https does whatever Enabled says, http never does. "
        "Enforce belongs to Apigee X.",
        "Let <Enabled> say what the URL says, and leave <Enforce> out.",
        _switches,
    ),
    Rule(
        "TD005",
        "a keystore that is named directly",
        "When its certificate expires, the bundle has to be deployed again to name another keystore.",
        "Create a reference in the environment and write ref://name.",
        _store_references,
    ),
    Rule(
        "TD006",
        "TLS settings beside a load balancer",
        "Each target server has TLS settings of its own: two places can contradict each other.",
        "Set TLS in the target servers and remove <SSLInfo> here.",
        _beside_balancer,
    ),
    Rule(
        "TD007",
        "TLS settings without a truststore",
        "Edge then accepts any certificate, so someone between gateway and target can read the traffic.",
        "Name a <TrustStore> with the certificates that the target may have.",
        _trust_store,
    ),
    Rule(
        "TD011",
        "certificates that are not validated",
        "Someone between gateway and target can read and change the traffic.",
        "Remove <IgnoreValidationErrors>, and name a truststore with the target's certificate.",
        _unverified,
    ),
    Rule(
        "TD012",
        "an https target without TLS settings, or settings without https",
        "Without them Edge accepts any certificate of the target; on an http URL they only look like safety.",
        "Write one <SSLInfo> with a <TrustStore> for an https URL, and none for an http URL.",
        _one_info,
    ),
    Rule(
        "TD013",
        "client authentication that is half configured",
        "The target gets no client certificate, although the settings look as if it did.",
        "Set <ClientAuthEnabled>, <KeyStore> and <KeyAlias> together, or none of them.",
        _client_certificate,
    ),
)

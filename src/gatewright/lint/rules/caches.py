"""BN003, PO: caches."""

import re
from collections.abc import Iterator
from datetime import date

from gatewright.lint.rule import Found, Rule
from gatewright.lint.subject import Policy, Subject
from gatewright.lint.xml import at, child, children, is_true, text_at, text_of
from gatewright.xml import Element

_LONGEST_S = 30 * 24 * 60 * 60
_DATE = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})")
_EXPIRIES = ("TimeoutInSec", "TimeoutInSeconds", "TimeOfDay", "ExpiryDate")


def _never_filled(subject: Subject) -> Iterator[Found]:
    filled = {_key(policy) for policy in _attached(subject, "PopulateCache")}
    for policy in _attached(subject, "LookupCache"):
        if _key(policy) not in filled:
            yield Found(policy.root, "no PopulateCache of the bundle writes entries with this key")


def _attached(subject: Subject, type_: str) -> Iterator[Policy]:
    return (policy for policy in subject.policies_of(type_) if subject.steps_of.get(policy.name))


def _key(policy: Policy) -> tuple[str, tuple[str, ...]]:
    """The prefix and the fragments as far as they are written out: two variables may hold the same."""
    fragments = at(policy.root, "CacheKey/KeyFragment")
    return text_at(policy.root, "CacheKey/Prefix"), tuple(map(text_of, fragments))


def _errors_cached(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ResponseCache"):
        if not is_true(policy.root, "ExcludeErrorResponse"):
            yield Found(policy.root, "error responses are cached, too")


def _expiry(subject: Subject) -> Iterator[Found]:
    for policy in subject.policies_of("ResponseCache", "PopulateCache"):
        settings = children(policy.root, "ExpirySettings")
        if not settings:
            yield Found(policy.root, "there is no <ExpirySettings>")
        for extra in settings[1:]:
            yield Found(extra, "<ExpirySettings> stands twice")
        for one in settings[:1]:
            yield from _of_settings(one)


def _of_settings(settings: Element) -> Iterator[Found]:
    kinds = [name for name in _EXPIRIES if child(settings, name) is not None]
    if len(kinds) != 1:
        yield Found(settings, f"<ExpirySettings> holds {len(kinds)} of {', '.join(_EXPIRIES[1:])}; write one")
    for old in children(settings, "TimeoutInSec"):
        yield Found(old, "<TimeoutInSec> is the deprecated name of <TimeoutInSeconds>")
    for name in _EXPIRIES[1:]:
        for extra in children(settings, name)[1:]:
            yield Found(extra, f"<{name}> stands twice")
    for timeout in children(settings, "TimeoutInSeconds"):
        if text_of(timeout).isdecimal() and int(text_of(timeout)[:20]) > _LONGEST_S:
            yield Found(timeout, "entries live for 30 days at most")
    for day in children(settings, "ExpiryDate"):
        if text_of(day) and not _is_date(text_of(day)):
            yield Found(day, f"{text_of(day)!r} is no date of the form mm-dd-yyyy")


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    month, day, year = map(int, found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


RULES = (
    Rule(
        "BN003",
        "a cache that is read and never filled",
        "The look-up finds nothing unless some other proxy writes the entries, which nothing here shows.",
        "Add a PopulateCache with the same key, or correct the prefix and the fragments of the key.",
        _never_filled,
    ),
    Rule(
        "PO024",
        "a ResponseCache that keeps error responses",
        "One failure of the target is then answered to everybody until the entry expires.",
        "Write <ExcludeErrorResponse>true</ExcludeErrorResponse>.",
        _errors_cached,
    ),
    Rule(
        "PO030",
        "not exactly one way for cache entries to expire",
        "It is unclear how long an entry lives, or the setting goes by a deprecated name.",
        "Write one of <TimeoutInSeconds>, <TimeOfDay> and <ExpiryDate>.",
        _expiry,
    ),
)

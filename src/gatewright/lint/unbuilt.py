"""The rules of apigeelint that have no counterpart here, each with the reason."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """Rules of apigeelint's that Gatewright leaves out."""

    ids: tuple[str, ...]
    subject: str
    reason: str


_NEVER = "apigeelint lists it, but does not carry it out"

UNBUILT: Final = (
    Unbuilt(("BN002",), "extraneous files", f"{_NEVER}; BN001 finds them"),
    Unbuilt(("BN004",), "variables that are set and not used", "apigeelint has it switched off"),
    Unbuilt(("BN008",), "IgnoreUnresolvedVariables without fault rules", _NEVER),
    Unbuilt(("CC002",), "null tests beside blank tests", _NEVER),
    Unbuilt(("EP001",), "where CORS is attached", "the CORS policy is Apigee X's; PO028 names it"),
    Unbuilt(("PO009", "PO010", "PO011"), "targets of ServiceCallouts", _NEVER),
    Unbuilt(
        ("PO013", "PO025"),
        "the style of JavaScript files",
        "they run JSHint and ESLint, which read a project's own settings: run those beside `gatewright lint`",
    ),
    Unbuilt(("PO014", "PO015"), "the style of Java and Python files", _NEVER),
    Unbuilt(("PO016", "PO021"), "variables of StatisticsCollector", _NEVER),
    Unbuilt(("PO017",), "fault rules in policies", f"{_NEVER}; PO034, PO035, PO042 and PO044 find most"),
    Unbuilt(("PO032",), "wildcard origins in CORS", "the CORS policy is Apigee X's; PO028 names it"),
    Unbuilt(("PO037",), "DataCapture", "the policy is Apigee X's; PO028 names it"),
    Unbuilt(("PO039",), "CloudLogging in MessageLogging", "the element is Apigee X's"),
)

"""The policies: one file each, all of them listed here."""

from collections.abc import Mapping
from types import MappingProxyType

from gatewright.policies.assign_message import AssignMessage
from gatewright.policies.base import Policy
from gatewright.policies.extract_variables import ExtractVariables
from gatewright.policies.flow_callout import FlowCallout
from gatewright.policies.java_callout import JavaCallout
from gatewright.policies.known import KNOWN
from gatewright.policies.oauth_v2 import OAuthV2
from gatewright.policies.quota import Quota
from gatewright.policies.raise_fault import RaiseFault
from gatewright.policies.spike_arrest import SpikeArrest
from gatewright.policies.unsupported import Unsupported
from gatewright.policies.verify_api_key import VerifyAPIKey
from gatewright.policies.xml_to_json import XMLToJSON

POLICIES: tuple[type[Policy], ...] = (
    AssignMessage,
    ExtractVariables,
    FlowCallout,
    JavaCallout,
    OAuthV2,
    Quota,
    RaiseFault,
    SpikeArrest,
    VerifyAPIKey,
    XMLToJSON,
)
"""The policy types that have a file of their own."""


def policy_types() -> Mapping[str, type[Policy]]:
    """The class that reads each root element Gatewright recognises, for read_bundle."""
    table: dict[str, type[Policy]] = {known.root: Unsupported for known in KNOWN}
    table.update((policy.type.root, policy) for policy in POLICIES)
    return MappingProxyType(table)

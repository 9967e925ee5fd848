"""What every policy is: frozen data read from XML, which compiles itself once per deployment."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, TypeVar
from xml.sax.saxutils import escape, quoteattr

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.fields import NO_PROPERTIES, Ignored, Node, attribute, child, mapping
from gatewright.engine.faults import FaultSpec
from gatewright.engine.flow import Execute

if TYPE_CHECKING:
    from gatewright.engine.compiler import Compiler

Category: TypeAlias = Literal["Traffic Management", "Security", "Mediation", "Extension"]
P = TypeVar("P", bound="type[Policy]")


@dataclass(frozen=True, slots=True)
class PolicyType:
    """What `@policy` says of a class: where the New Policy dialog lists it, and how its variables begin."""

    root: str
    """The XML root element."""
    category: Category
    display: str
    prefix: str
    """`<prefix>.<policy name>.failed` is set when it faults."""
    is_edge: bool = True
    """False for policies that only later generations of Apigee have."""


@dataclass(frozen=True, slots=True)
class VariableDoc:
    """A flow variable that a policy sets, for its documentation page; `{policy}` stands for its name."""

    name: str
    type: Literal["string", "integer", "number", "boolean", "list", "message"]
    doc: str


class Policy(Node, ABC):
    """What the XML of every policy may hold."""

    name: str = attribute(doc="What flows call the policy by; unique in its bundle.")
    enabled: bool = attribute(default=True, doc="When false, its steps are skipped.")
    continue_on_error: bool = attribute(
        default=False, doc="When true, the flow goes on after the policy has failed."
    )
    display_name: str | None = child(default=None, doc="The name shown in the UI, where it is not `name`.")
    description: str | None = child(default=None, doc="What the policy is there for.")
    properties: Mapping[str, str] = mapping(
        xml="Property", within="Properties", default=NO_PROPERTIES, doc="Settings by name."
    )

    ignores: ClassVar[tuple[Ignored, ...]] = (
        Ignored("@async", "policies run in the order of the flow", frozenset({"false"})),
        Ignored("@version", "there is one version of each policy", frozenset({"1", "1.0"})),
        Ignored("FaultRules", "fault rules belong to endpoints; Edge skips them inside policies"),
    )

    type: ClassVar[PolicyType]
    """Set by @policy."""
    is_deployable: ClassVar[bool] = True
    """False for a policy that is imported and kept, and refused at deployment."""
    variables: ClassVar[tuple[VariableDoc, ...]] = ()
    starter: ClassVar[str] = ""
    """What the New Policy dialog begins with: XML in which $NAME and $DISPLAY_NAME will be filled in."""

    @property
    def failed_variable(self) -> str:
        """The variable that is true once the policy has faulted."""
        return f"{self.type.prefix}.{self.name}.failed"

    @abstractmethod
    def compile(self, cx: "Compiler") -> Execute:
        """The policy as a function of the call. Runs once per deployment; no I/O."""

    def check(self, report: Report) -> None:
        """Add what makes the policy undeployable, as far as its own file tells. Runs before compile."""

    @classmethod
    def faults(cls) -> tuple[FaultSpec, ...]:
        """Every FaultSpec that the class declares, in order."""
        return tuple(value for value in vars(cls).values() if isinstance(value, FaultSpec))

    @classmethod
    def new_xml(cls, name: str, display_name: str) -> str:
        """The starter with its names filled in."""
        return cls.starter.replace('"$NAME"', quoteattr(name)).replace("$DISPLAY_NAME", escape(display_name))


def policy(
    *, category: Category, display: str, prefix: str, root: str | None = None, is_edge: bool = True
) -> Callable[[P], P]:
    """Say where a policy class belongs. `root` is the XML root where it is not the class's name."""

    def describe(cls: P) -> P:
        cls.xml_name = root or cls.__name__
        cls.type = PolicyType(cls.xml_name, category, display, prefix, is_edge)
        return cls

    return describe

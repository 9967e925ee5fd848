"""What the rules look at: a bundle's files as XML, and its steps, flows and policies found in them.

The rules read XML and not the typed model, because much of what they look for, such as elements that stand
twice or in the wrong place, is no longer there once a model has been made of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from gatewright.bundle.archive import Archive
from gatewright.bundle.readers import ANY_ELEMENT, direct_text, local_name
from gatewright.bundle.source import Document, Source, parse_document
from gatewright.bundle.values import ConditionText
from gatewright.expr import Condition, ConditionError, parse_condition
from gatewright.lint.xml import child, children, elements_of, has_condition, text_of
from gatewright.xml import Element

_FOLDERS = ("", "proxies", "targets", "sharedflows", "policies")
_PASSES = ("Request", "Response")
_WITH_CONDITION = frozenset({"Step", "Policy", "Flow", "FaultRule", "DefaultFaultRule", "RouteRule"})


@dataclass(frozen=True, eq=False)
class _File:
    """A file whose root element has a name."""

    document: Document

    @property
    def root(self) -> Element:
        return self.document.root

    @property
    def name(self) -> str:
        return self.root.get("name") or ""

    @property
    def stem(self) -> str:
        """The file's name without `.xml`."""
        return PurePosixPath(self.document.file).stem


class Policy(_File):
    """A file of `policies`."""

    @property
    def type(self) -> str:
        return local_name(self.root)


@dataclass(frozen=True, eq=False)
class Step:
    """A step where it stands: in `sequence`, such as Request or FaultRule, of `owner`, such as a Flow.

    In fault rules and shared flows the sequence and its owner are one element.
    """

    element: Element
    sequence: Element
    owner: Element

    @property
    def name(self) -> str:
        """The name of the policy that it attaches."""
        name = child(self.element, "Name")
        return text_of(self.element if name is None else name)

    @property
    def conditions(self) -> tuple[Element, ...]:
        """What must hold for the step to run: its own condition and that of its flow or fault rule."""
        found = (child(self.element, "Condition"), child(self.owner, "Condition"))
        return tuple(each for each in found if each is not None and text_of(each))

    @property
    def is_conditional(self) -> bool:
        """Whether it has a condition of its own."""
        return has_condition(self.element)


class Endpoint(_File):
    """A file of `proxies`, `targets` or `sharedflows`."""

    @property
    def kind(self) -> str:
        """ProxyEndpoint, TargetEndpoint or SharedFlow."""
        return local_name(self.root)

    @cached_property
    def flows(self) -> tuple[Element, ...]:
        """The conditional flows."""
        return tuple(flow for flows in children(self.root, "Flows") for flow in children(flows, "Flow"))

    @cached_property
    def fault_rules(self) -> tuple[Element, ...]:
        return tuple(
            rule for rules in children(self.root, "FaultRules") for rule in children(rules, "FaultRule")
        )

    @cached_property
    def sequences(self) -> tuple[tuple[Element, Element], ...]:
        """Every element that holds steps, in the order of the file, with its owner."""
        return tuple(self._sequences())

    def _sequences(self) -> Iterator[tuple[Element, Element]]:
        if self.kind == "SharedFlow":
            yield self.root, self.root
        for part in elements_of(self.root):
            match local_name(part):
                case "FaultRules" | "Flows":
                    for rule in elements_of(part):
                        yield from _sequences_of(rule)
                case _:
                    yield from _sequences_of(part)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(
            Step(element, sequence, owner)
            for sequence, owner in self.sequences
            for element in children(sequence, "Step", "Policy")
        )


@dataclass(frozen=True, eq=False)
class ConditionUse:
    """A `<Condition>` that holds something, of a step, flow, rule or route."""

    element: Element
    written: ConditionText
    parsed: Condition | None
    """None when it does not parse: a deploy check says why."""

    @property
    def length(self) -> int:
        """In characters, as it is written."""
        return len(direct_text(self.element))


def condition_of(owner: Element) -> Condition | None:
    """The condition of a flow, rule or route; None when it has none, or one that does not parse."""
    text = text_of(child(owner, "Condition"))
    return _parsed(text) if text else None


def _parsed(text: str) -> Condition | None:
    try:
        return parse_condition(text)
    except ConditionError:
        return None


def _sequences_of(owner: Element) -> Iterator[tuple[Element, Element]]:
    match local_name(owner):
        case "PreFlow" | "PostFlow" | "PostClientFlow" | "Flow" | "EventFlow":
            yield from ((sequence, owner) for sequence in children(owner, *_PASSES))
        case "FaultRule" | "DefaultFaultRule":
            yield owner, owner


@dataclass(frozen=True, eq=False)
class Subject:
    """One bundle. Files that are not well-formed are left out: a deploy check names them."""

    archive: Archive
    documents: Mapping[str, Document]
    """By the path in the archive: `apiproxy/policies/A.xml`."""
    unread: frozenset[str] = frozenset()
    """The paths of those that are left out."""

    @property
    def has_unread_flows(self) -> bool:
        """Whether there may be steps and routes that nobody can see."""
        folders = tuple(f"{self.archive.kind}/{folder}/" for folder in ("proxies", "targets", "sharedflows"))
        return any(path.startswith(folders) for path in self.unread)

    @cached_property
    def proxies(self) -> tuple[Endpoint, ...]:
        return self._endpoints("proxies", "ProxyEndpoint")

    @cached_property
    def targets(self) -> tuple[Endpoint, ...]:
        return self._endpoints("targets", "TargetEndpoint")

    @cached_property
    def shared_flows(self) -> tuple[Endpoint, ...]:
        return self._endpoints("sharedflows", "SharedFlow")

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """All that holds steps."""
        return self.proxies + self.targets + self.shared_flows

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        return tuple(Policy(document) for document in self._below("policies"))

    def policies_of(self, *types: str) -> Iterator[Policy]:
        return (policy for policy in self.policies if policy.type in types)

    @cached_property
    def policy_named(self) -> Mapping[str, Policy]:
        """By name; of two with one name the first, as a deployment has it."""
        return {policy.name: policy for policy in reversed(self.policies)}

    @cached_property
    def steps_of(self) -> Mapping[str, tuple[Step, ...]]:
        """The steps that attach a policy, by the policy's name."""
        found: dict[str, tuple[Step, ...]] = {}
        for endpoint in self.endpoints:
            for step in endpoint.steps:
                found[step.name] = (*found.get(step.name, ()), step)
        return found

    @cached_property
    def conditions(self) -> tuple[ConditionUse, ...]:
        return tuple(
            self._condition(element)
            for endpoint in self.endpoints
            for element in endpoint.root.iter(ANY_ELEMENT)
            if local_name(element) == "Condition"
            and _takes_condition(element.getparent())
            and text_of(element)
        )

    def _condition(self, element: Element) -> ConditionUse:
        whole = direct_text(element)
        text = whole.strip()
        written = ConditionText(text, self.source(element), whole.find(text))
        return ConditionUse(element, written, _parsed(text))

    def document_of(self, element: Element) -> Document:
        return self._by_root[element.getroottree().getroot()]

    def source(self, element: Element) -> Source:
        return self.document_of(element).source(element)

    def line(self, element: Element) -> int:
        return self.source(element).line

    @cached_property
    def _by_root(self) -> Mapping[Element, Document]:
        return {document.root: document for document in self.documents.values()}

    def _below(self, folder: str) -> Iterator[Document]:
        prefix = f"{self.archive.kind}/{folder}/"
        return (document for path, document in self.documents.items() if path.startswith(prefix))

    def _endpoints(self, folder: str, kind: str) -> tuple[Endpoint, ...]:
        found = (Endpoint(document) for document in self._below(folder))
        return tuple(endpoint for endpoint in found if endpoint.kind == kind)


def _takes_condition(owner: Element | None) -> bool:
    return owner is not None and local_name(owner) in _WITH_CONDITION


def open_subject(archive: Archive) -> Subject:
    """The bundle with every file read in which a deployment looks for XML."""
    found: dict[str, Document] = {}
    unread: set[str] = set()
    for path, data in archive.files.items():
        _, _, inside = path.partition("/")
        folder, _, name = inside.rpartition("/")
        if folder not in _FOLDERS or not name.lower().endswith(".xml"):
            continue
        document, _ = parse_document(path, data)
        if document is None:
            unread.add(path)
        else:
            found[path] = document
    return Subject(archive, found, frozenset(unread))

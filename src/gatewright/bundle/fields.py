"""Nodes: frozen dataclasses that read themselves from XML, saying everything that is wrong with it.

    class Allow(Node):
        count: int | None = attribute(default=None, doc="How many calls one period allows.")

    class Quota(Node):
        allow: Allow | None = child(default=None, doc="The limit.")
        interval: Ref[int] = child(default=Ref(1), doc="How many time units one period lasts.")

    quota = Quota.parse(document, report)

What an element may hold is worked out once per class, when it is first read.
"""

import dataclasses
from typing import ClassVar, Self, dataclass_transform

from gatewright.bundle.diagnostics import Report
from gatewright.bundle.plan import Plan, make_plan
from gatewright.bundle.readers import Reading
from gatewright.bundle.source import NOWHERE, Document, Source
from gatewright.bundle.specifiers import (
    NO_PROPERTIES,
    Ignored,
    attribute,
    child,
    children,
    content,
    flag,
    mapping,
    text,
)
from gatewright.bundle.values import ConditionText, Ref, ResourceUrl, TemplateText
from gatewright.xml import Element

__all__ = [
    "NO_PROPERTIES",
    "ConditionText",
    "Ignored",
    "Node",
    "Ref",
    "ResourceUrl",
    "TemplateText",
    "attribute",
    "child",
    "children",
    "content",
    "flag",
    "mapping",
    "text",
]


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(attribute, child, children, content, flag, mapping, text),
)
class Node:
    """An element of a bundle as frozen data. Subclasses become dataclasses with keyword-only fields.

    The element is named like the class; `class Remover(Node, xml="Remove")` says otherwise.
    """

    xml_name: ClassVar[str] = ""
    ignores: ClassVar[tuple[Ignored, ...]] = ()
    """What may stand in the element besides the fields, and has no effect; base classes' hold as well."""
    is_open: ClassVar[bool] = False
    """Unknown elements and attributes are passed over without a warning."""

    source: Source = NOWHERE
    """Where the element stands: not part of the value, so that equal nodes of different files are equal."""

    _plan: ClassVar[Plan | None] = None

    def __init_subclass__(cls, *, xml: str | None = None) -> None:
        cls.xml_name = xml or cls.__name__
        cls._plan = None
        cls.__annotations__.pop("source", None)
        dataclasses.dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def parse(cls, document: Document, report: Report) -> Self | None:
        """The document's root element as this type, whatever its name. None when an error leaves no value."""
        return cls.read(document.root, Reading(document, report))

    @classmethod
    def plan(cls) -> Plan:
        if cls._plan is None:
            cls._plan = make_plan(cls, cls.xml_name, is_open=cls.is_open)
        return cls._plan

    @classmethod
    def read(cls, element: Element, reading: Reading) -> Self | None:
        """One element of a document. Every finding goes to the reading's report."""
        values = cls.plan().read(element, reading)
        if values is None:
            return None
        node = cls(**values)
        object.__setattr__(node, "source", reading.document.source(element))
        return node

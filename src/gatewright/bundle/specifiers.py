"""The specifiers with which a Node says where in the XML each of its fields stands."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal["attribute", "child", "children", "flag", "text", "content", "mapping"]

SPEC: Final = "gatewright.bundle"
"""The key of a Spec in its dataclass field's metadata."""

NO_PROPERTIES: Mapping[str, str] = MappingProxyType({})
"""The default of a mapping."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a specifier said about a field."""

    kind: Kind
    names: tuple[str, ...] = ()
    """XML names, the first being the one we print; empty: derived from the field's name."""
    doc: str = ""
    strip: bool = True
    ignore_case: bool = False
    lenient: bool = False
    within: str | None = None
    bare: bool = False
    key: str = "name"


@dataclass(frozen=True, slots=True)
class Ignored:
    """An element (`FaultRules`) or attribute (`@async`) that may stand in a bundle and has no effect.

    It is reported as a warning with the reason, unless it holds nothing or only the harmless texts.
    """

    name: str
    why: str
    harmless: frozenset[str] = frozenset()


def attribute(
    *,
    default: Any = dataclasses.MISSING,
    doc: str = "",
    xml: str | tuple[str, ...] = (),
    ignore_case: bool = False,
    lenient: bool = False,
) -> Any:
    """An attribute of the element: str, int, float, bool or a Literal of texts; `X | None` with default None.

    `continue_on_error` is read from `continueOnError`. Without a default it is required.
    ignore_case: a Literal's texts are compared without regard to case.
    lenient: a wrong value is a warning, and the default stands.
    """
    return _field(Spec("attribute", _names(xml), doc, ignore_case=ignore_case, lenient=lenient), default)


def child(
    *,
    default: Any = dataclasses.MISSING,
    doc: str = "",
    xml: str | tuple[str, ...] = (),
    strip: bool = True,
    ignore_case: bool = False,
    lenient: bool = False,
) -> Any:
    """A child element that stands at most once: a scalar as for attributes, a Ref, a template or condition,
    or a Node.

    `time_unit` is read from `<TimeUnit>`. Several names in `xml` are aliases. An element without text counts
    as absent, unless strip is false: then its text is kept exactly, also when it is empty.
    """
    return _field(Spec("child", _names(xml), doc, strip, ignore_case, lenient), default)


def children(
    *,
    default: Any = dataclasses.MISSING,
    doc: str = "",
    xml: str | tuple[str, ...] = (),
    within: str | None = None,
    bare: bool = False,
    strip: bool = True,
    ignore_case: bool = False,
    lenient: bool = False,
) -> Any:
    """Every child element of that name, in the order of the file: `tuple[X, ...]`.

    X is what `child` takes, or a union of Nodes whose elements may be mixed: `tuple[Copy | Set, ...]`, each
    read from the element named like its class. For one Node type the name is the class's too; for anything
    else say it in `xml`. `within` names a wrapper, as in `<Flows><Flow/></Flows>`; with `bare` the items may
    stand without it as well. Without a default at least one is required.
    """
    spec = Spec("children", _names(xml), doc, strip, ignore_case, lenient, within, bare)
    return _field(spec, default)


def flag(
    *,
    default: Any = dataclasses.MISSING,
    doc: str = "",
    xml: str | tuple[str, ...] = (),
    key: str = "enabled",
) -> Any:
    """A child element whose presence means true: bool.

    `<Payload>false</Payload>` and `<Payload enabled="false"/>` are false; `key` names that attribute.
    """
    return _field(Spec("flag", _names(xml), doc, key=key), default)


def text(
    *, default: Any = dataclasses.MISSING, doc: str = "", strip: bool = True, ignore_case: bool = False
) -> Any:
    """The text of the element itself: a scalar, a template or a condition."""
    return _field(Spec("text", (), doc, strip, ignore_case), default)


def content(*, default: Any = dataclasses.MISSING, doc: str = "") -> Any:
    """All that stands between the element's tags: str or a template. Nothing is stripped.

    Text alone is given as the parser reads it; as soon as an element stands in it, it is the XML as written.
    """
    return _field(Spec("content", (), doc, strip=False), default)


def mapping(
    *,
    default: Any = dataclasses.MISSING,
    doc: str = "",
    xml: str | tuple[str, ...] = (),
    within: str | None = None,
    key: str = "name",
) -> Any:
    """Repeated children with a name and a text: `Mapping[str, str]`, the last of a name winning.

    `properties: Mapping[str, str] = mapping(xml="Property", within="Properties", default=NO_PROPERTIES)`
    """
    return _field(Spec("mapping", _names(xml), doc, within=within, key=key), default)


def _names(xml: str | tuple[str, ...]) -> tuple[str, ...]:
    return (xml,) if isinstance(xml, str) else xml


def _field(spec: Spec, default: Any) -> Any:
    metadata = {SPEC: spec}
    if default is not dataclasses.MISSING and type(default).__hash__ is None:
        return dataclasses.field(default_factory=lambda: default, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)

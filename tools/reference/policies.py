"""docs/reference/policies: a page for each policy type, made of its class."""

from collections.abc import Iterator, Sequence
from inspect import cleandoc

from tools.reference.markdown import code, page, table

from gatewright.bundle.describe import FieldDescription, describe
from gatewright.bundle.fields import Ignored, Node
from gatewright.engine.faults import FaultSpec
from gatewright.policies.base import Policy

FOLDER = "docs/reference/policies"
_COMMON = frozenset(field.field for field in describe(Policy))
_COMMON_IGNORED = frozenset(ignored.name for ignored in Policy.ignores)


def policy_pages(policies: Sequence[type[Policy]]) -> dict[str, str]:
    """The pages by path."""
    return {f"{FOLDER}/{one.type.root}.md": policy_page(one) for one in policies}


def policy_page(one: type[Policy]) -> str:
    return page(
        f"{one.type.display}: {code(f'<{one.type.root}>')}",
        cleandoc(one.__doc__ or ""),
        f"Category: {one.type.category}. What every policy has is in [Policies](README.md).",
        _starter(one),
        *_section("Attributes and elements", _elements(one)),
        *_section("Variables it sets", _variables(one)),
        *_section("Faults", fault_table(one.faults())),
        *_section("Accepted without effect", ignored_table(_own_ignored(one))),
    )


def elements_table(fields: Sequence[FieldDescription]) -> str:
    """A row for each attribute or element."""
    rows = ((_names(field), _type(field), _default(field), field.doc) for field in fields)
    return table(("In the XML", "Value", "Default", "Meaning"), rows)


def nested_tables(node: type[Node], skip: frozenset[str] = frozenset()) -> Iterator[str]:
    """The elements that a node's elements hold, at any depth, each type once."""
    waiting, seen = [node], {node}
    while waiting:
        for child in _children(waiting.pop(0), skip):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
                yield _nested_table(child)


def _children(node: type[Node], skip: frozenset[str]) -> Iterator[type[Node]]:
    for field in describe(node):
        if field.field not in skip:
            yield from (
                child for child in field.nested if isinstance(child, type) and issubclass(child, Node)
            )


def _nested_table(node: type[Node]) -> str:
    blocks = (f"### {_element(node.xml_name)}", cleandoc(node.__doc__ or ""), elements_table(describe(node)))
    return "\n\n".join(block for block in blocks if block)


def fault_table(faults: Sequence[FaultSpec]) -> str:
    rows = ((code(one.code), str(one.status), code(one.message), one.doc) for one in faults)
    return table(("Error code", "Status", "Fault string", "Cause and remedy"), rows)


def ignored_table(ignored: Sequence[Ignored]) -> str:
    return table(("In the XML", "Why it has no effect"), ((code(one.name), one.why) for one in ignored))


def _section(title: str, *blocks: str) -> list[str]:
    filled = [block for block in blocks if block]
    return [f"## {title}", *filled] if filled else []


def _starter(one: type[Policy]) -> str:
    example = one.new_xml(f"{one.type.root}-1", one.type.display).strip()
    return f"```xml\n{example}\n```" if example else ""


def _elements(one: type[Policy]) -> str:
    own = [field for field in describe(one) if field.field not in _COMMON]
    return "\n\n".join(block for block in (elements_table(own), *nested_tables(one, _COMMON)) if block)


def _names(field: FieldDescription) -> str:
    return " or ".join(
        code(name) if name.startswith("@") or name == "text()" else _element(name) for name in field.xml
    )


def _element(name: str) -> str:
    return code(f"<{name}>")


def _type(field: FieldDescription) -> str:
    if field.type == "choice":
        value = ", ".join(map(code, field.choices))
    elif field.type == "node":
        value = "see " + ", ".join(_element(node.xml_name) for node in field.nested)
    else:
        value = field.type
    if field.is_ref:
        value += "; `ref` names a variable that wins"
    return value + ("; may repeat" if field.is_list else "")


def _default(field: FieldDescription) -> str:
    return "required" if field.is_required else code(field.default)


def _variables(one: type[Policy]) -> str:
    rows = ((code(each.name), each.type, each.doc) for each in one.variables)
    return table(("Variable", "Type", "Meaning"), rows)


def _own_ignored(one: type[Policy]) -> list[Ignored]:
    return [ignored for ignored in one.plan().ignored.values() if ignored.name not in _COMMON_IGNORED]

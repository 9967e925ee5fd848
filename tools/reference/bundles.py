"""docs/reference/bundles.md: the XML of a bundle besides its policies."""

from tools.reference.markdown import code, page
from tools.reference.policies import elements_table, ignored_table, nested_tables

from gatewright.bundle.describe import describe
from gatewright.bundle.fields import Node
from gatewright.bundle.model import Descriptor, ProxyEndpoint, SharedFlow, TargetEndpoint

_INTRODUCTION = """\
A bundle is a zip or a folder with one folder `apiproxy` at its top: `apiproxy/<name>.xml` describes it,
`proxies/*.xml` are its proxy endpoints, `targets/*.xml` its target endpoints, `policies/*.xml` its
[policies](policies/README.md), and `resources/<type>/*` the files they use.

Elements may stand in any order. An element or attribute that is not listed here is imported, kept, and
reported as a warning with its file and line."""

_FILES: tuple[tuple[str, type[Node]], ...] = (
    ("proxies/*.xml", ProxyEndpoint),
    ("targets/*.xml", TargetEndpoint),
    ("sharedflows/*.xml", SharedFlow),
    ("<name>.xml", Descriptor),
)


def bundles_page() -> str:
    return page("Bundles", _INTRODUCTION, *(_file(path, node) for path, node in _FILES))


def _file(path: str, node: type[Node]) -> str:
    ignored = ignored_table(list(node.plan().ignored.values()))
    blocks = (
        f"## {code(path)}: {code(f'<{node.xml_name}>')}",
        (node.__doc__ or "").strip(),
        elements_table(describe(node)),
        *nested_tables(node),
        f"Accepted without effect:\n\n{ignored}" if ignored else "",
    )
    return "\n\n".join(block for block in blocks if block)

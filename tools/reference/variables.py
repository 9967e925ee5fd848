"""docs/reference/variables.md: the flow variables of the platform."""

from collections.abc import Iterable

from tools.reference.markdown import code, page, table

from gatewright.engine.variables import Segment, Variable, find_variable
from gatewright.engine.variables.catalogue import PLATFORM_VARIABLES
from gatewright.engine.variables.messages import MESSAGE_ATTRIBUTES

_INTRODUCTION = """\
Conditions, message templates and policies read and write flow variables by name. A variable without a value
is null. A name that is not listed here is a variable of the proxy's own, made by writing it. Writing one
that is read-only changes nothing, as in Edge. What a policy sets is on [its page](policies/README.md)."""

_MESSAGES = """\
`request` is the message from the client and then to the target, `response` the answer on its way back,
`error` the error message once a fault has happened. `message` is whichever of them the current part of the
flow handles. A variable that holds a message, such as a callout's response, has the same attributes under
its own name.

`….header.NAME` is the header field up to its first comma; `….header.NAME.values.string` is all of it,
`….values` the list, `….values.count` how many, `….header.NAME.2` the second. `….queryparam.NAME` and
`….formparam.NAME` work alike. All but the lists and counts can be written."""


def variables_page() -> str:
    attributes = (find_variable(f"message.{name}", Segment.REQUEST) for name in MESSAGE_ATTRIBUTES)
    return page(
        "Flow variables",
        _INTRODUCTION,
        f"## Messages\n\n{_MESSAGES}",
        _table(attributes),
        f"## The call\n\n{_table(PLATFORM_VARIABLES)}",
    )


def _table(variables: Iterable[Variable]) -> str:
    rows = ((code(one.name), one.type, "yes" if one.write else "", one.doc) for one in variables)
    return table(("Variable", "Type", "Writable", "Meaning"), rows)

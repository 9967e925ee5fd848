"""docs/reference/faults.md: every fault by who raises it."""

from collections.abc import Sequence

from tools.reference.markdown import page
from tools.reference.policies import fault_table

from gatewright.engine.platform_faults import PLATFORM_FAULTS
from gatewright.policies.base import Policy

_INTRODUCTION = """\
A fault ends the normal flow and runs the fault rules of the endpoint it happened in. When none of them
answers, the client gets the status and this body, in JSON unless it asks for XML:

```json
{"fault": {"faultstring": "Invalid Access Token",
           "detail": {"errorcode": "keymanagement.service.invalid_access_token"}}}
```

The last part of the error code is the fault's name: the variable `fault.name`, which conditions of fault
rules compare. Text in braces is filled in when the fault is raised."""


def faults_page(policies: Sequence[type[Policy]]) -> str:
    sections = [
        f"## [{one.type.display}](policies/{one.type.root}.md)\n\n{fault_table(one.faults())}"
        for one in policies
        if one.faults()
    ]
    return page("Faults", _INTRODUCTION, f"## The platform\n\n{fault_table(PLATFORM_FAULTS)}", *sections)

"""What every connection of a worker works with."""

import asyncio
from dataclasses import dataclass

from gatewright.gateway.http.dates import Dates
from gatewright.gateway.http.limits import Limits
from gatewright.gateway.http.outbox import Outbox
from gatewright.gateway.http.timers import Timers
from gatewright.gateway.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Wiring:
    """One per worker."""

    loop: asyncio.AbstractEventLoop
    outbox: Outbox
    timers: Timers
    tasks: Tasks
    limits: Limits
    dates: Dates
    allows_private_targets: bool = False
    """Whether addresses made from request data may be loopback, link-local or private."""

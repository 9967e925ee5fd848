"""The management listener's application: health checks and `/v1`."""

from starlette.applications import Starlette

from gatewright.management import health
from gatewright.management.context import Management


def management_app(management: Management) -> Starlette:
    """Everything that the management port answers."""
    app = Starlette(routes=health.routes())
    app.state.management = management
    return app

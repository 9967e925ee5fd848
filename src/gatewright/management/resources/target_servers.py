"""`/organizations/O/environments/E/targetservers`."""

from gatewright.entities import TargetServer
from gatewright.management.resources.in_environment import Named
from gatewright.operations.target_servers import (
    create_target_server,
    delete_target_server,
    get_target_server,
    list_target_servers,
    update_target_server,
)

ROUTES = Named(
    TargetServer,
    "targetservers",
    "target server",
    list_target_servers,
    get_target_server,
    create_target_server,
    update_target_server,
    delete_target_server,
).routes()

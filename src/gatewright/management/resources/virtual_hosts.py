"""`/organizations/O/environments/E/virtualhosts`."""

from gatewright.entities import VirtualHost
from gatewright.management.resources.in_environment import Named
from gatewright.operations.virtual_hosts import (
    create_virtual_host,
    delete_virtual_host,
    get_virtual_host,
    list_virtual_hosts,
    update_virtual_host,
)

ROUTES = Named(
    VirtualHost,
    "virtualhosts",
    "virtual host",
    list_virtual_hosts,
    get_virtual_host,
    create_virtual_host,
    update_virtual_host,
    delete_virtual_host,
).routes()

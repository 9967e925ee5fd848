"""One transaction's repositories, made when they are first asked for."""

from functools import cached_property

from sqlalchemy import Connection

from gatewright.entities import TargetServer, VirtualHost
from gatewright.store.apps import SqlApps
from gatewright.store.changes import SqlChangeFeed
from gatewright.store.credentials import SqlCredentials
from gatewright.store.deployments import SqlDeployments
from gatewright.store.developers import SqlDevelopers
from gatewright.store.flow_hooks import SqlFlowHooks
from gatewright.store.maps import SqlMaps
from gatewright.store.organizations import (
    SqlEnvironments,
    SqlInEnvironment,
    SqlOrganizations,
    sql_target_servers,
    sql_virtual_hosts,
)
from gatewright.store.products import SqlProducts
from gatewright.store.proxies import SqlBundles, SqlProxies, SqlRevisions
from gatewright.store.tokens import SqlTokens
from gatewright.store.users import SqlUsers
from gatewright.store.vault import Vault
from gatewright.store.workers import SqlWorkers


class SqlTransaction:
    """`protocols.Transaction` over one SQLAlchemy connection, which whoever made this commits."""

    def __init__(self, connection: Connection, vault: Vault, now_ms: int) -> None:
        self._connection = connection
        self._vault = vault
        self.now_ms = now_ms

    @cached_property
    def organizations(self) -> SqlOrganizations:
        return SqlOrganizations(self._connection, self.changes)

    @cached_property
    def environments(self) -> SqlEnvironments:
        return SqlEnvironments(self._connection, self.changes)

    @cached_property
    def virtual_hosts(self) -> SqlInEnvironment[VirtualHost]:
        return sql_virtual_hosts(self._connection, self.changes)

    @cached_property
    def target_servers(self) -> SqlInEnvironment[TargetServer]:
        return sql_target_servers(self._connection, self.changes)

    @cached_property
    def flow_hooks(self) -> SqlFlowHooks:
        return SqlFlowHooks(self._connection, self.changes)

    @cached_property
    def bundles(self) -> SqlBundles:
        return SqlBundles(self._connection)

    @cached_property
    def proxies(self) -> SqlProxies:
        return SqlProxies(self._connection, self.bundles)

    @cached_property
    def revisions(self) -> SqlRevisions:
        return SqlRevisions(self._connection, self.bundles)

    @cached_property
    def deployments(self) -> SqlDeployments:
        return SqlDeployments(self._connection, self.changes, self.bundles)

    @cached_property
    def products(self) -> SqlProducts:
        return SqlProducts(self._connection, self.changes)

    @cached_property
    def developers(self) -> SqlDevelopers:
        return SqlDevelopers(self._connection, self.changes, self.apps)

    @cached_property
    def apps(self) -> SqlApps:
        return SqlApps(self._connection, self.changes, self.credentials)

    @cached_property
    def credentials(self) -> SqlCredentials:
        return SqlCredentials(self._connection, self.changes, self._vault)

    @cached_property
    def tokens(self) -> SqlTokens:
        return SqlTokens(self._connection, self.changes)

    @cached_property
    def maps(self) -> SqlMaps:
        return SqlMaps(self._connection, self.changes, self._vault)

    @cached_property
    def users(self) -> SqlUsers:
        return SqlUsers(self._connection, self.changes)

    @cached_property
    def changes(self) -> SqlChangeFeed:
        return SqlChangeFeed(self._connection)

    @cached_property
    def workers(self) -> SqlWorkers:
        return SqlWorkers(self._connection)

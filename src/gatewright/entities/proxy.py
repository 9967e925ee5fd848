"""API proxies and shared flows, their revisions, and where they are deployed."""

from typing import Literal

from msgspec import UNSET, UnsetType, field

from gatewright.entities.shape import Entity, Stamped

BundleKind = Literal["apiproxy", "sharedflow"]
DeploymentState = Literal["deployed", "undeployed", "error", "pending"]


class MetaData(Stamped, frozen=True, kw_only=True):
    """Stamps of a proxy; `subType` is always the text "null"."""

    sub_type: str = "null"


class Proxy(Entity, frozen=True, kw_only=True):
    """An API proxy or shared flow: its name and the numbers of its revisions, as text, ascending."""

    name: str
    meta_data: MetaData = MetaData()
    revision: tuple[str, ...] = ()


class ConfigurationVersion(Entity, frozen=True, kw_only=True):
    """Version of the bundle format: 4.0."""

    major_version: int = 4
    minor_version: int = 0


class ResourceFile(Entity, frozen=True, kw_only=True):
    """One file of `resources/<type>/<name>`."""

    name: str
    type: str


class ResourceFiles(Entity, frozen=True, kw_only=True):
    """Edge's wrapper `{"resourceFile": [{"name", "type"}]}`."""

    resource_file: tuple[ResourceFile, ...] = ()


class Revision(Stamped, frozen=True, kw_only=True):
    """What a revision's bundle holds, by name."""

    name: str
    revision: str
    display_name: str = ""
    description: str = ""
    type: str = "Application"
    basepaths: tuple[str, ...] = ()
    configuration_version: ConfigurationVersion = ConfigurationVersion()
    context_info: str = ""
    manifest_version: str = ""
    policies: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    proxy_endpoints: tuple[str, ...] = ()
    target_endpoints: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    target_servers: tuple[str, ...] = ()
    shared_flows: tuple[str, ...] | UnsetType = UNSET
    resources: tuple[str, ...] = ()
    resource_files: ResourceFiles = ResourceFiles()

    @property
    def number(self) -> int:
        return int(self.revision)


EVERY_VIRTUAL_HOST = "*"
"""Stands for all virtual hosts of the environment in the address of an endpoint that names none."""


class EndpointAddress(Entity, frozen=True, kw_only=True):
    """Where a proxy endpoint is reached: a virtual host, or every one, and a base path, prefix included."""

    virtual_host: str
    base_path: str


class Configuration(Entity, frozen=True, kw_only=True):
    """How a revision is deployed: the prefix before its base paths and the bundle that is pinned."""

    base_path: str = "/"
    config_version: str = ""
    steps: tuple[str, ...] = ()


class Server(Entity, frozen=True, kw_only=True):
    """How far one worker is with a deployment. `error` says why it is not serving it."""

    status: DeploymentState
    uuid: str = field(name="uUID")
    type: tuple[str, ...] = ("message-processor",)
    error: str | UnsetType = UNSET
    error_code: str | UnsetType = UNSET


class Deployment(Entity, frozen=True, kw_only=True):
    """One revision in one environment. `name` repeats the revision, as Edge does.

    `configuration.config_version` is the content hash of the bundle that is served, whatever has been
    written to the revision since.
    """

    api_proxy: str = field(name="aPIProxy")
    organization: str
    environment: str
    name: str
    revision: str
    configuration: Configuration = Configuration()
    state: DeploymentState = "deployed"
    server: tuple[Server, ...] = ()

    @property
    def number(self) -> int:
        return int(self.revision)

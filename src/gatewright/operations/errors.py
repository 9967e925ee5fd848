"""What an operation may answer instead of its result: Edge's management errors, by status, code and text.

Texts of Edge where a public source has them; `management.…` codes are our own, for what Edge leaves open.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from gatewright.bundle.diagnostics import Diagnostic
from gatewright.entities import BundleKind
from gatewright.store import Duplicate, InUse, Missing, StoreFailure


class ManagementError(Exception):
    """An answer other than success. The message is made of the class's template and the values given."""

    status: ClassVar[int] = 400
    """As of HTTP: 400 not valid, 404 not there, 409 there already, 500 where Edge says so."""
    code: ClassVar[str]
    template: ClassVar[str]

    def __init__(self, **values: object) -> None:
        super().__init__(self.template.format_map(_Named(values)))

    @property
    def message(self) -> str:
        return str(self)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Findings in a bundle that say more."""
        return ()


class _Named(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return _CALLED["apiproxy"].get(key, "null")


_CALLED: Mapping[BundleKind, Mapping[str, str]] = {
    "apiproxy": {"noun": "APIProxy", "deployable": "ApiProxy"},
    "sharedflow": {"noun": "SharedFlow", "deployable": "SharedFlow"},
}


def called(kind: BundleKind) -> Mapping[str, str]:
    """How messages call a bundle of that kind. Without it an API proxy is meant."""
    return _CALLED[kind]


class InvalidField(ManagementError):
    code = "management.InvalidField"
    template = "{field}: {problem}"


class OrganizationDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.OrganizationDoesNotExist"
    template = "Organization {name} does not exist"


class OrganizationAlreadyExists(ManagementError):
    status = 409
    code = "messaging.config.beans.OrganizationAlreadyExists"
    template = "Organization {name} already exists"


class EnvironmentDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.EnvironmentDoesNotExist"
    template = "Environment {name} does not exist in organization {organization}"


class EnvironmentAlreadyExists(ManagementError):
    status = 409
    code = "messaging.config.beans.EnvironmentAlreadyExists"
    template = "Environment {name} already exists in organization {organization}"


class EnvironmentInUse(ManagementError):
    code = "management.EnvironmentInUse"
    template = (
        "Environment {name} still has deployments, virtual hosts, target servers or flow hooks. "
        "Remove them and try again."
    )


class VirtualHostDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.VirtualHostDoesNotExist"
    template = "VirtualHost {name} does not exist in environment {environment}"


class VirtualHostAlreadyExists(ManagementError):
    status = 409
    code = "messaging.config.beans.VirtualHostAlreadyExists"
    template = "VirtualHost {name} already exists in environment {environment}"


class VirtualHostInUse(ManagementError):
    code = "management.VirtualHostInUse"
    template = "VirtualHost {name} is used by deployed proxies: {proxies}. Undeploy them and try again."


class HostAliasTaken(ManagementError):
    status = 409
    code = "management.HostAliasTaken"
    template = "Host alias {alias} with port {port} already belongs to virtual host {taken_by}"


class TargetServerDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.TargetServerDoesNotExist"
    template = "Target server {name} does not exist in environment {environment}"


class TargetServerAlreadyExists(ManagementError):
    status = 409
    code = "messaging.config.beans.TargetServerAlreadyExists"
    template = "Target server {name} already exists in environment {environment}"


class FlowHookDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.FlowHookDoesNotExist"
    template = "Flow hook {name} does not exist in environment {environment}: there are {points}"


class ProxyDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.ApplicationDoesNotExist"
    template = "{noun} named {name} does not exist in organization {organization}"


class ProxyAlreadyExists(ManagementError):
    status = 409
    code = "messaging.config.beans.ApplicationAlreadyExists"
    template = "{noun} named {name} already exists in organization {organization}"


class ProxyInProducts(ManagementError):
    code = "messaging.config.beans.ApplicationReferredInApiProducts"
    template = "Application {name} is referred in apiproducts {products}"


class RevisionDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.ApplicationRevisionDoesNotExist"
    template = "{noun} revision {name} for {noun} named {proxy} does not exist in organization {organization}"


class RevisionDeployed(ManagementError):
    code = "messaging.config.beans.ApplicationRevisionDeployed"
    template = (
        "Can not delete Revision {name} of {deployable} {proxy} as it is deployed in {environments}. "
        "Undeploy the {deployable} and try again."
    )


class PieceDoesNotExist(ManagementError):
    status = 404
    code = "messaging.config.beans.PieceDoesNotExist"
    template = "{kind} {name} does not exist in revision {revision} of {noun} {proxy}"


class PieceAlreadyExists(ManagementError):
    status = 409
    code = "messaging.config.beans.PieceAlreadyExists"
    template = "{kind} {name} already exists in revision {revision} of {noun} {proxy}"


class InvalidBundle(ManagementError):
    """The bundle cannot be read, or cannot run. `diagnostics` has every finding, warnings among them."""

    code = "messaging.config.beans.InvalidBundle"
    template = "{summary}"

    def __init__(self, diagnostics: Iterable[Diagnostic], proxy: str) -> None:
        self._diagnostics = tuple(diagnostics)
        errors = [each for each in self._diagnostics if each.severity == "error"]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        first = str(errors[0]) if errors else "it is not valid"
        super().__init__(summary=f"The bundle of {proxy} was refused: {first}{more}")

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self._diagnostics


class BasePathTaken(ManagementError):
    code = "messaging.config.beans.BasePathConflict"
    template = (
        "Path {base_path} conflicts with existing deployment path for revision {revision} of the {noun} "
        "{proxy} in {organization}/{environment}"
    )


class NotDeployed(ManagementError):
    code = "distribution.ApplicationNotDeployed"
    template = "Application {proxy} is not deployed in environment {environment}"


class RevisionNotDeployed(ManagementError):
    code = "distribution.RevisionNotDeployed"
    template = "Revision {revision} of application {proxy} is not deployed in environment {environment}"


class ProductDoesNotExist(ManagementError):
    status = 404
    code = "keymanagement.service.apiproduct_doesnot_exist"
    template = "API Product [{name}] does not exist for tenant [{organization}] and id [null]"


class ProductAlreadyExists(ManagementError):
    status = 409
    code = "keymanagement.service.apiproduct_already_exists"
    template = "API Product [{name}] already exists for tenant [{organization}]"


class ProductInUse(ManagementError):
    code = "keymanagement.service.apiproduct_referred_by_keys"
    template = "API Product [{name}] is on {keys} consumer key(s). Take it off them and try again."


class DeveloperDoesNotExist(ManagementError):
    status = 404
    code = "developer.service.DeveloperIdDoesNotExist"
    template = "DeveloperId {name} does not exist in organization {organization}"


class DeveloperAlreadyExists(ManagementError):
    status = 409
    code = "developer.service.DeveloperAlreadyExists"
    template = "Developer with email {name} already exists in organization {organization}"


class AppDoesNotExist(ManagementError):
    status = 404
    code = "developer.service.AppDoesNotExist"
    template = "App named {name} does not exist under {developer}"


class AppIdDoesNotExist(ManagementError):
    status = 404
    code = "developer.service.AppIdDoesNotExist"
    template = "App with id {name} does not exist in organization {organization}"


class AppAlreadyExists(ManagementError):
    status = 409
    code = "developer.service.AppAlreadyExists"
    template = "App with name {name} already exists"


class KeyDoesNotExist(ManagementError):
    status = 404
    code = "keymanagement.service.InvalidClientIdForGivenApp"
    template = "Invalid consumer key for Given App"


class KeyAlreadyExists(ManagementError):
    status = 409
    code = "keymanagement.service.ConsumerKeyAlreadyExists"
    template = "Consumer key already exists"


class ProductNotOnKey(ManagementError):
    status = 500
    code = "keymanagement.service.apiproduct_not_associated"
    template = "APIProduct is not associated with consumer key"


class AttributeDoesNotExist(ManagementError):
    status = 404
    code = "organizations.keymanagement.AttributeDoesntExist"
    template = "Attribute {name} does not exist"


class MapDoesNotExist(ManagementError):
    status = 404
    code = "keyvaluemap.service.KeyValueMapDoesNotExist"
    template = "KeyValueMap {name} does not exist"


class MapAlreadyExists(ManagementError):
    status = 409
    code = "keyvaluemap.service.KeyValueMapAlreadyExists"
    template = "KeyValueMap {name} already exists"


class MapEntryDoesNotExist(ManagementError):
    status = 404
    code = "keyvaluemap.service.keyvaluemap_entry_does_not_exist"
    template = "KeyValueMap entry {name} does not exist in {map}"


class MapEntryAlreadyExists(ManagementError):
    status = 409
    code = "keyvaluemap.service.keyvaluemap_entry_already_exists"
    template = "KeyValueMap entry {name} already exists in {map}"


class UserDoesNotExist(ManagementError):
    status = 404
    code = "usersandroles.UserDoesNotExist"
    template = "User {name} does not exist"


class UserAlreadyExists(ManagementError):
    status = 409
    code = "usersandroles.UserAlreadyExists"
    template = "User {name} already exists"


class WrittenMeanwhile(ManagementError):
    """Somebody else has written the same revision at the same time."""

    status = 409
    code = "management.WrittenMeanwhile"
    template = "Revision {name} of {proxy} has been changed meanwhile. Read it again and retry."


_MISSING: dict[str, type[ManagementError]] = {
    "organization": OrganizationDoesNotExist,
    "environment": EnvironmentDoesNotExist,
    "virtual host": VirtualHostDoesNotExist,
    "target server": TargetServerDoesNotExist,
    "proxy": ProxyDoesNotExist,
    "revision": RevisionDoesNotExist,
    "deployment": RevisionNotDeployed,
    "API product": ProductDoesNotExist,
    "developer": DeveloperDoesNotExist,
    "app": AppDoesNotExist,
    "credential": KeyDoesNotExist,
    "key value map": MapDoesNotExist,
    "key value map entry": MapEntryDoesNotExist,
    "user": UserDoesNotExist,
}
_DUPLICATE: dict[str, type[ManagementError]] = {
    "organization": OrganizationAlreadyExists,
    "environment": EnvironmentAlreadyExists,
    "virtual host": VirtualHostAlreadyExists,
    "target server": TargetServerAlreadyExists,
    "proxy": ProxyAlreadyExists,
    "API product": ProductAlreadyExists,
    "developer": DeveloperAlreadyExists,
    "app": AppAlreadyExists,
    "credential": KeyAlreadyExists,
    "key value map": MapAlreadyExists,
    "user": UserAlreadyExists,
}
_IN_USE: dict[str, type[ManagementError]] = {
    "environment": EnvironmentInUse,
    "API product": ProductDoesNotExist,  # referred to by a key that is being written
}


def as_management_error(failure: StoreFailure, context: dict[str, str]) -> ManagementError | None:
    """The answer that stands for a failure of the store; None for one that is no answer, such as being away.

    `context` names what the operation was about: organization, environment, proxy, developer, map;
    `called(kind)` when that is no API proxy.
    """
    tables = ((Missing, _MISSING), (Duplicate, _DUPLICATE), (InUse, _IN_USE))
    for failed, table in tables:
        if isinstance(failure, failed) and failure.kind in table:
            return table[failure.kind](**(context | {"name": failure.name}))
    return None

"""Overwriting a revision that is there, and deploying it anew where it is deployed."""

import asyncio

from gatewright.engine.context import Place
from gatewright.engine.surroundings import Surroundings
from gatewright.entities import BundleKind, Deployment
from gatewright.operations.acknowledgement import deployed_everywhere
from gatewright.operations.bundles import PolicyTypes, described, read_uploaded
from gatewright.operations.deployments import (
    TIME_LIMIT_S,
    CheckedDeployment,
    DeployCheck,
    checked_deployment,
    put_deployment,
    surroundings,
)
from gatewright.operations.errors import WrittenMeanwhile, called
from gatewright.operations.proxies import Imported, find_revision, touch_proxy
from gatewright.operations.stamps import modified
from gatewright.operations.work import reading, writing
from gatewright.store import Store, Transaction


async def overwrite_revision(
    store: Store,
    organization: str,
    name: str,
    number: int,
    data: bytes,
    by: str,
    policies: PolicyTypes,
    *,
    check: DeployCheck,
    time_limit_s: float = TIME_LIMIT_S,
    kind: BundleKind = "apiproxy",
) -> tuple[Imported, tuple[Deployment, ...]]:
    """Put another zip in a revision's place; where it is deployed, the new one is served on return.

    A bundle that cannot run is refused while the revision is deployed, and nothing changes. Raises
    InvalidBundle, BasePathTaken, or WrittenMeanwhile.
    """
    about = {"organization": organization, "proxy": name, **called(kind)}
    read = await read_uploaded(data, policies, kind, name)
    expected_hash, places = await reading(
        store, lambda tx: _deployed_at(tx, organization, kind, name, number), **about
    )
    checked = [await asyncio.to_thread(checked_deployment, data, around, check) for around in places]

    def work(tx: Transaction) -> tuple[Imported, int]:
        was = find_revision(tx, organization, kind, name, number)
        if _deployed_at(tx, organization, kind, name, number) != (expected_hash, places):
            raise WrittenMeanwhile(name=number, proxy=name)
        revision = modified(described(read.bundle, name, number), was, by, tx.now_ms)
        touch_proxy(tx, organization, kind, name, by)
        tx.revisions.replace(organization, kind, revision, data, expected_hash)
        version = _redeploy(tx, kind, checked)
        return Imported(revision, read.diagnostics), version

    imported, version = await writing(store, work, **about)
    deployments = [
        await deployed_everywhere(store, kind, each.deployment, version, time_limit_s) for each in checked
    ]
    return imported, tuple(deployments)


def _deployed_at(
    tx: Transaction, organization: str, kind: BundleKind, name: str, number: int
) -> tuple[str, list[Surroundings]]:
    """The hash of the revision's bundle, and the surroundings of each of its deployments."""
    find_revision(tx, organization, kind, name, number)
    deployments = tx.deployments.list(kind, organization, name=name)
    places = [
        Place(organization, each.environment, name, each.revision, each.configuration.base_path)
        for each in deployments
        if each.number == number
    ]
    bundle_hash = tx.revisions.bundle_hash(organization, kind, name, number)
    return bundle_hash, [surroundings(tx, place) for place in places]


def _redeploy(tx: Transaction, kind: BundleKind, checked: list[CheckedDeployment]) -> int:
    """The version of the last change; 0 when nothing is deployed."""
    version = 0
    for each in checked:
        version = put_deployment(tx, kind, each)
    return version

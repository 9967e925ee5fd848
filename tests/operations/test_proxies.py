"""Importing, exporting, overwriting and deleting proxies and their revisions."""

import asyncio

import pytest
from tests.operations.installation import BY, CHECK, Installation, bundle_at
from tests.support.bundles import PLAIN_TYPES, archive_of

from gatewright.entities import ApiProduct, ResourceFile
from gatewright.operations.deployments import list_deployments, undeploy
from gatewright.operations.errors import (
    BasePathTaken,
    InvalidBundle,
    InvalidField,
    ManagementError,
    OrganizationDoesNotExist,
    ProxyAlreadyExists,
    ProxyDoesNotExist,
    ProxyInProducts,
    RevisionDeployed,
    RevisionDoesNotExist,
)
from gatewright.operations.products import create_product
from gatewright.operations.proxies import (
    create_proxy,
    delete_proxy,
    delete_revision,
    export_revision,
    get_proxy,
    get_revision,
    import_revision,
    list_proxies,
)
from gatewright.operations.revisions import overwrite_revision
from gatewright.store import content_hash


async def test_revisions_are_numbered_from_one_above_the_highest(installed: Installation) -> None:
    assert [await installed.import_bundle() for _ in range(3)] == [1, 2, 3]
    await delete_revision(installed.store, "myorg", "p", 2)
    assert await installed.import_bundle() == 4
    assert (await get_proxy(installed.store, "myorg", "p")).revision == ("1", "3", "4")
    assert await list_proxies(installed.store, "myorg") == ("p",)


async def test_imports_at_once_get_a_number_each(installed: Installation) -> None:
    numbers = await asyncio.gather(*(installed.import_bundle() for _ in range(10)))
    assert sorted(numbers) == list(range(1, 11))


async def test_the_zip_comes_back_byte_for_byte(installed: Installation) -> None:
    data = bundle_at("/exact", {"resources/jsc/x.js": "// x"})
    imported = await import_revision(installed.store, "myorg", "p", data, BY, PLAIN_TYPES)
    assert await export_revision(installed.store, "myorg", "p", 1) == data
    assert imported.revision == await get_revision(installed.store, "myorg", "p", 1)


async def test_a_revision_says_what_its_bundle_holds(installed: Installation) -> None:
    files = {
        "policies/B.xml": '<Plain name="B"/>',
        "policies/A.xml": '<Plain name="A"/>',
        "resources/jsc/x.js": "// x",
    }
    await installed.import_bundle(files=files)
    revision = await get_revision(installed.store, "myorg", "p", 1)
    assert revision.policies == ("A", "B")
    assert revision.basepaths == ("/p",)
    assert revision.proxies == revision.targets == ("default",)
    assert revision.resources == ("jsc://x.js",)
    assert revision.resource_files.resource_file == (ResourceFile(name="x.js", type="jsc"),)
    assert (revision.created_by, revision.created_at) == (BY, installed.clock.now_ms())


UNREADABLE = [
    b"",
    b"no zip",
    bundle_at(files={"policies/A.xml": "<Plain name='A'>"}),
    archive_of({"f.xml": '<SharedFlowBundle name="f"/>'}, "sharedflowbundle").zip(),
]


@pytest.mark.parametrize("data", UNREADABLE, ids=["empty", "no zip", "bad XML", "shared flow"])
async def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    installed: Installation, data: bytes
) -> None:
    with pytest.raises(InvalidBundle) as refused:
        await import_revision(installed.store, "myorg", "p", data, BY, PLAIN_TYPES)
    assert refused.value.diagnostics
    assert await list_proxies(installed.store, "myorg") == ()


@pytest.mark.parametrize("name", ["", " ", "a/b", "..", "a\nb", "ü", "x" * 256])
async def test_what_is_no_name_is_refused(installed: Installation, name: str) -> None:
    with pytest.raises(InvalidField):
        await import_revision(installed.store, "myorg", name, bundle_at(), BY, PLAIN_TYPES)


async def test_a_proxy_can_begin_empty(installed: Installation) -> None:
    made = await create_proxy(installed.store, "myorg", "new", BY, PLAIN_TYPES)
    assert (made.revision.revision, made.revision.policies, made.revision.proxies) == ("1", (), ())
    with pytest.raises(ProxyAlreadyExists):
        await create_proxy(installed.store, "myorg", "new", BY, PLAIN_TYPES)
    with pytest.raises(OrganizationDoesNotExist):
        await create_proxy(installed.store, "no", "new", BY, PLAIN_TYPES)


async def test_what_is_deployed_cannot_be_deleted(installed: Installation) -> None:
    await installed.deploy(await installed.import_bundle())
    message = "Can not delete Revision 1 of ApiProxy p"  # apigee-edge-js reads it
    with pytest.raises(RevisionDeployed, match=message):
        await delete_revision(installed.store, "myorg", "p", 1)
    with pytest.raises(RevisionDeployed, match="test"):
        await delete_proxy(installed.store, "myorg", "p")
    await undeploy(installed.store, "myorg", "test", "p", 1)
    await delete_proxy(installed.store, "myorg", "p")
    with pytest.raises(ProxyDoesNotExist):
        await get_proxy(installed.store, "myorg", "p")


async def test_a_proxy_in_a_product_cannot_be_deleted(installed: Installation) -> None:
    await installed.import_bundle()
    await create_product(installed.store, "myorg", ApiProduct(name="P", proxies=("p",)), BY)
    with pytest.raises(ProxyInProducts, match=r"Application p is referred in apiproducts \[P\]"):
        await delete_proxy(installed.store, "myorg", "p")


async def overwrite(installed: Installation, data: bytes) -> tuple[str, ...]:
    """Overwrite revision 1; the content hashes of its deployments."""
    _, deployments = await overwrite_revision(
        installed.store, "myorg", "p", 1, data, BY, PLAIN_TYPES, check=CHECK, time_limit_s=0.2
    )
    return tuple(each.configuration.config_version for each in deployments)


async def test_overwriting_a_deployed_revision_deploys_it_anew(installed: Installation) -> None:
    await installed.deploy(await installed.import_bundle())
    data = bundle_at("/elsewhere")
    assert await overwrite(installed, data) == (content_hash(data),)
    assert await export_revision(installed.store, "myorg", "p", 1) == data
    (deployment,) = await list_deployments(installed.store, "myorg")
    assert deployment.configuration.config_version == content_hash(data)


async def test_overwriting_what_is_not_deployed_deploys_nothing(installed: Installation) -> None:
    await installed.import_bundle()
    incomplete = bundle_at(files={"targets/default.xml": None})
    assert await overwrite(installed, incomplete) == ()
    assert await list_deployments(installed.store, "myorg") == ()


async def test_a_deployed_revision_is_not_overwritten_with_what_cannot_run(installed: Installation) -> None:
    await installed.deploy(await installed.import_bundle())
    before = await export_revision(installed.store, "myorg", "p", 1)
    with pytest.raises(InvalidBundle):
        await overwrite(installed, bundle_at(files={"targets/default.xml": None}))
    await installed.import_bundle("q", "/q")
    await installed.deploy(1, "q")
    with pytest.raises(BasePathTaken):
        await overwrite(installed, bundle_at("/q"))
    assert await export_revision(installed.store, "myorg", "p", 1) == before
    (deployment, _) = await list_deployments(installed.store, "myorg")
    assert deployment.configuration.config_version == content_hash(before)


@pytest.mark.parametrize(
    ("name", "number", "error"), [("no", 1, ProxyDoesNotExist), ("p", 7, RevisionDoesNotExist)]
)
async def test_what_is_not_there_is_named(
    installed: Installation, name: str, number: int, error: type[ManagementError]
) -> None:
    await installed.import_bundle()
    for operation in (get_revision, export_revision, delete_revision):
        with pytest.raises(error):
            await operation(installed.store, "myorg", name, number)

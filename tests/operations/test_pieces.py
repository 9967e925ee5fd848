"""Policies, endpoints and resources are written one by one, and go live with the next deploy."""

import asyncio

import pytest
from tests.operations.installation import BY, Installation
from tests.support.bundles import PLAIN_TYPES, PROXY

from gatewright.operations.deployments import list_deployments
from gatewright.operations.errors import (
    InvalidBundle,
    InvalidField,
    ManagementError,
    PieceAlreadyExists,
    PieceDoesNotExist,
    RevisionDoesNotExist,
)
from gatewright.operations.pieces import (
    PieceKind,
    RevisionOf,
    create_piece,
    delete_piece,
    get_piece,
    update_piece,
)
from gatewright.operations.proxies import export_revision, get_revision

OF = RevisionOf("myorg", "p", 1)
POLICY = b'<Plain name="A"><!-- kept --><Odd/></Plain>'
ENDPOINT = PROXY.replace("default", "two", 1).encode()
TARGET = b'<TargetEndpoint name="two"/>'

PIECES: list[tuple[PieceKind, str, bytes, bytes]] = [
    (PieceKind.POLICY, "A", POLICY, b'<Plain name="A" enabled="false"/>'),
    (PieceKind.PROXY_ENDPOINT, "two", ENDPOINT, b'<ProxyEndpoint name="two"/>'),
    (PieceKind.TARGET_ENDPOINT, "two", TARGET, TARGET.replace(b"/>", b"></TargetEndpoint>")),
    (PieceKind.RESOURCE, "jsc://lib/x.js", b"\x00 not text \xff", b""),
]


@pytest.mark.parametrize(("kind", "name", "content", "other"), PIECES)
async def test_a_piece_is_created_read_updated_and_deleted(
    installed: Installation, kind: PieceKind, name: str, content: bytes, other: bytes
) -> None:
    await installed.import_bundle()
    store = installed.store
    given = name if kind is PieceKind.RESOURCE else None
    await create_piece(store, OF, kind, content, BY, PLAIN_TYPES, given)
    assert await get_piece(store, OF, kind, name, PLAIN_TYPES) == content
    with pytest.raises(PieceAlreadyExists):
        await create_piece(store, OF, kind, content, BY, PLAIN_TYPES, given)
    await update_piece(store, OF, kind, name, other, BY, PLAIN_TYPES)
    assert await get_piece(store, OF, kind, name, PLAIN_TYPES) == other
    await delete_piece(store, OF, kind, name, BY, PLAIN_TYPES)
    for again in (
        get_piece(store, OF, kind, name, PLAIN_TYPES),
        update_piece(store, OF, kind, name, other, BY, PLAIN_TYPES),
        delete_piece(store, OF, kind, name, BY, PLAIN_TYPES),
    ):
        with pytest.raises(PieceDoesNotExist, match=name):
            await again


async def test_a_policy_goes_by_its_name_not_its_file(installed: Installation) -> None:
    await installed.import_bundle(files={"policies/file.xml": POLICY})
    assert await get_piece(installed.store, OF, PieceKind.POLICY, "A", PLAIN_TYPES) == POLICY
    with pytest.raises(PieceDoesNotExist):
        await get_piece(installed.store, OF, PieceKind.POLICY, "file", PLAIN_TYPES)


async def test_what_is_deployed_stays_as_it_is_until_the_next_deploy(installed: Installation) -> None:
    await installed.deploy(await installed.import_bundle())
    (before,) = await list_deployments(installed.store, "myorg")
    await create_piece(installed.store, OF, PieceKind.POLICY, POLICY, BY, PLAIN_TYPES)
    (after,) = await list_deployments(installed.store, "myorg")
    assert after.configuration == before.configuration
    done = await installed.deploy(1)
    assert done.deployment.configuration != before.configuration


async def test_the_record_and_the_export_follow(installed: Installation) -> None:
    await installed.import_bundle()
    before = await export_revision(installed.store, "myorg", "p", 1)
    installed.clock.advance(5)
    await create_piece(installed.store, OF, PieceKind.POLICY, POLICY, "other@b.example", PLAIN_TYPES)
    revision = await get_revision(installed.store, "myorg", "p", 1)
    assert revision.policies == ("A",)
    assert revision.last_modified_by == "other@b.example"
    assert revision.created_by == BY
    assert revision.last_modified_at == revision.created_at + 5
    assert await export_revision(installed.store, "myorg", "p", 1) != before


WRONG: list[tuple[PieceKind, bytes, str | None, type[ManagementError]]] = [
    (PieceKind.POLICY, b"<Plain name='A'>", None, InvalidBundle),
    (PieceKind.POLICY, b"", None, InvalidBundle),
    (PieceKind.POLICY, b"<Plain/>", None, InvalidField),
    (PieceKind.POLICY, POLICY, "B", InvalidField),
    (PieceKind.POLICY, b'<Plain name="../../x"/>', None, InvalidField),
    (PieceKind.RESOURCE, b"x", "jsc://../../x.js", InvalidBundle),
    (PieceKind.RESOURCE, b"x", "jsc:///x.js", InvalidBundle),
    (PieceKind.RESOURCE, b"x", "x.js", InvalidField),
    (PieceKind.RESOURCE, b"x", None, InvalidField),
]


@pytest.mark.parametrize(("kind", "content", "name", "error"), WRONG)
async def test_what_is_wrong_changes_nothing(
    installed: Installation,
    kind: PieceKind,
    content: bytes,
    name: str | None,
    error: type[ManagementError],
) -> None:
    await installed.import_bundle()
    before = await export_revision(installed.store, "myorg", "p", 1)
    with pytest.raises(error):
        await create_piece(installed.store, OF, kind, content, BY, PLAIN_TYPES, name)
    assert await export_revision(installed.store, "myorg", "p", 1) == before


async def test_pieces_written_at_once_are_all_there(installed: Installation) -> None:
    await installed.import_bundle()
    names = [f"P{number}" for number in range(12)]
    await asyncio.gather(
        *(
            create_piece(
                installed.store, OF, PieceKind.POLICY, f'<Plain name="{name}"/>'.encode(), BY, PLAIN_TYPES
            )
            for name in names
        )
    )
    assert set((await get_revision(installed.store, "myorg", "p", 1)).policies) == set(names)


async def test_names_that_differ_in_case_get_files_of_their_own(installed: Installation) -> None:
    await installed.import_bundle()
    for name in ("A", "a"):
        content = f'<Plain name="{name}"/>'.encode()
        await create_piece(installed.store, OF, PieceKind.POLICY, content, BY, PLAIN_TYPES)
    assert (await get_revision(installed.store, "myorg", "p", 1)).policies == ("A", "a")


async def test_a_revision_that_is_not_there_has_no_pieces(installed: Installation) -> None:
    await installed.import_bundle()
    with pytest.raises(RevisionDoesNotExist):
        await get_piece(installed.store, RevisionOf("myorg", "p", 9), PieceKind.POLICY, "A", PLAIN_TYPES)

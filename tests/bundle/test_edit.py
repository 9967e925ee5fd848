"""Piecewise edits: new archives, the old ones untouched, the descriptor's lists kept up to date."""

import pytest
from tests.support.bundles import PLAIN_TYPES, PROXY, archive_of, proxy_archive

from gatewright.bundle.archive import Archive
from gatewright.bundle.edit import (
    EditRefused,
    NoSuchPart,
    Part,
    names,
    new_archive,
    put_part,
    put_resource,
    remove_part,
    remove_resource,
)
from gatewright.bundle.model import Bundle
from gatewright.bundle.read import read_bundle
from gatewright.policies.base import Policy

QUOTA = b'<Quota name="Q-1"/>'


def bundle_of(archive: Archive) -> Bundle[Policy]:
    bundle, _ = read_bundle(archive, PLAIN_TYPES)
    assert bundle is not None
    return bundle


def descriptor(archive: Archive) -> str:
    return archive.files["apiproxy/p.xml"].decode()


def test_a_policy_is_added_under_its_name() -> None:
    before = proxy_archive({})
    after, name = put_part(before, "policies", QUOTA)
    assert name == "Q-1"
    assert after.files["apiproxy/policies/Q-1.xml"] == QUOTA
    assert "apiproxy/policies/Q-1.xml" not in before.files
    assert list(bundle_of(after).policies) == ["Q-1"]
    assert "<Policy>Q-1</Policy>" in descriptor(after)


def test_a_policy_is_replaced_in_its_own_file_whatever_that_is_called() -> None:
    before = proxy_archive({"policies/Old copy.xml": QUOTA})
    after, _ = put_part(before, "policies", b'<RaiseFault name="Q-1"/>')
    assert dict(after.under("policies")) == {"apiproxy/policies/Old copy.xml": b'<RaiseFault name="Q-1"/>'}


def test_a_new_part_never_overwrites_the_file_of_another() -> None:
    before = proxy_archive({"policies/q-1.xml": '<Quota name="other"/>'})
    after, _ = put_part(before, "policies", QUOTA)
    assert dict(names(after, "policies")) == {
        "other": "apiproxy/policies/q-1.xml",
        "Q-1": "apiproxy/policies/Q-1-2.xml",
    }


@pytest.mark.parametrize("name", ["../../evil", "a/b", "a\\b", "."])
def test_a_name_that_is_no_file_name_gives_a_harmless_one(name: str) -> None:
    after, _ = put_part(proxy_archive({}), "policies", f'<Quota name="{name}"/>'.encode())
    (path,) = dict(after.under("policies"))
    assert path.count("/") == 2
    assert bundle_of(after).policies[name].name == name
    read_bundle(archive_of({p.partition("/")[2]: d for p, d in after.files.items()}), PLAIN_TYPES)


@pytest.mark.parametrize(
    ("part", "data", "says"),
    [
        ("policies", b"<Quota name='a'", "attributes construct error"),
        ("policies", b"<Quota/>", "'name' is missing"),
        ("policies", b"<Quota name=''/>", "'name' is missing"),
        ("policies", b"<!DOCTYPE q SYSTEM 'http://a.example'><Quota name='a'/>", "not followed"),
        ("proxies", b"<TargetEndpoint name='a'/>", "not <ProxyEndpoint>"),
        ("targets", b"<ProxyEndpoint name='a'/>", "not <TargetEndpoint>"),
        ("sharedflows", b"<ProxyEndpoint name='a'/>", "not <SharedFlow>"),
    ],
)
def test_what_is_no_such_part_is_refused(part: Part, data: bytes, says: str) -> None:
    with pytest.raises(EditRefused, match=says):
        put_part(proxy_archive({}), part, data)


def test_a_part_must_bear_the_name_it_is_put_under() -> None:
    with pytest.raises(EditRefused, match="the XML's name is 'Q-1', not 'Q-2'"):
        put_part(proxy_archive({}), "policies", QUOTA, "Q-2")


def test_malformed_xml_is_refused_with_its_place() -> None:
    with pytest.raises(EditRefused) as refused:
        put_part(proxy_archive({}), "policies", b"<Quota name='a'>\n</Quot>")
    assert refused.value.problem is not None
    assert refused.value.problem.line == 2


def test_parts_are_removed() -> None:
    before = proxy_archive({"policies/a.xml": QUOTA})
    after = remove_part(remove_part(before, "policies", "Q-1"), "targets", "default")
    assert dict(after.under("policies")) == dict(after.under("targets")) == {}


@pytest.mark.parametrize("part", ["policies", "proxies", "targets"])
def test_what_is_not_there_cannot_be_removed(part: Part) -> None:
    with pytest.raises(NoSuchPart):
        remove_part(proxy_archive({}), part, "nothing")


def test_resources_are_put_and_removed() -> None:
    after = put_resource(proxy_archive({}), "jsc", "lib/a.js", b"1")
    assert bundle_of(after).resource("jsc://lib/a.js") == b"1"
    assert "<Resource>jsc://lib/a.js</Resource>" in descriptor(after)
    assert bundle_of(put_resource(after, "jsc", "lib/a.js", b"2")).resource("jsc://lib/a.js") == b"2"
    gone = remove_resource(after, "jsc", "lib/a.js")
    assert dict(gone.under("resources")) == {}
    assert "jsc://" not in descriptor(gone)
    with pytest.raises(NoSuchPart):
        remove_resource(gone, "jsc", "lib/a.js")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("jsc", "../a.js"),
        ("jsc", "a//b.js"),
        ("jsc", "a/../../../b.js"),
        ("jsc", "a\\b.js"),
        ("jsc", "./a.js"),
        ("jsc", "a\n.js"),
        ("jsc", ""),
        ("jsc", "x" * 2000),
        ("../policies", "a.xml"),
        ("", "a.js"),
        ("..", "a.js"),
    ],
)
def test_a_resource_cannot_lead_out_of_its_folder(kind: str, name: str) -> None:
    with pytest.raises(EditRefused):
        put_resource(proxy_archive({}), kind, name, b"x")


def test_resources_must_differ_in_more_than_case() -> None:
    with pytest.raises(EditRefused, match="only in case"):
        put_resource(proxy_archive({"resources/jsc/a.js": "x"}), "jsc", "A.js", b"x")


DESCRIBED = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<APIProxy revision="3" name="p">
    <!-- by hand -->
    <Description>d</Description>
    <Policies>
        <Policy>gone</Policy>
    </Policies>
    <Unknown a="b"/>
    <Resources/>
</APIProxy>
"""


def test_an_edit_changes_only_the_lists_of_the_descriptor() -> None:
    after, _ = put_part(proxy_archive({"p.xml": DESCRIBED}), "policies", QUOTA)
    text = descriptor(after)
    assert "<!-- by hand -->" in text
    assert '<Unknown a="b"/>' in text
    assert 'revision="3" name="p"' in text
    parsed = bundle_of(after).descriptor
    assert parsed is not None
    assert (parsed.policies, parsed.proxy_endpoints, parsed.target_endpoints) == (
        ("Q-1",),
        ("default",),
        ("default",),
    )


def test_a_bundle_that_was_not_edited_is_exported_as_it_came() -> None:
    archive = proxy_archive({"p.xml": DESCRIBED})
    assert archive.zip() == archive.original
    after, _ = put_part(archive, "policies", QUOTA)
    assert after.original is None
    assert bundle_of(after).descriptor is not None


@pytest.mark.parametrize(
    ("kind", "root"), [("apiproxy", "APIProxy"), ("sharedflowbundle", "SharedFlowBundle")]
)
def test_a_new_archive_holds_a_descriptor_and_can_be_completed(kind: str, root: str) -> None:
    archive = new_archive("apiproxy" if kind == "apiproxy" else "sharedflowbundle", 'a "&" b')
    assert list(archive.files) == [f"{kind}/a ___ b.xml"]
    bundle = bundle_of(archive)
    assert bundle.name == 'a "&" b'
    assert f"<{root} ".encode() in archive.files[f"{kind}/a ___ b.xml"]


def test_a_new_proxy_is_built_piece_by_piece() -> None:
    archive = new_archive("apiproxy", "built")
    archive, _ = put_part(archive, "proxies", PROXY.encode())
    archive, _ = put_part(archive, "targets", b'<TargetEndpoint name="default"/>')
    archive, _ = put_part(archive, "policies", QUOTA)
    archive = put_resource(archive, "jsc", "a.js", b"1")
    parsed = bundle_of(archive).descriptor
    assert parsed is not None
    assert (parsed.policies, parsed.proxy_endpoints, parsed.target_endpoints, parsed.resources) == (
        ("Q-1",),
        ("default",),
        ("default",),
        ("jsc://a.js",),
    )

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidManifest
from tagwake.core.manifest import IMAGE_TYPES, INDEX_TYPES, Manifest
from tagwake.core.platform import Platform
from tagwake.formats.registry.manifests import MAX_BYTES, MAX_CHILDREN, read_manifest, read_platform

CHILD = {"mediaType": IMAGE_TYPES[0], "digest": f"sha256:{'1' * 64}", "size": 7}
CONFIG = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": f"sha256:{'2' * 64}", "size": 3}


def read(document: object, media_type: str = "") -> Manifest:
    data = json.dumps(document).encode()
    return read_manifest(data, Digest.of(data), media_type)


@pytest.mark.parametrize("media_type", INDEX_TYPES)
def test_an_index(media_type: str) -> None:
    named = {**CHILD, "platform": {"os": "linux", "architecture": "arm", "variant": "v7", "os.version": "1"}}
    attestation = {
        **CHILD,
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {"a": "b"},
    }
    found = read(
        {"schemaVersion": 2, "mediaType": media_type, "manifests": [named, CHILD, attestation]}, media_type
    )
    assert found.descriptor.media_type == media_type
    assert found.config is None
    assert [each.platform for each in found.children] == [
        Platform("linux", "arm", "v7"),
        None,
        Platform("unknown", "unknown"),
    ]
    assert found.children[0].descriptor.size == 7


@pytest.mark.parametrize("media_type", IMAGE_TYPES)
def test_an_image(media_type: str) -> None:
    found = read({"schemaVersion": 2, "mediaType": media_type, "config": CONFIG, "layers": []}, media_type)
    assert found.descriptor.media_type == media_type
    assert found.children == ()
    assert found.config is not None
    assert str(found.config.digest) == CONFIG["digest"]


@pytest.mark.parametrize(
    ("document", "served_as", "expected"),
    [
        ({"manifests": []}, "", INDEX_TYPES[0]),
        ({"manifests": []}, INDEX_TYPES[1], INDEX_TYPES[1]),
        ({"config": CONFIG}, "application/json", IMAGE_TYPES[0]),
        ({"mediaType": INDEX_TYPES[1], "manifests": []}, "text/plain", INDEX_TYPES[1]),
        ({"mediaType": INDEX_TYPES[0]}, "", INDEX_TYPES[0]),
    ],
)
def test_the_media_type_is_the_manifests_own_or_that_of_its_shape(
    document: object, served_as: str, expected: str
) -> None:
    assert read(document, served_as).descriptor.media_type == expected


@pytest.mark.parametrize(
    ("document", "served_as", "told"),
    [
        ({}, "", "neither image nor index"),
        ([], "", "no manifest"),
        ({"errors": []}, "", "neither image nor index"),
        ({"mediaType": "text/x"}, "", "neither image nor index"),
        ({"manifests": [], "config": CONFIG}, "", "both"),
        ({"manifests": [], "layers": []}, INDEX_TYPES[0], "both"),
        ({"mediaType": INDEX_TYPES[0], "config": CONFIG}, "", "not what its media type"),
        ({"mediaType": IMAGE_TYPES[0], "manifests": []}, "", "not what its media type"),
        ({"mediaType": IMAGE_TYPES[0], "config": CONFIG}, IMAGE_TYPES[1], "calls itself"),
        ({"layers": []}, IMAGE_TYPES[0], "without a config"),
        ({"manifests": [{"digest": "sha256:short"}]}, "", "by no digest"),
        ({"manifests": [{"digest": "../../etc"}]}, "", "by no digest"),
        ({"manifests": [{}]}, "", "no manifest"),
        ({"manifests": [CHILD] * (MAX_CHILDREN + 1)}, "", "10000 at most"),
    ],
)
def test_what_is_no_manifest_is_refused(document: object, served_as: str, told: str) -> None:
    with pytest.raises(InvalidManifest, match=told):
        read(document, served_as)


def test_limits_hold() -> None:
    for data, told in ((b" " * (MAX_BYTES + 1), "longer"), (b'{"a":' * 100_000, "deeper")):
        with pytest.raises(InvalidManifest, match=told):
            read_manifest(data, Digest.of(data))
        with pytest.raises(InvalidManifest, match=told):
            read_platform(data)


def test_a_config_tells_its_platform() -> None:
    assert read_platform(b'{"os":"linux","architecture":"arm64","variant":"v8","config":{}}') == Platform(
        "linux", "arm64", "v8"
    )


@pytest.mark.parametrize("data", [b"{}", b'{"os":"linux"}', b"[]", b"", b'{"os":1}'])
def test_a_config_without_a_platform_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidManifest):
        read_platform(data)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = read_manifest(data, Digest.of(data))
    except InvalidManifest:
        return
    assert found.descriptor.size == len(data)


_descriptors = st.fixed_dictionaries(
    {"digest": st.integers(0, 2**256 - 1).map(lambda n: f"sha256:{n:064x}")},
    optional={
        "mediaType": st.sampled_from([*IMAGE_TYPES, ""]),
        "size": st.integers(0, 2**40),
        "platform": st.fixed_dictionaries(
            {}, optional={"os": st.text(max_size=5), "architecture": st.text(max_size=5)}
        ),
    },
)


@given(st.lists(_descriptors, max_size=8))
def test_every_child_is_kept_in_order(children: list[dict[str, object]]) -> None:
    found = read({"manifests": children})
    assert [str(child.descriptor.digest) for child in found.children] == [
        child["digest"] for child in children
    ]

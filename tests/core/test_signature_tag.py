import pytest

from tagwake.core.signature_tag import is_signature_tag

HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize("end", ["", ".sig", ".att", ".sbom", ".cosign.bundle"])
def test_tags_beside_an_image(end: str) -> None:
    assert is_signature_tag(f"sha256-{HEX}{end}")
    assert is_signature_tag(f"sha512-{HEX}{HEX}{end}")


@pytest.mark.parametrize(
    "tag",
    [
        "latest",
        "sha256",
        "sha256-",
        f"sha256-{HEX[:-1]}",
        f"sha256-{HEX}a",
        f"sha256-{HEX}.",
        f"sha512-{HEX}",
        f"sha256-{HEX.upper()}",
        f"v1-sha256-{HEX}",
        f"sha256-{HEX}-arm64",
        "sha-0123abc",
    ],
)
def test_tags_of_images(tag: str) -> None:
    assert not is_signature_tag(tag)

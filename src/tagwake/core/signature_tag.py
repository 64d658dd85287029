"""Tags that hold no image: signatures, attestations and the like, stored beside the image that they speak of."""

import re

_SIGNATURE = re.compile(r"(?:sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128})(?:\.[A-Za-z0-9_.-]+)?")


def is_signature_tag(tag: str) -> bool:
    """Whether a tag is named for another manifest's digest.

    ``sha256-<hex>.sig``, ``.att`` and ``.sbom`` are cosign's (sigstore/cosign, "Signature Spec"); the bare
    ``sha256-<hex>`` is the referrers tag schema (OCI distribution specification 1.1, "Referrers Tag Schema").
    """
    return _SIGNATURE.fullmatch(tag) is not None

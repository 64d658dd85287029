"""The JSON document of ``digest``."""

from tagwake.core.manifest import Descriptor
from tagwake.core.reference import Reference
from tagwake.core.resolution import Unresolved
from tagwake.formats.report.documents import DigestDocument
from tagwake.formats.report.json_encoding import encode


def digest_document(reference: Reference, found: Descriptor | Unresolved) -> bytes:
    """``tagwake/digest/1``."""
    known = found if isinstance(found, Descriptor) else None
    return encode(
        DigestDocument(
            schema="tagwake/digest/1",
            text=reference.text,
            registry=reference.registry,
            repository=reference.repository,
            tag=reference.tag,
            digest=None if known is None else str(known.digest),
            media_type=None if known is None else known.media_type,
            size=None if known is None else known.size,
            reason=found.reason if isinstance(found, Unresolved) else "",
        )
    )

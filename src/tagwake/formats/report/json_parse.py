"""The JSON document of ``parse``."""

from collections.abc import Sequence

from tagwake.formats.report.documents import ParseDocument, ParsedReference
from tagwake.formats.report.json_encoding import encode
from tagwake.formats.report.parse_text import Parsed


def parse_document(parsed: Sequence[Parsed]) -> bytes:
    """``tagwake/parse/1``."""
    references = [
        ParsedReference(
            text=text,
            registry=reference.registry if reference else None,
            repository=reference.repository if reference else None,
            tag=reference.tag if reference else None,
            digest=str(reference.digest) if reference and reference.digest else None,
            error=error.problem if error else None,
        )
        for text, reference, error in parsed
    ]
    return encode(ParseDocument("tagwake/parse/1", references))

"""What the parts of documents allow."""

import msgspec
import pytest

from tagwake.formats.report.document_parts import Column, DigestText, Line


@pytest.mark.parametrize("kind", [Line, Column])
def test_lines_and_columns_count_from_one(kind: type) -> None:
    assert msgspec.convert(1, kind) == 1
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(0, kind)


@pytest.mark.parametrize("text", ["sha256:" + "a" * 63, "sha256:" + "A" * 64, "md5:" + "a" * 64, "a" * 64])
def test_no_other_text_is_a_digest(text: str) -> None:
    assert msgspec.convert("sha256:" + "a" * 64, DigestText)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, DigestText)

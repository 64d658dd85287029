"""How a new digest is written."""

import pytest
from tests.core.test_update_plan import NEW, OLD, pinned, variant

from tagwake.core.digest import Digest
from tagwake.core.digest_edit import digest_edit
from tagwake.core.edit import EditConflict, apply
from tagwake.core.pin import Slot

SHA512 = Digest("sha512", "c" * 128)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_digest_is_written_over_the_old_one(encoding: str) -> None:
    data = f"image: debian:12@{OLD}\r\n".encode(encoding)
    width = len("x".encode(encoding))
    start = len("image: debian:12@") * width
    reference = variant(pinned(), digest_span=(start, start + 71 * width))
    edit = digest_edit(data, reference, NEW, encoding)
    assert apply(data, [edit]).decode(encoding) == f"image: debian:12@{NEW}\r\n"


def test_bare_hex_stays_bare() -> None:
    data = f'DIGEST = "{OLD.hex}"'.encode()
    reference = variant(pinned(), digest_span=(10, 74))
    assert apply(data, [digest_edit(data, reference, NEW, "utf-8")]).decode() == f'DIGEST = "{NEW.hex}"'
    with pytest.raises(EditConflict, match="only the hex of a sha256"):
        digest_edit(data, reference, SHA512, "utf-8")


def test_another_algorithm_is_written_whole() -> None:
    data = f"debian:12@{OLD} ".encode()
    edit = digest_edit(data, pinned(), SHA512, "utf-8")
    assert apply(data, [edit]).decode() == f"debian:12@{SHA512} "


def test_a_digest_that_is_not_there_any_more_is_a_conflict() -> None:
    data = f"debian:12@{NEW}".encode()
    with pytest.raises(EditConflict, match="does not stand there"):
        digest_edit(data, pinned(), NEW, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_slot_is_filled(encoding: str) -> None:
    data = "name: x\ntag: 1\n".encode(encoding)
    width = len("x".encode(encoding))
    at = len("name: x\ntag: 1") * width
    reference = variant(pinned(digest=None), slot=Slot((at, at), "\ndigest: ", "  # new"))
    written = apply(data, [digest_edit(data, reference, NEW, encoding)]).decode(encoding)
    assert written == f"name: x\ntag: 1\ndigest: {NEW}  # new\n"


def test_a_slot_may_replace_what_stands_there() -> None:
    data = b'digest: ""\n'
    reference = variant(pinned(digest=None), slot=Slot((8, 10), '"', '"'))
    assert apply(data, [digest_edit(data, reference, NEW, "utf-8")]).decode() == f'digest: "{NEW}"\n'


def test_no_slot_is_a_conflict() -> None:
    with pytest.raises(EditConflict, match="no place"):
        digest_edit(b"debian", variant(pinned(digest=None), slot=None), NEW, "utf-8")

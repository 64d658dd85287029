"""How a new digest is written over a reference's old one, or into its empty place."""

from tagwake.core.digest import Digest
from tagwake.core.edit import Edit, EditConflict
from tagwake.core.pin import PlacedReference


def digest_edit(data: bytes, reference: PlacedReference, new: Digest, encoding: str) -> Edit:
    """The edit that makes ``new`` the digest of the reference.

    :param data: the bytes of the file, in which the reference's spans count.
    :param encoding: of the file (:class:`tagwake.core.pin.FileScan`).
    :raises EditConflict: when the old digest does not stand at its span, or there is no place for the new one.
    """
    old = reference.digest
    if old is not None and reference.digest_span is not None:
        start, end = reference.digest_span
        written = data[start:end]
        if written == str(old).encode(encoding):
            return Edit((start, end), written, str(new).encode(encoding))
        if written == old.hex.encode(encoding):
            if new.algorithm != old.algorithm:
                raise EditConflict(f"only the hex of a {old.algorithm} digest is written there")
            return Edit((start, end), written, new.hex.encode(encoding))
        raise EditConflict("the old digest does not stand there any more")
    if reference.slot is None:
        raise EditConflict("there is no place for a digest")
    start, end = reference.slot.span
    text = f"{reference.slot.prefix}{new}{reference.slot.suffix}"
    return Edit((start, end), data[start:end], text.encode(encoding))

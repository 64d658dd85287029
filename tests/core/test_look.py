"""What an answer makes of a look."""

import pytest

from tagwake.core.digest import Digest
from tagwake.core.look import Absent, Seen, Unknown, look_of
from tagwake.core.manifest import INDEX_TYPES, Descriptor
from tagwake.core.resolution import Failure, Unresolved

DIGEST = Digest.of(b"one")


def test_a_descriptor_was_seen() -> None:
    descriptor = Descriptor(DIGEST, INDEX_TYPES[0], 12)
    look = look_of(descriptor, etag='"one"')
    assert look == Seen(DIGEST, INDEX_TYPES[0], 12, '"one"')
    assert isinstance(look, Seen)
    assert look.descriptor == descriptor


def test_not_found_is_an_absence() -> None:
    assert look_of(Unresolved(Failure.NOT_FOUND, "gone")) == Absent()


@pytest.mark.parametrize("failure", [each for each in Failure if each is not Failure.NOT_FOUND])
def test_every_other_failure_tells_nothing(failure: Failure) -> None:
    assert look_of(Unresolved(failure, "why")) == Unknown(failure, "why")

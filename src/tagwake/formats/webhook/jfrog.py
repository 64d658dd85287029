"""JFrog Artifactory's events of the domain ``docker``.

The repository is ``<repo_key>/<image_name>``, which is what is pulled only without a virtual repository: renames of the
source say what is pulled in its place. An overwrite sends a deletion and a push, even of the same content: both are
hints, and the look that follows sees one state.
"""

import re

import msgspec

from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Claim, Delivery, Findings, Oddity

_ACTIONS = frozenset({"pushed", "deleted", "promoted"})
_HEX = re.compile(r"[0-9a-f]{64}")


class _Data(msgspec.Struct):
    repo_key: str | None = None
    image_name: str | None = None
    tag: str | None = None
    sha256: str | None = None
    event_type: str | None = None


class _Body(msgspec.Struct):
    domain: str | None = None
    event_type: str | None = None
    data: _Data | None = None


def read(delivery: Delivery) -> Findings:
    """Pushes, promotions and deletions of a tag."""
    body = read_json(delivery.body, _Body)
    data = body.data or _Data()
    if body.domain != "docker":
        yield Oddity("it is an event of another domain than docker")
    elif (body.event_type or data.event_type) not in _ACTIONS:
        yield Oddity("its type of event is not known")
    elif not data.repo_key or not data.image_name:
        yield Oddity("it names no repository")
    else:
        yield Claim(
            None,
            f"{data.repo_key}/{data.image_name}",
            data.tag,
            f"sha256:{data.sha256}" if _HEX.fullmatch(data.sha256 or "") else None,
            deleted=(body.event_type or data.event_type) == "deleted",
        )

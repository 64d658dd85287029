"""Any bytes as a delivery of every registry: hints or a reason, the same each time, and never anything else.

The first byte chooses the registry, the second how the attributes of a CloudEvent come; the rest is the body.
"""

from tests.hook_samples import NOW, SAMPLES

from tagwake.core.hook_login import IdentityToken, PathToken
from tagwake.core.hook_source import HookSource
from tagwake.core.reference import Reference
from tagwake.formats.webhook.delivery import Delivery
from tagwake.formats.webhook.identity import check_identity, read_key_set
from tagwake.formats.webhook.kinds import KINDS
from tagwake.formats.webhook.translation import translate

_KINDS = tuple(KINDS.values())
_SAMPLES = {make().source.kind: make() for make in SAMPLES}
_LOGIN = next(login for each in _SAMPLES.values() if isinstance(login := each.source.login, IdentityToken))
_KEYS = read_key_set((_LOGIN.keys or "").encode())


def one_input(data: bytes) -> None:
    """Read it as a delivery, and as a token."""
    if len(data) < 2:
        return
    kind = _KINDS[data[0] % len(_KINDS)]
    headers = dict(_SAMPLES[kind.name].headers) if data[1] % 2 else {}
    source = HookSource(kind.name, "main", PathToken(("token",)), "reg.example" if data[1] & 2 else None)
    first, second = (translate(kind.read, source, Delivery(headers, data[2:])) for _ in range(2))
    assert first == second
    for hint in first.hints:
        name = f"{hint.registry}/{hint.repository}"
        assert (Reference.parse(name).registry, Reference.parse(name).repository) == (
            hint.registry,
            hint.repository,
        )
    bearer = {"authorization": f"Bearer {data[2:].decode('latin-1')}"}
    found = check_identity(_LOGIN, bearer, _KEYS, NOW)
    assert not isinstance(found, dict), "a token that we did not sign is taken"


def seeds() -> list[bytes]:
    """Where to start: a good delivery of each."""
    return [bytes([index, 3]) + _SAMPLES[kind.name].body for index, kind in enumerate(_KINDS)]

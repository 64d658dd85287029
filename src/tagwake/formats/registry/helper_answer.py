"""What a credential helper prints: the login of one server."""

import msgspec

from tagwake.core.credential import Credential
from tagwake.core.errors import InvalidAnswer
from tagwake.formats.registry.auth_file import credential_of
from tagwake.formats.registry.nesting import nests_deeper

MAX_BYTES = 1_048_576
MAX_DEPTH = 16


class _Answer(msgspec.Struct):
    username: str = msgspec.field(default="", name="Username")
    secret: str = msgspec.field(default="", name="Secret")


def read_helper_answer(data: bytes, source: str) -> Credential | None:
    """Read ``{"ServerURL": …, "Username": …, "Secret": …}`` (docker-credential-helpers, ``get``).

    :param source: the helper's name, for messages.
    :returns: ``None`` where the helper gives no secret.
    :raises InvalidAnswer: when it is anything else; the message shows nothing of it.
    """
    if len(data) > MAX_BYTES or nests_deeper(data, MAX_DEPTH):
        raise InvalidAnswer(f"{source} prints too much")
    try:
        answer = msgspec.json.decode(data, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidAnswer(f"{source} prints no JSON with a login") from None
    return credential_of(source, answer.username, answer.secret)

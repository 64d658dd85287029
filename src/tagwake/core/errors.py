"""One exception tree for all of tagwake.

::

    TagwakeError                 anything that tagwake itself says
    ├── InvalidInput             what was given cannot be read; exit status 2
    │   ├── InvalidReference     an image reference, with the place of the fault
    │   ├── InvalidDigest        a digest
    │   ├── InvalidSettings      tagwake.toml, with file, line and column
    │   ├── InvalidManifest      bytes that a registry served as a manifest
    │   ├── InvalidAnswer        what a token service, a credential helper or a file of logins says
    │   ├── InvalidHook          a body that a registry's webhook delivered
    │   └── InvalidSecret        a key that signs webhooks; shows none of it
    ├── UsageRefused             the question makes no sense here (no such path, no git); exit status 2
    ├── WriteFailed              a file could not be written; the old one stands; exit status 3
    └── StoreFailed              the database does not answer, or refuses; nothing was written; exit status 3

What could not be found out (a registry that answers 401, a time-out) is no exception: it is a value with a
reason, :class:`tagwake.core.resolution.Unresolved`.
"""


class TagwakeError(Exception):
    """Anything that tagwake itself says: one line, with what is wrong, where, and what to do."""


class InvalidInput(TagwakeError):
    """What was given cannot be read."""


class InvalidReference(InvalidInput):
    """A text that is no image reference.

    :param text: the text as given.
    :param offset: index into ``text`` of the first character at fault (``len(text)`` where something is missing).
    :param problem: what is wrong, one line, without the text.
    """

    def __init__(self, text: str, offset: int, problem: str) -> None:
        super().__init__(problem)
        self.text = text
        self.offset = offset
        self.problem = problem

    def __reduce__(self) -> tuple[type["InvalidReference"], tuple[str, int, str]]:
        """Rebuild from all three parts, so that the error crosses processes whole."""
        return (InvalidReference, (self.text, self.offset, self.problem))

    def caret(self) -> str:
        """The text, and on a second line a caret under the character at fault."""
        return f"{self.text}\n{' ' * self.offset}^"


class InvalidDigest(InvalidInput):
    """A text that is no digest of a registered algorithm.

    :param offset: index of the first character at fault.
    """

    def __init__(self, problem: str, offset: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.offset = offset

    def __reduce__(self) -> tuple[type["InvalidDigest"], tuple[str, int]]:
        """Rebuild from both parts, so that the error crosses processes whole."""
        return (InvalidDigest, (self.problem, self.offset))


class InvalidSettings(InvalidInput):
    """Configuration that cannot be used; the message starts with ``file:line:column`` or the file."""


class InvalidManifest(InvalidInput):
    """Bytes that a registry served as a manifest and that are none."""


class InvalidAnswer(InvalidInput):
    """What a token service, a credential helper or a file of logins says, where it makes no sense; shows no secret."""


class InvalidHook(InvalidInput):
    """A body that a registry's webhook delivered and that cannot be read; shows nothing of it."""


class InvalidSecret(InvalidInput):
    """A text that is no key for signing webhooks, or none of the kind that is needed; the message shows none of it."""


class UsageRefused(TagwakeError):
    """A question that makes no sense here: a path that is not there, a revision that git does not know."""


class WriteFailed(TagwakeError):
    """A file could not be written; the old one stands."""


class StoreFailed(TagwakeError):
    """The database does not answer, or refuses: what was to be written in one transaction was not."""

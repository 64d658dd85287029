"""What the registry answers when it does not do what it was asked: a status and an error code."""

from tagwake.core.errors import TagwakeError


class Refusal(TagwakeError):
    """A request that is not carried out.

    :param status: the HTTP status of the answer.
    :param code: the error code (OCI distribution specification, Error Codes).
    :param message: one line for people.
    :param headers: further headers of the answer.
    """

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


def unknown_name(repository: str) -> Refusal:
    """The repository was never pushed to."""
    return Refusal(404, "NAME_UNKNOWN", f"no repository {repository} here")


def unknown_manifest(repository: str, reference: str) -> Refusal:
    """The repository has no such tag or manifest."""
    return Refusal(404, "MANIFEST_UNKNOWN", f"{repository} has no manifest {reference}")


def unknown_blob(repository: str, digest: str) -> Refusal:
    """The repository has no such blob."""
    return Refusal(404, "BLOB_UNKNOWN", f"{repository} has no blob {digest}")

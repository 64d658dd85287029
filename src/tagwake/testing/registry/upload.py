"""Uploads of blobs that are under way (OCI distribution specification, Pushing blobs)."""

import uuid
from dataclasses import dataclass

from tagwake.testing.registry.keep import Draft
from tagwake.testing.registry.refusal import Refusal
from tagwake.testing.registry.store import Store


@dataclass(slots=True)
class Upload:
    """One upload: where it goes, what came in, and whether a request is writing to it now."""

    id: str
    repository: str
    draft: Draft
    is_busy: bool = False

    @property
    def location(self) -> str:
        """The path that the next request goes to."""
        return f"/v2/{self.repository}/blobs/uploads/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        """How far it came; a range cannot be empty, so that nothing reads as one byte, as it does everywhere."""
        return {
            "Location": self.location,
            "Range": f"0-{max(0, self.draft.size - 1)}",
            "Docker-Upload-UUID": self.id,
        }


class Uploads:
    """The uploads under way, oldest first; no more than `most` at a time."""

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._most = most
        self._open: dict[str, Upload] = {}

    def start(self, repository: str) -> Upload:
        """Begin an upload; too many of them end the oldest that nobody is writing to."""
        idle = [each for each in self._open.values() if not each.is_busy]
        if len(self._open) >= self._most and idle:
            self.cancel(idle[0])
        upload = Upload(uuid.uuid4().hex, repository, self._store.draft())
        self._open[upload.id] = upload
        return upload

    def get(self, repository: str, identifier: str) -> Upload:
        """The upload of this id in this repository.

        :raises Refusal: BLOB_UPLOAD_UNKNOWN.
        """
        upload = self._open.get(identifier)
        if upload is None or upload.repository != repository:
            raise Refusal(404, "BLOB_UPLOAD_UNKNOWN", f"{repository} has no such upload under way")
        return upload

    def forget(self, upload: Upload) -> None:
        """End an upload whose content found its place."""
        self._open.pop(upload.id, None)

    def cancel(self, upload: Upload) -> None:
        """End an upload and throw its content away."""
        if self._open.pop(upload.id, None) is not None:
            upload.draft.discard()

    def cancel_all(self) -> None:
        """End every upload."""
        for upload in tuple(self._open.values()):
            self.cancel(upload)

"""What an earlier run found of today's files, and what this one finds, in the same shape."""

from collections.abc import Mapping, Sequence

from tagwake.adapters.worktree.batch import IDENTITY_SIZE, BatchResult


class Remembered:
    """What an earlier run found, by the index of today's paths.

    :param identities: of all files in one piece, zeros for those not remembered; empty where nothing is.
    :param records: of those that hold something (:mod:`tagwake.adapters.worktree.scan_record`).
    :param is_same_list: whether the earlier run had the same files.
    """

    __slots__ = ("identities", "is_same_list", "records")

    def __init__(
        self,
        identities: bytes = b"",
        records: Mapping[int, bytes] | None = None,
        *,
        is_same_list: bool = False,
    ) -> None:
        self.identities = identities
        self.records = records or {}
        self.is_same_list = is_same_list


class Gathered:
    """What this run finds, in the shape that the next one remembers."""

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered
        self._batches: list[tuple[int, int, BatchResult]] = []
        self.differs = not remembered.is_same_list

    def add(self, start: int, stop: int, result: BatchResult) -> None:
        """Take in a batch; its scans are kept as records, which are small."""
        from tagwake.adapters.worktree.scan_record import to_record

        records = dict(result.records)
        for index, scan in result.scans.items():
            record = to_record(scan)
            if record is not None:
                records[index] = record
        known = self._remembered.identities[start * IDENTITY_SIZE : stop * IDENTITY_SIZE]
        self.differs = self.differs or bool(result.identities and result.identities != known)
        self._batches.append((start, stop, BatchResult(result.identities, result.reused, records=records)))

    def whole(self) -> tuple[bytes, dict[int, bytes]]:
        """Identities and records of all files, the remembered ones among them."""
        identities: list[bytes] = []
        records: dict[int, bytes] = {}
        old = self._remembered
        for start, stop, result in self._batches:
            reused: Sequence[int] = result.reused
            if result.identities:
                identities.append(result.identities)
            else:
                identities.append(old.identities[start * IDENTITY_SIZE : stop * IDENTITY_SIZE])
                reused = range(start, stop)
            records.update(result.records)
            for index in reused:
                record = old.records.get(index)
                if record is not None:
                    records[index] = record
        return b"".join(identities), records

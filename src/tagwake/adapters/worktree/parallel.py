"""Batches of a scan, shared among processes where the tree is large, their results in order."""

import contextlib
import gc
import marshal
import os
import select
import sys
from collections.abc import Generator, Iterator
from struct import Struct
from typing import NoReturn

from tagwake.adapters.pipe import SIZE, widen
from tagwake.adapters.worktree.batch import BatchResult, Job, scan_batch
from tagwake.adapters.worktree.tree import Tree

LARGE = 2_000
"""Files from which a second process is worth its start."""

_BATCH = 256
_MOST_TICKETS = 4_000
"""They must fit into a pipe that nobody reads yet; the smallest hold 16 KiB."""

_MOST_PROCESSES = 4
_NUMBER = Struct("=I")
_FRAME = Struct("=II")


class _Worker:
    """Another process, the pipe of its results, and what of them has not been understood yet."""

    __slots__ = ("buffer", "process", "results")

    def __init__(self, process: int, results: int) -> None:
        self.process = process
        self.results = results
        self.buffer = bytearray()


def scan_batches(
    job: Job, *, processes: int | None = None
) -> Generator[tuple[int, int, BatchResult], None, None]:
    """Every batch once, in order: the indices of its first file and of the one after its last, and its result.

    :param processes: how many to use; ``None`` chooses by the number of files and processors.
    """
    count = len(job.paths)
    size = max(_BATCH, -(-count // _MOST_TICKETS))
    total = -(-count // size)
    if processes is None:
        processes = usable_processes(count)
    if processes < 2 or total < 2:
        yield from _alone(job, size)
    else:
        yield from _shared(job, size, total, processes)


def usable_processes(count: int) -> int:
    """How many may read at once: one for a small tree, and wherever a fork is not safe: it copies a thread's locks, but not the thread."""
    if count < LARGE or not hasattr(os, "fork"):
        return 1
    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        return 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_PROCESSES)


def _alone(job: Job, size: int) -> Iterator[tuple[int, int, BatchResult]]:
    tree = Tree(job.root)
    try:
        for start in range(0, len(job.paths), size):
            stop = min(start + size, len(job.paths))
            yield start, stop, scan_batch(job, tree, start, stop)
    finally:
        tree.close()


def _shared(job: Job, size: int, total: int, processes: int) -> Iterator[tuple[int, int, BatchResult]]:
    """Everyone draws batch numbers from one pipe; the others send their results, we keep the order."""
    count = len(job.paths)
    tree = Tree(job.root)
    tickets = _tickets(total)
    workers: list[_Worker] = []
    done: dict[int, BatchResult] = {}
    following = 0
    gc.freeze()  # the collector must not touch, and so copy, pages that the processes share
    try:
        workers.extend(_fork(job, size, tickets, processes - 1))
        while following < total:
            ticket = os.read(tickets, _NUMBER.size)
            if ticket:
                number = _NUMBER.unpack(ticket)[0]
                done[number] = scan_batch(job, tree, number * size, min((number + 1) * size, count))
                _receive(workers, done, wait=False)
            elif following not in done and not _receive(workers, done, wait=True):
                done[following] = scan_batch(job, tree, following * size, min((following + 1) * size, count))
            while following in done:
                result = done.pop(following)
                yield following * size, min((following + 1) * size, count), result
                following += 1
    finally:
        gc.unfreeze()
        os.close(tickets)
        for worker in workers:
            _stop(worker)
        tree.close()


def _tickets(total: int) -> int:
    reading, writing = os.pipe()
    os.write(writing, b"".join(_NUMBER.pack(number) for number in range(total)))
    os.close(writing)
    return reading


def _fork(job: Job, size: int, tickets: int, processes: int) -> Iterator[_Worker]:
    for _ in range(processes):
        reading, writing = os.pipe()
        try:
            process = os.fork()
        except OSError:  # no process to be had: we do it alone
            os.close(reading)
            os.close(writing)
            return
        if process == 0:
            os.close(reading)
            _work(job, size, tickets, writing)
        os.close(writing)
        widen(reading)
        yield _Worker(process, reading)


def _work(job: Job, size: int, tickets: int, results: int) -> NoReturn:
    """A second process: whatever goes wrong, it only ends, and its batches are done by the first, which can say why."""
    from tagwake.adapters.worktree.scan_record import to_record

    status = 1
    try:
        gc.disable()
        tree = Tree(job.root)
        count = len(job.paths)
        while ticket := os.read(tickets, _NUMBER.size):
            number = _NUMBER.unpack(ticket)[0]
            result = scan_batch(job, tree, number * size, min((number + 1) * size, count))
            records = {index: to_record(scan) for index, scan in result.scans.items()}
            payload = marshal.dumps((result.identities, list(result.reused), records))
            frame = memoryview(_FRAME.pack(number, len(payload)) + payload)
            while frame:
                frame = frame[os.write(results, frame) :]
        status = 0
    finally:
        os._exit(status)


def _receive(workers: list[_Worker], done: dict[int, BatchResult], *, wait: bool) -> bool:
    """Take what the others have sent; when waiting, until there is something. False when nobody is left."""
    poll = select.poll()
    alive = {worker.results: worker for worker in workers if worker.results >= 0}
    for descriptor in alive:
        poll.register(descriptor, select.POLLIN | select.POLLHUP)
    for descriptor, _ in poll.poll(None if wait else 0) if alive else ():
        worker = alive[descriptor]
        chunk = os.read(descriptor, SIZE)
        if not chunk:
            os.close(descriptor)
            worker.results = -1
            continue
        worker.buffer += chunk
        _unpack(worker.buffer, done)
    return bool(alive)


def _unpack(buffer: bytearray, done: dict[int, BatchResult]) -> None:
    at = 0
    while len(buffer) - at >= _FRAME.size:
        number, length = _FRAME.unpack_from(buffer, at)
        end = at + _FRAME.size + length
        if len(buffer) < end:
            break
        identities, reused, records = marshal.loads(buffer[at + _FRAME.size : end])  # noqa: S302 (our own child's)
        done[number] = BatchResult(identities, reused, records=records)
        at = end
    del buffer[:at]


def _stop(worker: _Worker) -> None:
    import signal

    if worker.results >= 0:
        os.close(worker.results)

    with contextlib.suppress(ProcessLookupError):
        os.kill(worker.process, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(worker.process, 0)

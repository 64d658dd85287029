"""Several processes give what one gives, in order, whatever becomes of them."""

import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.adapters.worktree.grove import write
from tests.children import children

from tagwake.adapters.worktree import open_worktree, parallel
from tagwake.core.pin import FileScan
from tagwake.ports.worktree import FileReader
from tagwake.testing.contracts.worktree import FirstLineReader, scans_of

FILES = 400


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, {f"d{at % 20:02}/f{at:03}": f"text {at}\n" if at % 3 else b"" for at in range(FILES)})
    return tmp_path


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_BATCH", 7)


def scans(tree: Path, reader: FileReader, processes: int | None) -> Sequence[FileScan]:
    return scans_of(open_worktree([str(tree)], processes=processes), reader)


@pytest.mark.parametrize("processes", [2, 3, 5])
def test_many_processes_give_what_one_gives(tree: Path, processes: int) -> None:
    alone = scans(tree, FirstLineReader(), 1)
    assert len(alone) == sum(1 for at in range(FILES) if at % 3)
    assert scans(tree, FirstLineReader(), processes) == alone


class DyingReader(FirstLineReader):
    """Kills every process but the first when it reads."""

    def __init__(self) -> None:
        self.first = os.getpid()

    def __call__(self, path: str, data: bytes) -> FileScan:
        if os.getpid() != self.first:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(path, data)


def test_the_batches_of_a_process_that_is_killed_are_done_again(tree: Path) -> None:
    assert scans(tree, DyingReader(), 4) == scans(tree, FirstLineReader(), 1)


class FailingReader(FirstLineReader):
    """Fails on one file."""

    def __call__(self, path: str, data: bytes) -> FileScan:
        if path.endswith("f200"):
            raise RuntimeError("this is a fault")
        return super().__call__(path, data)


@pytest.mark.parametrize("processes", [1, 3])
def test_a_fault_of_the_reader_comes_out_whoever_met_it(tree: Path, processes: int) -> None:
    with pytest.raises(RuntimeError, match="this is a fault"):
        scans(tree, FailingReader(), processes)


def test_who_stops_early_leaves_no_process_and_no_descriptor(tree: Path) -> None:
    before, others = len(os.listdir("/dev/fd")), children()
    scanning = open_worktree([str(tree)], processes=4).map(FirstLineReader())
    assert next(scanning).files == 7
    scanning.close()
    assert len(os.listdir("/dev/fd")) == before
    assert children() == others


def test_a_process_with_threads_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "LARGE", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8), raising=False)
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        assert parallel.usable_processes(10) == 1
    finally:
        ended.set()
        thread.join()


def test_small_trees_are_read_alone() -> None:
    assert parallel.usable_processes(parallel.LARGE - 1) == 1


def test_large_results_pass(tree: Path) -> None:
    """Longer than any pipe."""
    write(tree, {f"large/{at}": "x" * 300_000 for at in range(30)})
    assert scans(tree, FirstLineReader(), 3) == scans(tree, FirstLineReader(), 1)


def test_very_many_batches_fit_into_the_pipe_of_tickets(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_BATCH", 1)
    monkeypatch.setattr(parallel, "_MOST_TICKETS", 50)
    assert scans(tree, FirstLineReader(), 3) == scans(tree, FirstLineReader(), 1)

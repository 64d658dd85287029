import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tagwake.adapters.stores.together import Together


class Slow:
    """Does what is asked once it is let, and remembers what was asked together."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.started = threading.Event()
        self.may = threading.Event()

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        self.started.set()
        assert self.may.wait(30)
        if 13 in asked:
            raise ValueError(f"{len(asked)} and one of them is 13")
        return [10 * each for each in asked]


def test_who_comes_alone_is_served_alone() -> None:
    slow = Slow()
    slow.may.set()
    assert [Together(slow, 9)(each) for each in (1, 2)] == [10, 20]
    assert slow.batches == [[1], [2]]


def test_what_is_nobody_s_own_fails_all_at_once() -> None:
    slow = Slow()
    told = gather(slow, Together(slow, 9, lambda error: "13" in str(error)), [1, 2, 13, 4])
    assert told == [10, *["3 and one of them is 13"] * 3]
    assert len(slow.batches) == 2


def gather(slow: Slow, together: Together[int, int], asked: Sequence[int]) -> list[int | str]:
    """The first begins; the others come while it is at it."""

    def ask(number: int) -> int | str:
        try:
            return together(number)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(asked)) as pool:
        first = pool.submit(ask, asked[0])
        assert slow.started.wait(30)
        others = [pool.submit(ask, each) for each in asked[1:]]
        while len(together._waiting) < len(others):
            threading.Event().wait(0.001)
        slow.may.set()
        return [each.result(30) for each in [first, *others]]


def test_who_comes_meanwhile_is_served_together() -> None:
    slow = Slow()
    assert gather(slow, Together(slow, 9), range(1, 6)) == [10, 20, 30, 40, 50]
    assert [sorted(batch) for batch in slow.batches] == [[1], [2, 3, 4, 5]]


def test_no_more_are_served_at_once_than_may_be() -> None:
    slow = Slow()
    assert gather(slow, Together(slow, 2), range(1, 7)) == [10, 20, 30, 40, 50, 60]
    assert max(map(len, slow.batches)) == 2


def test_nobody_fails_for_another() -> None:
    slow = Slow()
    told = gather(slow, Together(slow, 9), [1, 2, 13, 4])
    assert told == [10, 20, "1 and one of them is 13", 40]


def test_what_fails_alone_is_told_to_who_asked() -> None:
    slow = Slow()
    slow.may.set()
    with pytest.raises(ValueError, match="1 and one of them is 13"):
        Together(slow, 9)(13)

"""Doing together what several threads ask for at once: one transaction, and one commit, for all of them."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Together(Generic[Asked, Answer]):
    """Whoever comes while others are at it is served with all who wait; each returns when its own is committed.

    Where what several ask for fails as a whole, each is tried alone, so that nobody fails for another.
    """

    def __init__(
        self,
        do: Callable[[Sequence[Asked]], Sequence[Answer]],
        most: int,
        concerns_all: Callable[[Exception], bool] = lambda _: False,
    ) -> None:
        """Take what does it, in one transaction, and how many at most it is asked to do at once.

        :param concerns_all: whether a failure is nobody's own (the database is away): then none is tried alone.
        """
        self._do = do
        self._concerns_all = concerns_all
        self._most = most
        self._waiting: list[tuple[Asked, Future[Answer]]] = []
        self._list = threading.Lock()
        self._turn = threading.Lock()

    def __call__(self, asked: Asked) -> Answer:
        """Have it done.

        :raises Exception: what doing it raises.
        """
        mine: Future[Answer] = Future()
        with self._list:
            self._waiting.append((asked, mine))
        while not mine.done():
            with self._turn:
                if not mine.done():
                    self._serve()
        return mine.result()

    def _serve(self) -> None:
        with self._list:
            some = self._waiting[: self._most]
            del self._waiting[: self._most]
        try:
            answers = self._do([asked for asked, _ in some])
        except Exception as error:  # noqa: BLE001 (whatever it is, it is told to whom it belongs)
            if len(some) > 1 and not self._concerns_all(error):
                self._serve_each(some)
            else:
                for _, future in some:
                    future.set_exception(error)
            return
        for (_, future), answer in zip(some, answers, strict=True):
            future.set_result(answer)

    def _serve_each(self, some: Sequence[tuple[Asked, Future[Answer]]]) -> None:
        for asked, future in some:
            try:
                (answer,) = self._do([asked])
            except Exception as error:  # noqa: BLE001
                future.set_exception(error)
            else:
                future.set_result(answer)

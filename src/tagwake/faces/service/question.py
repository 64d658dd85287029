"""A query string, read: each parameter once, known, and of the kind that it must be; what is not is one clear line."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidInput
from tagwake.core.history_page import Cursor
from tagwake.formats.history.moment import read_moment

MAX_QUERY = 8192
MAX_PARAMETERS = 32
MAX_SHOWN = 60


class BadQuestion(InvalidInput):
    """A question that cannot be read.

    :param parameter: the name at fault, empty where it is all of them.
    """

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(problem)
        self.parameter = parameter


class Question:
    """The parameters of a query string.

    :param known: the names that mean something here; others are passed over, as registries do.
    """

    def __init__(self, query: bytes, known: Iterable[str]) -> None:
        self._values: dict[str, str] = {}
        wanted = frozenset(known)
        for name, value in _pairs(query):
            if name not in wanted:
                continue
            if name in self._values:
                raise BadQuestion(name, f"{name} stands twice in the query: say it once")
            self._values[name] = value

    def text(self, name: str) -> str | None:
        """The value as it is, or ``None``."""
        return self._values.get(name)

    def number(self, name: str, default: int, most: int) -> int:
        """A number from 0 on; more than ``most`` is ``most``.

        :raises BadQuestion: where it is none.
        """
        value = self._values.get(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit()) or len(value) > 18:
            raise BadQuestion(name, f"{name} is a number of entries, 0 or more, and not {_shown(value)}")
        return min(int(value), most)

    def moment(self, name: str, *, up: bool = False) -> datetime | None:
        """A time; see :func:`tagwake.formats.history.moment.read_moment` for ``up``.

        :raises BadQuestion: where it is none.
        """
        value = self._values.get(name)
        try:
            return None if value is None else read_moment(value, up=up)
        except InvalidInput:
            raise BadQuestion(
                name,
                f"{name} is a time as RFC 3339 writes it, such as 2026-03-01T10:00:00Z, and not {_shown(value or '')}"
                + (" (a + in a URL is written %2B)" if " " in (value or "") else ""),
            ) from None

    def digest(self, name: str) -> Digest | None:
        """A digest.

        :raises BadQuestion: where it is none.
        """
        value = self._values.get(name)
        try:
            return None if value is None else Digest.parse(value)
        except InvalidDigest as error:
            raise BadQuestion(name, f"{name} is no digest: {error.problem}") from None

    def cursor(self, name: str) -> Cursor | None:
        """A place in a history.

        :raises BadQuestion: where it is none.
        """
        value = self._values.get(name)
        try:
            return None if value is None else Cursor.parse(value)
        except InvalidInput as error:
            raise BadQuestion(name, f"{name}: {error}") from None

    def kept(self, names: Iterable[str]) -> dict[str, str]:
        """Those of these that were given, as they were given: for the link to the next page."""
        return {name: self._values[name] for name in names if name in self._values}


def _pairs(query: bytes) -> list[tuple[str, str]]:
    if len(query) > MAX_QUERY:
        raise BadQuestion("", f"the query is longer than {MAX_QUERY} bytes")
    try:
        return parse_qsl(
            query.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict"
        )
    except UnicodeDecodeError:
        raise BadQuestion("", "the query is not written in UTF-8 and percent-encoded") from None
    except ValueError:
        raise BadQuestion("", f"the query has more than {MAX_PARAMETERS} parameters") from None


def _shown(value: str) -> str:
    return repr(value[:MAX_SHOWN] + ("…" if len(value) > MAX_SHOWN else ""))

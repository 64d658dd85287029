"""The keys of token issuers at hand: kept for an hour, and asked for again where a token names one that is not known."""

import asyncio

from tagwake.core.errors import InvalidHook
from tagwake.core.hook_login import IdentityToken
from tagwake.core.resolution import Unresolved
from tagwake.formats.webhook.identity import KeySet, read_key_set
from tagwake.ports.issuer_keys import IssuerKeys
from tagwake.ports.timing import Timing

MAX_AGE = 3600.0
"""Seconds that keys are used for without asking again: one that was withdrawn is refused from then on."""
PAUSE = 60.0
"""Seconds between two questions to an issuer, however many tokens name unknown keys."""


class KeysMissing(Exception):
    """The issuer's keys cannot be had, so that nothing can be said of its tokens; the text says why."""


class HookKeys:
    """Keys by issuer."""

    def __init__(self, issuers: IssuerKeys, timing: Timing) -> None:
        self._issuers, self._timing = issuers, timing
        self._kept: dict[str, tuple[float, KeySet]] = {}
        self._asked: dict[str, tuple[float, str]] = {}
        self._given: dict[str, KeySet] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    def at_hand(self, login: IdentityToken) -> KeySet | None:
        """The keys that the source gives, else those of the issuer where they are young enough."""
        if login.keys is not None:
            if login.keys not in self._given:
                self._given[login.keys] = read_key_set(login.keys.encode())
            return self._given[login.keys]
        kept = self._kept.get(login.issuer)
        if kept is None or self._timing.monotonic() - kept[0] > MAX_AGE:
            return None
        return kept[1]

    async def fetched(self, login: IdentityToken) -> KeySet | None:
        """The issuer's keys as they are now, or those at hand where it was asked a moment ago.

        :raises KeysMissing: where there are none.
        """
        if login.keys is not None:
            return self.at_hand(login)
        async with self._asking.setdefault(login.issuer, asyncio.Lock()):
            asked_at, problem = self._asked.get(login.issuer, (None, ""))
            if asked_at is None or self._timing.monotonic() - asked_at > PAUSE:
                problem = await self._ask(login.issuer)
        keys = self.at_hand(login)
        if keys is None:
            raise KeysMissing(problem)
        return keys

    async def _ask(self, issuer: str) -> str:
        at = self._timing.monotonic()
        answer = await self._issuers.fetch(issuer)
        problem = ""
        if isinstance(answer, Unresolved):
            problem = answer.reason
        else:
            try:
                self._kept[issuer] = (at, read_key_set(answer))
            except InvalidHook as error:
                problem = f"the key set of {issuer} cannot be used: {error}"
        self._asked[issuer] = (at, problem)
        return problem

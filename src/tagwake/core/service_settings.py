"""What ``tagwake-service.toml`` settles: what is followed, who sends hooks, how registries are asked, what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from tagwake.core.budget import POLITE, Budget
from tagwake.core.egress import Egress
from tagwake.core.image_glob import ImageGlob
from tagwake.core.reference import Stream
from tagwake.core.registry_rule import RegistryRule
from tagwake.core.watch_pattern import WatchPattern

SIGHTINGS_KEPT = timedelta(days=7)
"""How long raw sightings are kept, so that late ones fold as if they had come in order."""
ATTEMPTS_KEPT = timedelta(days=30)
"""How long the requests to subscribers are kept."""

WORK_KINDS = ("poll", "deliver")
"""What a process of the service can do beside answering."""
TOKEN_RATE = Budget(rate=50.0, burst=200.0)
"""Requests of one access token."""


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret is: in a variable of the environment or in a file, and never in the settings themselves.

    :param place: ``file:line:column`` of the setting, for messages.
    """

    variable: str | None
    file: str | None
    place: str


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """``[[sources]]``: a source of hooks whose secrets are still to be fetched.

    :param login: ``header``, ``basic``, ``signature``, ``path-token``, ``identity``; ``None`` for what its kind offers.
    :param keys_file: a JSON Web Key Set in place of what the issuer publishes.
    :param place: ``file:line:column``, for messages.
    """

    kind: str
    name: str
    place: str
    login: str | None = None
    registry: str | None = None
    renames: tuple[tuple[str, str], ...] = ()
    header: str | None = None
    username: str | None = None
    secrets: tuple[SecretPlace, ...] = ()
    issuer: str | None = None
    audience: str | None = None
    subject: str | None = None
    keys_file: str | None = None


@dataclass(frozen=True, slots=True)
class ImmutableRule:
    """``[[immutable]]``: tags that must not move."""

    image: ImageGlob
    excepted: tuple[ImageGlob, ...] = ()

    def covers(self, stream: Stream) -> bool:
        """Whether the tag must not move by this rule."""
        return self.image.matches_stream(stream) and not any(
            glob.matches_stream(stream) for glob in self.excepted
        )


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """All settings of the service.

    :param repositories: what is followed beside what watches were added.
    :param usual: the budget of a host of which ``budgets`` says nothing.
    :param rate: requests of one access token.
    :param registries: how registries are asked, longest prefix first.
    :param source: the settings file as it is shown to people, or ``None`` without one.
    """

    sources: tuple[SourceSettings, ...] = ()
    repositories: tuple[WatchPattern, ...] = ()
    immutable: tuple[ImmutableRule, ...] = ()
    usual: Budget = POLITE
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    sightings_kept: timedelta = SIGHTINGS_KEPT
    attempts_kept: timedelta = ATTEMPTS_KEPT
    egress: Egress = field(default_factory=Egress)
    rate: Budget = TOKEN_RATE
    registries: tuple[RegistryRule, ...] = ()
    source: str | None = None

    def must_not_move(self, stream: Stream) -> bool:
        """Whether a rule says that this tag must not move."""
        return any(rule.covers(stream) for rule in self.immutable)

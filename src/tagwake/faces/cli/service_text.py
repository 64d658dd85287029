"""What the service follows, whom it trusts and whom it tells, for people."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tagwake.core.access import Token
from tagwake.formats.report.count import count
from tagwake.formats.report.moment_text import ago, exactly
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import Cell, Row, set_rows, wrap
from tagwake.formats.report.visible import visible
from tagwake.ports.service_desk import SubscriptionFare
from tagwake.ports.source_store import Parked, Refusal, SourceHealth
from tagwake.ports.subscription_store import Attempt, DeadLetter
from tagwake.ports.watch_store import Watch

NEVER = "never"


def watch_lines(watches: Sequence[Watch], style: Style, now: datetime) -> Iterator[str]:
    """What is followed, by whom, since when."""
    if not watches:
        yield from wrap(
            "Nothing is followed. `tagwake watch add REGISTRY/REPOSITORY:TAG` follows a tag.", style.columns
        )
        return
    streams = sum(watch.streams for watch in watches)
    yield style.bold(f"{count(len(watches), 'watch', 'watches')}, {count(streams, 'tag')}.")
    yield ""
    yield from set_rows(
        [
            Row(
                (
                    Cell(visible(str(each.pattern)), style.bold(visible(str(each.pattern)))),
                    Cell(count(each.streams, "tag")),
                    Cell(ago(each.added_at, now)),
                ),
                f"by {visible(each.by)}" + (", signatures too" if each.pattern.signatures else ""),
            )
            for each in watches
        ],
        style.columns,
    )


def token_lines(tokens: Sequence[Token], style: Style, now: datetime) -> Iterator[str]:
    """Who may do what; the tokens themselves are not kept."""
    if not tokens:
        yield from wrap(
            "No token was ever given: whoever can connect to the service may do everything. "
            "`tagwake token add NAME --scope read` gives one, and from then on every request needs one.",
            style.columns,
        )
        return
    yield style.bold(f"{count(sum(token.is_live for token in tokens), 'live token')}.")
    yield ""
    yield from set_rows([_token_row(token, style, now) for token in tokens], style.columns)


def source_lines(sources: Sequence[SourceHealth], style: Style, now: datetime) -> Iterator[str]:
    """Who sends hooks, and how that goes."""
    if not sources:
        yield from wrap(
            "Nobody may send hooks. `tagwake source add KIND NAME` takes those of a registry.", style.columns
        )
        return
    yield style.bold(f"{count(len(sources), 'source')}.")
    yield ""
    yield from set_rows([_source_row(source, style, now) for source in sources], style.columns)


def refusal_lines(refusals: Sequence[Refusal], style: Style, now: datetime) -> Iterator[str]:
    """Why deliveries were refused."""
    if not refusals:
        yield "No delivery was refused."
        return
    rows = [
        Row((Cell(exactly(each.at, seconds=True)), Cell(ago(each.at, now))), visible(each.reason))
        for each in refusals
    ]
    yield from set_rows(rows, style.columns)


def parked_lines(parked: Sequence[Parked], style: Style, now: datetime) -> Iterator[str]:
    """What was taken and could not be read."""
    if not parked:
        yield "No delivery is parked."
        return
    rows = [
        Row(
            (
                Cell(str(each.number)),
                Cell(visible(f"{each.kind}/{each.name}")),
                Cell(count(each.size, "byte")),
                Cell(ago(each.at, now)),
            ),
            visible(each.reason),
        )
        for each in parked
    ]
    yield from set_rows(rows, style.columns)


def subscription_lines(
    subscriptions: Sequence[SubscriptionFare], style: Style, now: datetime
) -> Iterator[str]:
    """Who is told of what, and how that goes."""
    if not subscriptions:
        yield from wrap(
            "Nobody is told of anything. `tagwake subscription add NAME URL` tells somebody of events.",
            style.columns,
        )
        return
    yield style.bold(f"{count(len(subscriptions), 'subscription')}.")
    yield ""
    rows = [_subscription_row(each, style, now) for each in subscriptions]
    yield from set_rows(rows, style.columns)


def dead_letter_lines(letters: Sequence[DeadLetter], style: Style, now: datetime) -> Iterator[str]:
    """What was given up."""
    if not letters:
        yield "No event was given up."
        return
    rows = [
        Row(
            (
                Cell(f"event {each.cursor}"),
                Cell(visible(each.subscription)),
                Cell(visible(str(each.stream))),
                Cell(ago(each.at, now)),
            ),
            f"after {count(each.attempts, 'attempt')}: {visible(each.reason)}",
        )
        for each in letters
    ]
    yield from set_rows(rows, style.columns)
    yield ""
    yield from wrap("Next: `tagwake subscription revive NAME EVENT` tries one again.", style.columns, 0, 2)


def attempt_lines(attempts: Sequence[Attempt], style: Style) -> Iterator[str]:
    """The requests that were made."""
    if not attempts:
        yield "Nothing was sent yet."
        return
    rows = [
        Row(
            (
                Cell(exactly(each.at, seconds=True)),
                Cell(f"event {each.cursor}"),
                Cell("" if each.status is None else str(each.status)),
                Cell(f"{each.duration.total_seconds() * 1000:,.0f} ms"),
                Cell(visible(str(each.stream))),
            ),
            "" if each.succeeded else f"attempt {each.number}: {visible(each.reason)}",
        )
        for each in attempts
    ]
    yield from set_rows(rows, style.columns)


def _token_row(token: Token, style: Style, now: datetime) -> Row:
    used = NEVER if token.last_used_at is None else ago(token.last_used_at, now)
    name = visible(token.name)
    end = "" if token.revoked_at is None else f"revoked {ago(token.revoked_at, now)}"
    return Row(
        (
            Cell(name, style.bold(name) if token.is_live else style.dim(name)),
            Cell(" ".join(sorted(token.scopes))),
            Cell(f"given {ago(token.created_at, now)}"),
            Cell(f"used {used}"),
        ),
        end,
    )


def _source_row(source: SourceHealth, style: Style, now: datetime) -> Row:
    name = visible(f"{source.kind}/{source.name}")
    said = NEVER if source.last_word_at is None else ago(source.last_word_at, now)
    faults = []
    if source.refused:
        faults.append(f"{source.refused:,} refused")
    if source.parked:
        faults.append(f"{source.parked:,} could not be read")
    return Row(
        (
            Cell(name, style.bold(name)),
            Cell(count(source.accepted, "hook")),
            Cell(f"the last {said}" if source.accepted else ""),
        ),
        ", ".join(faults),
    )


def _subscription_row(each: SubscriptionFare, style: Style, now: datetime) -> Row:
    name = visible(each.name)
    told = NEVER if each.last_success_at is None else ago(each.last_success_at, now)
    notes = []
    if each.stopped_at is not None:
        notes.append(f"stopped {ago(each.stopped_at, now)}: {visible(each.stopped_because)}")
    if each.failing:
        notes.append(f"{each.failing:,} failing: {visible(each.last_failure)}")
    if each.dead:
        notes.append(f"{count(each.dead, 'event')} given up")
    what = " ".join(sorted(each.types)) or "all events"
    return Row(
        (
            Cell(name, style.bold(name)),
            Cell(visible(each.host)),
            Cell(what),
            Cell(f"{each.behind:,} waiting"),
            Cell(f"told {told}"),
        ),
        ", ".join(notes),
    )

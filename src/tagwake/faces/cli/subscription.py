"""``tagwake subscription``."""

import os
import sys
from typing import Literal, cast

import click

from tagwake.core.event import EventType
from tagwake.faces.cli import options
from tagwake.faces.cli.asked_desk import at_desk
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb
from tagwake.faces.cli.verb_group import VerbGroup

LIMIT = 100
"""Attempts and dead letters that are listed."""


@click.group(
    cls=VerbGroup,
    help=VERBS["subscription"][1],
    examples=(
        ("tagwake subscription add chat https://chat.example/hook", "tell somebody; it prints the secret"),
        ("tagwake subscription list", "who is told, and how that goes"),
    ),
)
def command() -> None:
    """Subscriptions, in the database of this machine or at the service that TAGWAKE_URL names."""


@command.command(
    cls=Verb,
    help="Tell somebody of events, and print what they verify them with."
    "\n\nEvents are CloudEvents 1.0, signed by Standard Webhooks, in order per tag, at least once.",
    examples=(
        ("tagwake subscription add chat https://chat.example/hook", "all events from now on"),
        (
            "tagwake subscription add ops https://ops.example/ --type tag.moved --image 'ghcr.io/acme/*'",
            "some of them",
        ),
    ),
)
@click.argument("name", metavar="NAME")
@click.argument("url", metavar="URL")
@click.option(
    "--type",
    "types",
    type=click.Choice([each.value for each in EventType]),
    multiple=True,
    help="Only these events. Repeatable.",
)
@click.option("--image", "images", metavar="GLOB", multiple=True, help="Only images that fit. Repeatable.")
@click.option("--except", "excepted", metavar="GLOB", multiple=True, help="Not these images. Repeatable.")
@click.option(
    "--signature",
    type=click.Choice(("hmac", "ed25519")),
    default="hmac",
    help="Sign with a shared secret, or with a key whose public half is all that receivers need.",
)
@click.option(
    "--secret-env", metavar="NAME", help="The variable with a secret (whsec_… or whsk_…) of your own."
)
@click.option(
    "--after",
    type=click.IntRange(min=0),
    metavar="EVENT",
    help="Begin after this event, not with the next one.",
)
def add(
    *,
    name: str,
    url: str,
    types: tuple[str, ...],
    images: tuple[str, ...],
    excepted: tuple[str, ...],
    signature: str,
    secret_env: str | None,
    after: int | None,
) -> int:
    """Add a subscription."""
    from tagwake.core.image_glob import ImageGlob
    from tagwake.core.subscription import Subscription

    secret = None if secret_env is None else os.environ.get(secret_env)
    if secret_env is not None and not secret:
        raise click.BadParameter(f"the variable {secret_env} is not set", param_hint="--secret-env")
    subscription = Subscription(
        name,
        url,
        frozenset(map(EventType, types)),
        tuple(map(ImageGlob, images)),
        tuple(map(ImageGlob, excepted)),
    )
    kind = cast('Literal["hmac", "ed25519"]', signature)
    key = at_desk(lambda desk: desk.subscribe(subscription, secret=secret, after=after, signature=kind))
    show([key.secret or key.public_key or ""])
    what = "the public key of" if key.public_key else "the secret that verifies"
    _tell(f"{name} is told from now on. This is {what} its events, and is shown this once.")
    return 0


@command.command(
    "list",
    cls=Verb,
    help="List who is told of what, and how that goes.",
    examples=(
        ("tagwake subscription list", "for people"),
        ("tagwake subscription list --format json", "for machines"),
    ),
)
@options.output_format("json")
@options.colour()
def list_(output: str, colour: str) -> int:
    """List subscriptions."""
    subscriptions = at_desk(lambda desk: desk.subscriptions())
    if output == "json":
        from tagwake.faces.cli.service_documents import subscriptions_document

        emit(subscriptions_document(subscriptions))
    else:
        from tagwake.faces.cli.service_text import subscription_lines
        from tagwake.wiring.clock import moment

        show(subscription_lines(subscriptions, style_of(colour), moment()))
    return 0


@command.command(
    cls=Verb,
    help="Tell somebody no more.",
    examples=(
        ("tagwake subscription remove chat", "by its name"),
        ("tagwake subscription stop chat --because moving", "only for a while"),
    ),
)
@click.argument("name", metavar="NAME")
def remove(name: str) -> int:
    """Remove a subscription."""
    _require(name, at_desk(lambda desk: desk.unsubscribe(name)))
    show([f"{name} is gone."])
    return 0


@command.command(
    cls=Verb,
    help="Tell all events after one again, in order per tag.",
    examples=(
        ("tagwake subscription replay chat --after 0", "all that were ever told"),
        ("tagwake subscription replay chat --after 1200", "those after event 1200"),
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--after", type=click.IntRange(min=0), required=True, metavar="EVENT", help="The event before.")
def replay(name: str, after: int) -> int:
    """Replay."""
    _require(name, at_desk(lambda desk: desk.replay(name, after)))
    show([f"{name} is told again of what came after event {after}."])
    return 0


@command.command(
    cls=Verb,
    help="Send nothing until it is resumed; nothing is lost.",
    examples=(
        (
            "tagwake subscription stop chat --because 'moving house'",
            "the reason is shown wherever it is listed",
        ),
        ("tagwake subscription resume chat", "go on"),
    ),
)
@click.argument("name", metavar="NAME")
@click.option("--because", required=True, metavar="TEXT", help="Why, for whoever lists it.")
def stop(name: str, because: str) -> int:
    """Stop a subscription."""
    _require(name, at_desk(lambda desk: desk.stop(name, because)))
    show([f"{name} is sent nothing until `tagwake subscription resume {name}`."])
    return 0


@command.command(
    cls=Verb,
    help="Go on where it stopped.",
    examples=(
        ("tagwake subscription resume chat", "by its name"),
        ("tagwake subscription list", "who is stopped, and why"),
    ),
)
@click.argument("name", metavar="NAME")
def resume(name: str) -> int:
    """Resume a subscription."""
    _require(name, at_desk(lambda desk: desk.resume(name)))
    show([f"{name} goes on."])
    return 0


@command.command(
    cls=Verb,
    help="List the requests that were made lately, newest first.",
    examples=(
        ("tagwake subscription attempts chat", "with what came back"),
        ("tagwake subscription dead chat", "what was given up"),
    ),
)
@click.argument("name", metavar="NAME")
@options.colour()
def attempts(name: str, colour: str) -> int:
    """List attempts."""
    from tagwake.faces.cli.service_text import attempt_lines

    show(attempt_lines(at_desk(lambda desk: desk.attempts(name, LIMIT)), style_of(colour)))
    return 0


@command.command(
    cls=Verb,
    help="List events that were given up after all their attempts.",
    examples=(
        ("tagwake subscription dead", "of all subscriptions"),
        ("tagwake subscription dead chat --format json", "of one, for machines"),
    ),
)
@click.argument("name", metavar="[NAME]", required=False)
@options.output_format("json")
@options.colour()
def dead(name: str | None, output: str, colour: str) -> int:
    """List dead letters."""
    letters = at_desk(lambda desk: desk.dead_letters(LIMIT, name))
    if output == "json":
        from tagwake.faces.cli.service_documents import dead_letters_document

        emit(dead_letters_document(letters))
    else:
        from tagwake.faces.cli.service_text import dead_letter_lines
        from tagwake.wiring.clock import moment

        show(dead_letter_lines(letters, style_of(colour), moment()))
    return 0


@command.command(
    cls=Verb,
    help="Try events again that were given up.",
    examples=(
        ("tagwake subscription revive chat 1201", "one"),
        ("tagwake subscription revive chat 1201 1207", "several"),
    ),
)
@click.argument("name", metavar="NAME")
@click.argument("events", metavar="EVENT...", nargs=-1, required=True, type=click.IntRange(min=0))
def revive(name: str, events: tuple[int, ...]) -> int:
    """Revive dead letters."""
    from tagwake.formats.report.count import count

    revived = at_desk(lambda desk: desk.revive(name, set(events)))
    show([f"{count(revived, 'event is', 'events are')} tried again."])
    return 0


def _require(name: str, was_there: bool) -> None:
    from tagwake.core.errors import UsageRefused

    if not was_there:
        raise UsageRefused(f"{name}: there is no such subscription: `tagwake subscription list` lists them")


def _tell(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")

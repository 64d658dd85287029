"""``tagwake source``."""

import os
import sys

import click

from tagwake.faces.cli import options
from tagwake.faces.cli.asked_desk import at_desk
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb
from tagwake.faces.cli.verb_group import VerbGroup

KEPT = 100
"""Parked deliveries that are listed."""


@click.group(
    cls=VerbGroup,
    help=VERBS["source"][1],
    examples=(
        ("tagwake source add quay main", "take hooks; it prints the path to send them to"),
        ("tagwake source list", "how all of them fare"),
    ),
)
def command() -> None:
    """Sources of hooks, in the database of this machine or at the service that TAGWAKE_URL names."""


@command.command(
    cls=Verb,
    help="Take hooks of a registry, or what has changed of it, and print the path to send them to."
    "\n\nSecrets come from variables of the environment or from files, and are sealed with TAGWAKE_SECRET_KEY. "
    "A registry that can prove nothing gets a random token in the path, shown this once.",
    examples=(
        ("tagwake source add quay main", "a kind that proves itself by a token in the path"),
        ("tagwake source add gitea forge --secret-env HOOK_SECRET", "one that signs its bodies"),
    ),
)
@click.argument("kind", metavar="KIND")
@click.argument("name", metavar="NAME")
@click.option(
    "--registry", metavar="HOST", help="Where its images are pulled from, where its hooks do not say it."
)
@click.option(
    "--secret-env", "variables", metavar="NAME", multiple=True, help="The variable with its secret."
)
@click.option("--secret-file", "files", metavar="FILE", multiple=True, help="The file with its secret.")
@click.option("--header", metavar="NAME", help="The header that it sends its secret in.")
@click.option("--username", metavar="NAME", help="The user that it logs in as.")
@click.option(
    "--login",
    type=click.Choice(("header", "basic", "signature", "path-token", "identity")),
    help="How it proves itself, where its kind offers several ways.",
)
@click.option("--issuer", metavar="URL", help="Of its identity tokens.")
@click.option("--audience", metavar="TEXT", help="Of its identity tokens.")
@click.option("--subject", metavar="TEXT", help="Whose identity tokens they are.")
@click.option(
    "--keys-file", metavar="FILE", help="A JSON Web Key Set, in place of what the issuer publishes."
)
@click.option(
    "--rename",
    "renames",
    metavar="OLD=NEW",
    multiple=True,
    help="What stands first in a repository of a hook, and what takes its place. Repeatable.",
)
def add(
    *,
    kind: str,
    name: str,
    registry: str | None,
    variables: tuple[str, ...],
    files: tuple[str, ...],
    header: str | None,
    username: str | None,
    login: str | None,
    issuer: str | None,
    audience: str | None,
    subject: str | None,
    keys_file: str | None,
    renames: tuple[str, ...],
) -> int:
    """Add a source."""
    from tagwake.core.service_settings import SecretPlace, SourceSettings
    from tagwake.wiring.service_settings import source_by_hand

    secrets = [SecretPlace(each, None, "--secret-env") for each in variables]
    secrets += [SecretPlace(None, each, "--secret-file") for each in files]
    settings = SourceSettings(
        kind=kind,
        name=name,
        place=f"source {kind}/{name}",
        login=login,
        registry=registry,
        renames=tuple(_rename(each) for each in renames),
        header=header,
        username=username,
        secrets=tuple(secrets),
        issuer=issuer,
        audience=audience,
        subject=subject,
        keys_file=keys_file,
    )
    source = source_by_hand(settings, os.environ, os.getcwd())
    place = at_desk(lambda desk: desk.add_source(source))
    show([place.path])
    sys.stdout.flush()
    what = "is new" if place.is_new else "was there, and has changed"
    sys.stderr.write(
        f"{kind}/{name} {what}. Let the registry post to this path below the service's address.\n"
    )
    return 0


@command.command(
    "list",
    cls=Verb,
    help="List who may send hooks, and how that goes.",
    examples=(
        ("tagwake source list", "for people"),
        ("tagwake source list --format json", "for machines"),
    ),
)
@options.output_format("json")
@options.colour()
def list_(output: str, colour: str) -> int:
    """List sources."""
    sources = at_desk(lambda desk: desk.sources())
    if output == "json":
        from tagwake.faces.cli.service_documents import sources_document

        emit(sources_document(sources))
    else:
        from tagwake.faces.cli.service_text import source_lines
        from tagwake.wiring.clock import moment

        show(source_lines(sources, style_of(colour), moment()))
    return 0


@command.command(
    cls=Verb,
    help="Take no hooks of it any more.",
    examples=(
        ("tagwake source remove zot home", "by its kind and name"),
        ("tagwake source list", "what there is"),
    ),
)
@click.argument("kind", metavar="KIND")
@click.argument("name", metavar="NAME")
def remove(kind: str, name: str) -> int:
    """Remove a source."""
    from tagwake.core.errors import UsageRefused

    if not at_desk(lambda desk: desk.remove_source(kind, name)):
        raise UsageRefused(f"{kind}/{name}: there is no such source: `tagwake source list` lists them")
    show([f"{kind}/{name} is gone."])
    return 0


@command.command(
    cls=Verb,
    help="Say why hooks of a source were refused lately.",
    examples=(
        ("tagwake source refusals zot home", "the last 100 reasons"),
        ("tagwake source list", "who was refused"),
    ),
)
@click.argument("kind", metavar="KIND")
@click.argument("name", metavar="NAME")
@options.colour()
def refusals(kind: str, name: str, colour: str) -> int:
    """List refusals."""
    from tagwake.faces.cli.service_text import refusal_lines
    from tagwake.wiring.clock import moment

    found = at_desk(lambda desk: desk.refusals(kind, name))
    show(refusal_lines(found, style_of(colour), moment()))
    return 0


@command.command(
    cls=Verb,
    help="List hooks that were authenticated and could not be read.",
    examples=(
        ("tagwake source parked", "of all sources"),
        ("tagwake source parked zot home", "of one"),
    ),
)
@click.argument("kind", metavar="[KIND", required=False)
@click.argument("name", metavar="NAME]", required=False)
@options.colour()
def parked(kind: str | None, name: str | None, colour: str) -> int:
    """List parked deliveries."""
    from tagwake.faces.cli.service_text import parked_lines
    from tagwake.wiring.clock import moment

    found = at_desk(lambda desk: desk.parked(KEPT, kind, name))
    show(parked_lines(found, style_of(colour), moment()))
    return 0


def _rename(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not equals:
        raise click.BadParameter(f"'{text}' is no OLD=NEW", param_hint="--rename")
    return old, new

"""``tagwake token``."""

import click

from tagwake.core.access import Scope
from tagwake.faces.cli import options
from tagwake.faces.cli.asked_desk import at_desk
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.terminal import emit, show, style_of
from tagwake.faces.cli.verb import Verb
from tagwake.faces.cli.verb_group import VerbGroup


@click.group(
    cls=VerbGroup,
    help=VERBS["token"][1],
    examples=(
        ("tagwake token add ci --scope read", "give one; it is shown this once"),
        ("tagwake token list", "all that were ever given"),
    ),
)
def command() -> None:
    """Tokens, in the database of this machine or at the service that TAGWAKE_URL names."""


@command.command(
    cls=Verb,
    help="Give an access token, and show it this once.",
    examples=(
        ("tagwake token add ci --scope read", "to see history and events"),
        ("tagwake token add deploy --scope write", "to change watches, sources and subscriptions"),
    ),
)
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    required=True,
    help="What it allows; write allows what read does, and admin everything. Repeatable.",
)
def add(name: str, scopes: tuple[str, ...]) -> int:
    """Give a token."""
    text = at_desk(lambda desk: desk.give_token(name, [Scope(each) for each in scopes]))
    show([text])
    _tell(
        "This is the only time that it is shown: keep it where secrets are kept, and set TAGWAKE_TOKEN to it."
    )
    return 0


@command.command(
    "list",
    cls=Verb,
    help="List the tokens that were ever given.",
    examples=(
        ("tagwake token list", "for people"),
        ("tagwake token list --format json", "for machines"),
    ),
)
@options.output_format("json")
@options.colour()
def list_(output: str, colour: str) -> int:
    """List tokens."""
    tokens = at_desk(lambda desk: desk.tokens())
    if output == "json":
        from tagwake.faces.cli.service_documents import tokens_document

        emit(tokens_document(tokens))
    else:
        from tagwake.faces.cli.service_text import token_lines
        from tagwake.wiring.clock import moment

        show(token_lines(tokens, style_of(colour), moment()))
    return 0


@command.command(
    cls=Verb,
    help="Let a token open nothing any more.",
    examples=(
        ("tagwake token remove ci", "by its name"),
        ("tagwake token list", "what names there are"),
    ),
)
@click.argument("name", metavar="NAME")
def remove(name: str) -> int:
    """Revoke a token."""
    from tagwake.core.errors import UsageRefused

    if not at_desk(lambda desk: desk.revoke_token(name)):
        raise UsageRefused(f"{name}: there is no live token of this name: `tagwake token list` lists them")
    show([f"{name} opens nothing any more."])
    return 0


def _tell(text: str) -> None:
    import sys

    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")

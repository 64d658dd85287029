"""``tagwake worker``."""

import click

from tagwake.core.service_settings import WORK_KINDS
from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.service_options import settings_option
from tagwake.faces.cli.starters import Starters
from tagwake.faces.cli.verb import Verb


@click.command(
    cls=Verb,
    help=VERBS["worker"][1],
    examples=(
        ("tagwake worker", "all work, on the database of TAGWAKE_DATABASE_URL"),
        ("tagwake worker --only poll", "looks at tags, and needs no key for secrets"),
    ),
)
@click.option(
    "--only",
    default=",".join(WORK_KINDS),
    metavar="KIND,…",
    help=f"Which work: {', '.join(WORK_KINDS)}. All, where it is not said.",
)
@settings_option
@click.pass_obj
def command(starters: Starters, *, only: str, settings: str | None) -> int:
    """Work until told to stop."""
    kinds = tuple(dict.fromkeys(kind.strip() for kind in only.split(",") if kind.strip()))
    unknown = [kind for kind in kinds if kind not in WORK_KINDS]
    if unknown or not kinds:
        said = f"there is no work '{unknown[0]}'" if unknown else "--only names no work"
        raise click.UsageError(f"{said}: there is {' and '.join(WORK_KINDS)}")
    return starters.work(kinds, settings)

"""``tagwake registry``."""

from pathlib import Path

import click

from tagwake.faces.cli.catalogue import VERBS
from tagwake.faces.cli.starters import Starters
from tagwake.faces.cli.verb import Verb


@click.command(
    cls=Verb,
    help=VERBS["registry"][1],
    examples=(
        ("tagwake registry", "in memory, on 127.0.0.1:5000, until Ctrl-C"),
        ("tagwake registry --listen 127.0.0.1:0 --root images", "on a free port, kept in a folder"),
    ),
)
@click.option(
    "--listen",
    default="127.0.0.1:5000",
    metavar="HOST:PORT",
    help="Where to listen; port 0 takes a free one.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep everything in this folder, not in memory.",
)
@click.option(
    "--latency",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Wait before every answer.",
)
@click.option(
    "--tls-certificate",
    type=click.Path(path_type=Path),
    metavar="PEM",
    help="Serve HTTPS with this chain, and --tls-key.",
)
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="PEM", help="The certificate's key.")
@click.option(
    "--accounts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Ask for an account of this file, a name:password a line.",
)
@click.option("--tokens", is_flag=True, help="Give the accounts tokens, as the large registries do.")
@click.option("--anonymous-pull", is_flag=True, help="Let everybody pull, without an account.")
@click.option(
    "--notify",
    multiple=True,
    metavar="URL",
    help="Tell this URL of every push, pull and deletion. Repeatable.",
)
@click.pass_obj
def command(
    starters: Starters,
    *,
    listen: str,
    root: Path | None,
    latency: float,
    tls_certificate: Path | None,
    tls_key: Path | None,
    accounts: Path | None,
    tokens: bool,
    anonymous_pull: bool,
    notify: tuple[str, ...],
) -> int:
    """Serve until told to stop."""
    tls = None
    if tls_certificate is not None and tls_key is not None:
        tls = (tls_certificate, tls_key)
    elif tls_certificate is not None or tls_key is not None:
        raise click.UsageError("--tls-certificate and --tls-key go together")
    if accounts is None and (tokens or anonymous_pull):
        raise click.UsageError("--tokens and --anonymous-pull go with --accounts")
    return starters.registry(
        listen,
        root,
        tls=tls,
        accounts=accounts,
        tokens=tokens,
        anonymous_pull=anonymous_pull,
        latency=latency,
        notify=notify,
    )

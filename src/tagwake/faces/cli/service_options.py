"""The options that the verbs which run the service share."""

import click

settings_option = click.option(
    "--settings",
    type=click.Path(),
    metavar="FILE",
    help="The service's settings, in place of tagwake-service.toml in the working directory.",
)
"""``--settings FILE``."""

"""Templates into HTML, and the words and pictures that they use."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tagwake import __version__
from tagwake.core.digest import Digest
from tagwake.core.reference import Stream
from tagwake.core.sighting import IMPORT
from tagwake.faces.service.web.assets import asset
from tagwake.formats.report.count import count
from tagwake.formats.report.moment_text import ago, exactly, length
from tagwake.formats.report.move_words import how_known, what, when
from tagwake.formats.report.timeline_svg import HATCHING, swatch_svg
from tagwake.formats.report.visible import visible

FOLDER = os.path.join(os.path.dirname(__file__), "templates")


def render(template: str, **values: Any) -> str:
    """The HTML of a template; values that are missing are an error, and all text is escaped."""
    return _environment().get_template(f"{template}.html").render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        "asset": asset,
        "version": __version__,
        "hatching": Markup(HATCHING),  # noqa: S704 - written by us
    }
    environment.filters |= {
        "ago": ago,
        "count": count,
        "exactly": exactly,
        "lasting": length,
        "digest": digest,
        "image": image,
        "path": path_of,
        "name_of": name_of,
        "query": query,
        "visible": visible,
        "what": what,
        "when": when,
        "how": how_known,
        "iso": iso,
        "milliseconds": milliseconds,
        "is_imported": is_imported,
    }
    return environment


def digest(value: Digest | None, *, link: bool = True) -> Markup:
    """A digest's square and its first characters; the full one is shown on hover and focus, and is what is copied."""
    if value is None:
        return Markup('<span class="none">nothing</span>')
    short, full = value.short, str(value)
    before, _, after = full.partition(short)
    inner = (
        Markup(swatch_svg(value))  # noqa: S704 - written by us
        + Markup(
            '<span class="hex"><span class="rest">{}</span>{}<span class="rest">{}</span></span>'
        ).format(before, short, after)
    )
    if not link:
        return Markup('<span class="digest" data-full="{}">{}</span>').format(full, inner)
    return Markup('<a class="digest" href="/{}" data-full="{}" aria-label="digest {}">{}</a>').format(
        full, full, short, inner
    )


def image(stream: Stream) -> Markup:
    """An image with its tag, as a link to its page; it may break behind each part."""
    repository = f"{stream.registry}/{stream.repository}".split("/")
    name = Markup("/<wbr>").join(repository)
    return Markup('<a class="image" href="{}">{}<wbr>:<b>{}</b></a>').format(
        path_of(stream), name, stream.tag
    )


def path_of(stream: Stream) -> str:
    """The path of a tag's page."""
    return f"/{stream}"


def name_of(registry: str, repository: str) -> Markup:
    """A repository's name, which may break behind each part."""
    return Markup("/<wbr>").join(f"{registry}/{repository}".split("/"))


def query(values: Mapping[str, Any]) -> str:
    """A query string of those values that are there; empty for none."""
    kept = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return f"?{urlencode(kept)}" if kept else ""


def iso(moment: datetime) -> str:
    """A moment for machines."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(time: timedelta) -> str:
    """``412 ms``, ``3.1 s``."""
    seconds = time.total_seconds()
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def is_imported(how: str) -> bool:
    """Whether another's record says so."""
    return how.startswith(IMPORT)


def prepare() -> None:
    """Read all templates now, so that no visitor waits for it."""
    environment = _environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)

"""What ``scan`` found, for people."""

from collections.abc import Iterator, Sequence

from tagwake.core.pin import PlacedReference
from tagwake.core.skipped_file import SkippedFile
from tagwake.formats.report.count import count
from tagwake.formats.report.skipped import skipped_lines
from tagwake.formats.report.style import Style
from tagwake.formats.report.table import Cell, Row, set_rows, wrap
from tagwake.formats.report.visible import visible


def scan_lines(
    files_scanned: int,
    files_skipped: Sequence[SkippedFile],
    references: Sequence[tuple[str, PlacedReference]],
    style: Style,
    *,
    show_all: bool = False,
) -> Iterator[str]:
    """Counts, then every reference with its place, digest and form; ``show_all`` names skipped files as well."""
    files = len({path for path, _ in references})
    if references:
        pinned = sum(1 for _, reference in references if reference.digest is not None)
        head = (
            f"{count(len(references), 'image reference')} in {files:,} of {count(files_scanned, 'file')}: "
            f"{pinned:,} with a digest, {len(references) - pinned:,} without."
        )
    else:
        head = f"No image references in {count(files_scanned, 'file')}."
    yield from map(style.bold, wrap(head, style.columns))
    if references:
        yield ""
        yield from set_rows([_row(path, each, style) for path, each in references], style.columns)
    yield from skipped_lines(files_skipped, show_all=show_all, style=style)


def _row(path: str, reference: PlacedReference, style: Style) -> Row:
    image = visible(reference.image or reference.text)
    digest = reference.digest
    plain = "" if digest is None else str(digest) if style.long else digest.short
    if digest is not None and style.colour:
        plain = f"\u25a0 {plain}"
    note = reference.form.value
    if reference.ignored is not None:
        note += f", ignored: {visible(reference.ignored)}"
    elif reference.reason:
        note += f": {visible(reference.reason)}"
    return Row(
        (
            Cell(visible(f"{path}:{reference.line}")),
            Cell(image, style.bold(image)),
            Cell(plain, "" if digest is None else style.digest(digest)),
        ),
        note,
    )

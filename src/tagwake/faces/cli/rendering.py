"""Prints a report in the format that was asked for."""

import os
import sys
from collections.abc import Collection

from tagwake.core.outcome import Outcome
from tagwake.core.report import Report
from tagwake.faces.cli.terminal import emit, has_colour, show, style_of, width_of
from tagwake.formats.report.asked import Asked
from tagwake.formats.report.style import Style


def render(
    report: Report, asked: Asked, *, output: str, levels: Collection[Outcome] = (), colour: str, long: bool
) -> None:
    """Print the report to standard output; what a machine's document cannot say goes to standard error.

    :param levels: the outcomes that are errors in SARIF and in annotations.
    """
    if output == "text":
        from tagwake.formats.report.text import report_lines

        show(report_lines(report, asked, style_of(colour, long=long)))
        return
    if output == "markdown":
        from tagwake.formats.report.markdown import markdown_lines

        show(markdown_lines(report, asked))
        return
    if output == "json":
        from tagwake.formats.report.json_report import report_document

        emit(report_document(report, asked.verb))
    elif output == "sarif":
        from tagwake import __version__
        from tagwake.formats.report.sarif import sarif_document

        emit(sarif_document(report, levels, __version__))
    else:
        from tagwake.formats.report.github import annotations

        show(annotations(report, levels))
    tell_incomplete(report)


def tell_incomplete(report: Report) -> None:
    """What could not be done, on standard error."""
    from tagwake.formats.report.visible import visible

    sys.stderr.writelines(f"not done: {visible(line)}\n" for line in report.incomplete)


def tell_interrupted(account: str) -> None:
    """What was done until Ctrl-C, on standard error."""
    sys.stdout.flush()
    sys.stderr.write(f"Interrupted: {account}.\n")


def tell_beside(report: Report, asked: Asked, *, colour: str, long: bool) -> None:
    """The report as text on standard error: standard output has a diff."""
    from tagwake.formats.report.text import report_lines

    sys.stdout.flush()
    style = Style(width_of(sys.stderr, os.environ), has_colour(colour, sys.stderr, os.environ), long)
    sys.stderr.writelines(f"{line}\n" for line in report_lines(report, asked, style))

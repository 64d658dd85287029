"""A report to paste into a pull request."""

from markdown_it import MarkdownIt
from tests.formats.report.made import EVERYDAY, OLD, outcome, report

from tagwake.core.outcome import Outcome
from tagwake.formats.report.asked import Asked
from tagwake.formats.report.markdown import markdown_lines


def test_what_people_see(snapshot):
    assert "\n".join(markdown_lines(EVERYDAY, Asked("status", fail=(Outcome.UNPINNED,)))) == snapshot


def test_no_name_breaks_the_table_or_becomes_markup():
    bad = outcome("a|b`c.yaml", 1, "docker.io/a:1", Outcome.INVALID, old=OLD, reason="<b>|*x* `@team` #1")
    html = MarkdownIt("js-default").render("\n".join(markdown_lines(report(bad), Asked("status"))))
    assert html.count("<tr>") == 2
    assert html.count("<td") == 5
    assert "<code>a|b`c.yaml:1</code>" in html
    assert "&lt;b&gt;|*x*" in html

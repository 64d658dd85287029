"""The forms of references and the kinds of files, each shown on a sample that the reader reads while this is written."""

import re

from generator.markdown import table
from generator.samples import FORMS, KINDS
from tagwake.core.pin import FileScan, Form
from tagwake.formats.code import ci_files, text_kinds
from tagwake.formats.code.reader import CodeReader

READER = CodeReader()
SYNTAXES = {name for name, *_ in (*ci_files.KINDS, *text_kinds.FINDERS)}  # each has to be shown on a sample
DIGEST = re.compile(r"(sha256:[0-9a-f]{4})[0-9a-f]{60}")


def pages() -> dict[str, str]:
    """One page."""
    forms = []
    for form in Form:
        means, path, text = FORMS[form]
        found = _scan(path, text).references
        if form not in {each.form for each in found}:
            raise AssertionError(f"the sample of {form} in docs/generator/samples.py holds {found}")
        forms.append(
            (f"`{form}`", means, "<br>".join(f"`{_short(line.strip())}`" for line in text.splitlines()))
        )
    kinds, shown = [], set()
    for path, text in KINDS:
        scan = _scan(path, text)
        if not scan.references:
            raise AssertionError(f"nothing is found in the sample {path} of docs/generator/samples.py")
        shown.add(scan.references[0].syntax)
        written = ", ".join(f"`{_short(each.text)}` ({each.form})" for each in scan.references)
        kinds.append((f"`{path}`", f"`{scan.references[0].syntax}`", written))
    if lacking := SYNTAXES - shown:
        raise AssertionError(f"docs/generator/samples.py has no sample of {sorted(lacking)}")
    return {
        "reference/forms.md": _PAGE.format(
            forms=table(("form", "is", "for example"), forms),
            kinds=table(("a file like", "`syntax`", "is read as"), kinds),
        )
    }


def _scan(path: str, text: str) -> FileScan:
    return READER(path, text.encode())


def _short(text: str) -> str:
    return DIGEST.sub(r"\1…", text)


_PAGE = """\
# Forms and kinds of files

## Forms

How a reference is written decides what can be done with it. `scan` says the form of each.

{forms}
`tag+digest` and `digest` are found in any text file, in any syntax, several on a line: in comments, in scripts, in
documents. What has no digest is found where the kind of the file says that a text is an image.

## Kinds of files

These samples are read by tagwake when this page is written.

{kinds}
A file that is no text, that is larger than the limit or that cannot be read is listed as skipped, with the reason.
UTF-8 with or without a byte-order mark and UTF-16 with one are read and written; line endings stay as they are.
"""

"""A text that its place says is an image reference: read as one, or with the reason why it cannot be."""

import re

from tagwake.core.errors import InvalidReference
from tagwake.core.pin import Form, Slot, Span
from tagwake.core.reference import DEFAULT_TAG, MAX_TEXT, Reference
from tagwake.formats.code.finding import Finding

_SCHEME = re.compile(
    rb"(?:[A-Za-z][A-Za-z0-9+.-]*+://|(?:docker-daemon|containers-storage|docker-archive|oci-archive):(?!//))"
)
_DEFAULT = re.compile(rb"\$\{[A-Za-z_][A-Za-z0-9_]*+(?::[-=+?]|[-=+?])(.*)\}\Z", re.DOTALL)
_SHOWN = 200
"""How much is shown of a text that is longer than any reference."""

_BRACES = re.compile(rb"[{}]")
TEMPLATE = re.compile(
    rb"\$\{\{[^{}\n]*+\}\}|\{\{[^\n]{0,200}?\}\}|\{%[^%\n]*+%\}|\$\{[^{}\n]*+\}|\$\([^()\n]*+\)|\$\[\[[^\[\]\n]*+\]\]|#\{[^{}\n]*+\}"
    rb"|\$[A-Za-z_][A-Za-z0-9_]*+|%[A-Za-z_][A-Za-z0-9_]*+%|@@?[A-Z_][A-Z0-9_]*+@|<%[^%\n]*+%>|<[A-Za-z][^<>\n]*+>|\(\([^()\n]*+\)\)|\{[A-Za-z_][\w.]*+\}"
)
"""The ways in which a file says "this is filled in later": shell, Helm, Jinja, Actions, CMake, placeholders.

None looks past the next opening of its kind, or far: a line of nothing but openings takes linear time.
"""


def read_written(data: bytes, start: int, end: int) -> Finding | None:
    """Read ``data[start:end]`` as one image reference: the text without its quotes.

    White space around it, a scheme (``docker://``, ``oci://``) and a shell default (``${V:-…}``) are stripped; what is
    left is the span. A text with a template in it gives a ``templated`` finding, one outside the grammar an
    ``invalid`` one, both with their reason; an empty text gives ``None``.
    """
    start, end = _stripped(data, start, end)
    if start == end:
        return None
    if end - start > MAX_TEXT:
        text = data[start : start + _SHOWN].decode("utf-8", "replace") + "…"
        return Finding((start, end), text, Form.INVALID, reason=f"longer than {MAX_TEXT} characters")
    while (default := _DEFAULT.match(data, start, end)) and _is_balanced(default[1]):
        start, end = _stripped(data, *default.span(1))
        if start == end:
            return None
    scheme = _SCHEME.match(data, start, end)
    if scheme:
        start = scheme.end()
    text = data[start:end].decode("utf-8", "replace")
    template = TEMPLATE.search(data, start, end)
    if template:
        shown = template[0].decode("utf-8", "replace")
        return Finding((start, end), text, Form.TEMPLATED, reason=f"{shown} is filled in elsewhere")
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        return Finding((start, end), text, Form.INVALID, reason=error.problem)
    return placed(reference, start, end)


def _stripped(data: bytes, start: int, end: int) -> Span:
    """The same without the white space around it."""
    while start < end and data[start] in b" \t\r\n":
        start += 1
    while end > start and data[end - 1] in b" \t\r\n":
        end -= 1
    return start, end


def _is_balanced(inner: bytes) -> bool:
    """Whether no brace in a default closes what opens before it, as in ``${A:-b}/${C:-d}``."""
    depth = 0
    for brace in _BRACES.finditer(inner):
        depth += 1 if brace[0] == b"{" else -1
        if depth < 0:
            return False
    return True


def placed(reference: Reference, start: int, end: int) -> Finding:
    """The finding of a reference that stands whole at these offsets."""
    finding = Finding((start, end), reference.text, Form.TAG, reference)
    if reference.digest is not None:
        finding.form = Form.TAG_DIGEST if reference.tag is not None else Form.DIGEST
        finding.digest_span = (end - len(str(reference.digest)), end)
    elif reference.tag is None:
        finding.form = Form.NAME
        finding.slot = Slot((end, end), f":{DEFAULT_TAG}@")
    else:
        finding.slot = Slot((end, end))
    return finding

"""Digests in any text: find ``@sha256:`` first, then read what stands to its left and right.

The digest is the anchor because it is rare: a file without one costs a single search, and the work for a file with
some is linear in their number whatever the text between them. A candidate is never shortened until it parses: what
stands to the left of the digest up to a real delimiter is a reference, or it is reported as none.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tagwake.core.errors import InvalidReference
from tagwake.core.pin import Form
from tagwake.core.reference import Reference
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.sibling import beside
from tagwake.formats.code.written import TEMPLATE, placed

ANCHOR = b"@sha"
"""No file without these bytes holds a pinned reference in one piece."""

WINDOW = 1024
"""How far to the left a reference may begin: host 255, repository 255 and tag 128 fit with room to spare."""

_AT_DIGEST = re.compile(rb"@(sha[0-9]{1,4}:)(?:([A-Za-z0-9]++)(?!@sha)|(?=[$<%{(]))")
"""A run of letters and digits that the next digest follows at once is no digest and nothing to report."""
_TOKEN_REVERSED = re.compile(rb"[A-Za-z0-9_./:-]*+")
_IPV6_REVERSED = re.compile(rb"\][0-9A-Fa-f:]{2,45}+\[")
_SHELL_DEFAULT = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*+(?::[-+?]|[-+?])")
_TRANSPORT = re.compile(
    rb"(?:docker-daemon|containers-storage|docker-archive|oci-archive|docker|oci):(?=[^:/].*[/:])"
)
_ESCAPE = re.compile(rb"u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[nrtbfv0]")
_PERCENT = re.compile(rb"[0-9A-F]{2}")
_TAG_KEY = re.compile(
    rb"(?i:(?:^|[^A-Za-z])(?:[A-Za-z0-9_.-]*[_.-])?|[a-z0-9])(?:[Tt]ag|TAG)[\"']?[ \t]*[:=][ \t]*[\"']?\Z"
)
_VERSION = re.compile(rb"v?[0-9]+(?:\.[0-9]+|(?!))*+(?:[-_.][0-9A-Za-z_.-]*)?\Z")
_LONE_TAG = "a tag whose repository is named elsewhere"
_MOST_LONE_TAGS = 1000
"""For so many of a file the text around them is searched for the repository; nobody writes more."""
_BLANK = frozenset({b"", b" ", b"\t", b"\n", b"\r"})
_OPENERS_OF_MORE = b"+~*?^!#"
_IGNORED_SCHEMES = (b"pkg:", b"purl:")


def find(data: bytes, most: int, known: AbstractSet[int] = frozenset()) -> list[Finding]:
    """References with a digest in this text, in order; malformed and templated ones with their reason.

    :param most: stop after so many.
    :param known: where digests begin that the file's kind has read already: they are not read again.
    """
    findings: list[Finding] = []
    lone_tags = 0
    for hit in _AT_DIGEST.finditer(data):
        if known and hit.start(1) in known:
            continue
        finding = _read(data, hit)
        if finding is not None:
            if finding.reason == _LONE_TAG and lone_tags < _MOST_LONE_TAGS:
                lone_tags += 1
                tag_end = finding.span[0] + finding.text.index("@")
                finding = beside(data, (finding.span[0], tag_end), (tag_end + 1, finding.span[1])) or finding
            findings.append(finding)
            if len(findings) == most:
                break
    return findings


@dataclass(slots=True)
class _Candidate:
    """What stands to the left of a digest: its token from ``start`` to ``at``, and the byte before it."""

    data: bytes
    start: int
    at: int
    end: int
    before: bytes

    @property
    def token(self) -> bytes:
        return self.data[self.start : self.at]

    @property
    def text(self) -> str:
        return self.data[self.start : self.end].decode("utf-8", "replace")

    def skip(self, length: int, before: bytes) -> None:
        """Leave out what belongs to the text around the reference."""
        self.start += length
        self.before = before


def _read(data: bytes, hit: re.Match[bytes]) -> Finding | None:
    at, end = hit.span()
    if hit[2] is None and not TEMPLATE.match(data, end):
        return None
    start = _token_start(data, at)
    candidate = _Candidate(data, start, at, end, data[start - 1 : start] if start else b"")
    if candidate.token.startswith(_IGNORED_SCHEMES):
        return None
    _strip_surroundings(candidate)
    return _templated(candidate, hit[2] is None) or _judge(candidate)


def _strip_surroundings(candidate: _Candidate) -> None:
    """Leave out a string's escape (a backslash and ``n``), a shell default (``${V:-``) and a transport (``docker://``)."""
    data, start, token = candidate.data, candidate.start, candidate.token
    if candidate.before == b"\\" and _is_odd_backslash(data, start):
        escape = _ESCAPE.match(token)
        if escape and escape.end() < len(token):
            candidate.skip(escape.end(), b"")
    elif candidate.before == b"{" and data[start - 2 : start] == b"${":
        default = _SHELL_DEFAULT.match(token)
        if default:
            candidate.skip(default.end(), b"-")
    begins = candidate.before in _BLANK or (start == 3 and data.startswith(b"\xef\xbb\xbf"))
    if begins and candidate.token.startswith(b"//"):
        candidate.skip(2, b"/")  # a comment that begins right before the reference
    token = candidate.token
    scheme = token.rfind(b"://")
    transport = _TRANSPORT.match(token)
    if scheme >= 0:
        candidate.skip(scheme + 3, b"/")
    elif transport:
        candidate.skip(transport.end(), b":")


def _templated(candidate: _Candidate, is_digest_missing: bool) -> Finding | None:
    """The finding of a reference of which a part is a template: its name's beginning, or its digest."""
    data, start, end = candidate.data, candidate.start, candidate.end
    template = _template_before(data, start, candidate.token, candidate.before)
    if template is None and is_digest_missing and candidate.token:
        after = TEMPLATE.match(data, end)
        if after is not None:
            template, end = (start, after[0].decode("utf-8", "replace")), after.end()
    if template is None:
        return None
    start, shown = template
    whole = data[start:end].decode("utf-8", "replace")
    return Finding((start, end), whole, Form.TEMPLATED, reason=f"{shown} is filled in elsewhere")


def _judge(candidate: _Candidate) -> Finding | None:
    """The finding of a token whose left end is known and that no template touches."""
    data, start, end, token = candidate.data, candidate.start, candidate.end, candidate.token
    if not token:
        return None
    text = candidate.text
    if candidate.before == b"@" or data[end : end + 1] == b"@":
        candidate.start = _token_start(data, start - 1) if candidate.before == b"@" else start
        return _invalid(candidate, "an image reference has one @")
    larger = _larger_word(data, start, candidate.before)
    if larger:
        return _invalid(candidate, f"{larger!r} cannot stand in an image reference")
    if b"/" not in token and b":" not in token and _is_tag_value(data, start, token):
        return Finding((start, end), text, Form.TEMPLATED, reason=_LONE_TAG)
    if token[0] in b":/":
        return Finding(
            (start, end), text, Form.TEMPLATED, reason="the name before it is put together elsewhere"
        )
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        return _invalid(candidate, error.problem)
    return placed(reference, start, end)


def _invalid(candidate: _Candidate, problem: str) -> Finding:
    return Finding((candidate.start, candidate.end), candidate.text, Form.INVALID, reason=problem)


def _token_start(data: bytes, at: int) -> int:
    """Where the run of reference characters that ends at ``at`` begins, an IPv6 host in brackets included."""
    reversed_window = data[max(0, at - WINDOW) : at][::-1]
    token = _TOKEN_REVERSED.match(reversed_window)
    length = token.end() if token else 0
    if length and reversed_window[length - 1] in b":/":
        host = _IPV6_REVERSED.match(reversed_window, length)
        if host:
            length = host.end()
    return at - length


def _is_odd_backslash(data: bytes, start: int) -> bool:
    """Whether the backslash before ``start`` is no escaped backslash itself."""
    run = data[max(0, start - 16) : start]
    return (len(run) - len(run.rstrip(b"\\"))) % 2 == 1


def _template_before(data: bytes, start: int, token: bytes, before: bytes) -> tuple[int, str] | None:
    """The template that the token hangs on, with the offset where it begins: ``${R}/a:1``, ``{{ r }}a:1``, ``$R/a:1``."""
    if before == b"$":
        name = re.match(rb"[A-Za-z0-9_]*", token)
        return start - 1, "$" + (name[0].decode() if name else "")
    if before and before in b"})>%]@":
        for template in TEMPLATE.finditer(data, max(0, start - 256), start):
            if template.end() == start:
                return template.start(), template[0].decode("utf-8", "replace")
        if before in b"})" and (not token or token[0] in b":/"):
            return start, "the part before it"
    if before == b"%" and not _PERCENT.match(token):
        return start - 1, "the part before it"
    return None


def _larger_word(data: bytes, start: int, before: bytes) -> str:
    """The character that makes the token part of a larger word, or nothing: then it stands at a delimiter."""
    if not before:
        return ""
    if before[0] >= 0x80:
        tail = data[max(0, start - 4) : start].decode("utf-8", "ignore")[-1:]
        return tail if tail and tail.lower() != tail.upper() else ""
    if before == b"%":
        return "%"
    if before in _OPENERS_OF_MORE and data[start - 2 : start - 1].isalnum():
        return before.decode()
    return ""


def _is_tag_value(data: bytes, start: int, token: bytes) -> bool:
    """Whether a lone word is a tag by its key (``tag: 1.2@sha256:…``) or by its look (``1.2.3@sha256:…``)."""
    return _VERSION.match(token) is not None or _TAG_KEY.search(data[max(0, start - 80) : start]) is not None

"""Image references of Dockerfiles and Containerfiles: ``FROM``, ``COPY --from``, ``RUN --mount``, ``# syntax``."""

import re
from collections.abc import Iterator
from itertools import islice

from tagwake.core.errors import InvalidReference
from tagwake.core.pin import Form
from tagwake.core.reference import MAX_TEXT, Reference
from tagwake.formats.code.dockerfile_arguments import Expansion, Scope
from tagwake.formats.code.dockerfile_lines import Instruction, Text, read_directives, read_instructions
from tagwake.formats.code.dockerfile_placing import Filled, place_all
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import TEMPLATE, read_written

MOST_IMAGES = 50_000
"""Reading ends at so many images: no file that people maintain has them."""

MOST_FLAGS = 1000
"""An instruction has no more flags, and a flag no more fields, than this."""

_CLAIMED = re.compile(r"dockerfile|containerfile", re.IGNORECASE)
_NOT_CLAIMED = re.compile(
    r"~$|\.(?:md|mdx|markdown|rst|adoc|html?|css|svg|png|go|py|pyi|rb|js|mjs|cjs|jsx|ts|tsx|java|kt|scala|groovy|rs|c|h|cc"
    r"|cpp|hpp|cs|php|pl|lua|vim|el|sh|bash|zsh|ps1|bat|json|jsonc|ya?ml|toml|xml|ini|cfg|conf|csv|lock|snap|log|patch|diff"
    r"|dockerignore|containerignore|gitignore|sw[a-p]|pyc|zip|gz|bz2|xz|tar|tgz)$",
    re.IGNORECASE,
)
_FROM = re.compile(rb"from", re.IGNORECASE)
_IMAGE_WORD = re.compile(rb"(?:\{\{[^{}\n]{0,200}\}\}|<%[^%\n]{0,200}%>|[^ \t]|(?!))++")
_FLAG = re.compile(rb"--([a-z-]++)(=?)")
_PLAIN = re.compile(rb"[A-Za-z0-9][A-Za-z0-9:./@_-]*+")
_INDEX = re.compile(rb"[0-9]++\Z")
_VARIABLE = re.compile(rb"\$(?:\{[^{}]*+\}|[a-z_][a-z0-9_]*+)")
_LONGEST_STAGE = 128
_MOST_VARIABLES = 4
"""A word with more variables, or a longer one, is not compared with the names of stages: that it may be one is far-fetched."""
_NO_VARIABLES = "takes no variables: name a stage with FROM and an ARG, and use the stage"


def claims(path: str) -> bool:
    """Whether this is a Dockerfile by its name.

    Any name with ``dockerfile`` or ``containerfile`` in it that has no extension of documents, of program code, of
    data or of ignore files.
    """
    name = path.rpartition("/")[2]
    return _CLAIMED.search(name) is not None and _NOT_CLAIMED.search(name) is None


def find(source: Source) -> list[Finding]:
    """Every image that the file names, in the order of their places; stages and ``scratch`` are none."""
    data = source.data
    directives = read_directives(data)
    findings: list[Finding] = []
    if directives.syntax is not None:
        frontend = read_written(data, *directives.syntax)
        if frontend is not None:
            findings.append(frontend)
    if _FROM.search(data, directives.end) is not None:
        instructions = read_instructions(data, directives)
        findings += _Dockerfile(data, instructions, directives.escape).findings()
    findings.sort(key=lambda finding: finding.span)
    return findings


class _Dockerfile:
    """One reading of a file: its stages, its global arguments and the images that it names."""

    def __init__(self, data: bytes, instructions: Iterator[Instruction], escape: bytes) -> None:
        self._data = data
        self._instructions = instructions
        self._escape = escape
        self._scope = Scope(escape)
        self._stages: set[bytes] = set()
        self._filled: list[Filled] = []
        self._findings: list[Finding] = []

    def findings(self) -> list[Finding]:
        """All findings, not in order."""
        begun = False
        others: list[Instruction] = []
        texts: list[Text] = []
        for instruction in self._instructions:
            texts.append(instruction.text)
            if len(self._filled) + len(self._findings) >= MOST_IMAGES:
                break
            if instruction.keyword == b"FROM":
                begun |= self._from(instruction.text)
            elif instruction.keyword == b"ARG" and not begun:
                self._scope.assign(instruction.text)
            else:
                others.append(instruction)
        # BuildKit looks names of COPY and of mounts up among all stages, so they are read when all are known.
        for instruction in others:
            if len(self._findings) >= MOST_IMAGES:
                break
            self._other(instruction)
        self._findings += place_all(self._data, self._filled, texts)
        return self._findings

    def _from(self, text: Text) -> bool:
        """``FROM [--platform=…] image [AS name]``; whether it is one."""
        platform: str | None = None
        at = 0
        for flag in _flags(text):
            name, _, value = flag.data.partition(b"=")
            if name == b"--platform" and value and b"$" not in value:
                platform = value.strip(b"\"'").decode("utf-8", "replace") or None
            at += len(flag.data)
            at = _after_blanks(text.data, at)
        image = _IMAGE_WORD.match(text.data, at)
        if image is None:
            return False
        rest = text.data[image.end() :].split(None, 3)
        named = len(rest) >= 2 and rest[0].lower() == b"as"
        after = rest[2:] if named else rest
        if after and not after[0].startswith(b"#"):
            return False
        self._image(text.cut(*image.span()), platform)
        if named:
            self._stages.add(rest[1].lower())
        return True

    def _image(self, word: Text, platform: str | None) -> None:
        if len(word.starts) == 1 and _PLAIN.fullmatch(word.data):
            if word.data != b"scratch" and word.data.lower() not in self._stages:
                self._plain(word, platform)
            return
        expansion = self._scope.expand(word)
        data = expansion.data
        if not expansion.missing and (data == b"scratch" or data.lower() in self._stages):
            return
        if expansion.missing and self._may_be_stage(word.data):
            return
        finding = self._unreadable(word, expansion)
        if finding is not None:
            finding.platform = platform
            self._findings.append(finding)
            self._findings += _values_left(self._data, expansion, finding.reason)
            return
        try:
            reference = Reference.parse(data.decode("utf-8", "replace"))
        except InvalidReference as error:
            shown = expansion.run(0, len(data)) or expansion.value
            self._findings.append(
                Finding(shown, data.decode("utf-8", "replace"), Form.INVALID, reason=error.problem)
            )
            return
        self._filled.append(Filled(expansion, reference, platform))

    def _may_be_stage(self, word: bytes) -> bool:
        """Whether a stage has a name that the word may come to: ``FROM build-$TARGETOS`` after ``AS build-linux``."""
        if b"/" in word or b":" in word.replace(b":-", b"").replace(b":+", b"") or len(word) > _LONGEST_STAGE:
            return False
        parts = [re.escape(part) for part in _VARIABLE.split(word.lower())]
        if len(parts) > _MOST_VARIABLES or not any(parts):
            return False
        name = re.compile(rb"[a-z0-9_.-]*".join(parts))
        return any(name.fullmatch(stage) for stage in self._stages)

    def _plain(self, word: Text, platform: str | None) -> None:
        """A word that needs no filling in: the quick way for nearly all of them."""
        finding = read_written(self._data, *word.span(0, len(word.data)))
        if finding is not None:
            finding.platform = platform
            self._findings.append(finding)

    def _unreadable(self, word: Text, expansion: Expansion) -> Finding | None:
        """The ``templated`` finding of a word that cannot be filled in from this file."""
        start, end = expansion.value
        text = self._data[start : min(end, start + MAX_TEXT)].decode("utf-8", "replace")
        reason = expansion.missing
        if not reason and expansion.empty:
            try:
                Reference.parse(expansion.data.decode("utf-8", "replace"))
            except InvalidReference:
                reason = f"{min(expansion.empty)} is empty"
        if b"$" not in word.data or not reason:
            template = TEMPLATE.search(expansion.data)
            if template:
                reason = f"{template[0].decode('utf-8', 'replace')} is filled in elsewhere"
        return Finding((start, end), text, Form.TEMPLATED, reason=reason) if reason else None

    def _other(self, instruction: Instruction) -> None:
        inner = instruction.triggered() if instruction.keyword == b"ONBUILD" else instruction
        if inner is None or inner.keyword not in (b"COPY", b"ADD", b"RUN"):
            return
        for flag in islice(_flags(inner.text), MOST_FLAGS):
            if inner.keyword == b"RUN":
                if flag.data.startswith(b"--mount="):
                    for part in islice(_mounted(flag), MOST_FLAGS):
                        self._source(part, "RUN --mount from")
            elif flag.data.startswith(b"--from="):
                self._source(flag.cut(len(b"--from="), len(flag.data)), f"{inner.keyword.decode()} --from")

    def _source(self, word: Text, place: str) -> None:
        """An image, a stage's name or its number."""
        if not word.data:
            return
        expansion = Scope(self._escape).expand(word)
        data = expansion.data
        if b"$" in word.data:
            if b"@sha" in word.data:
                return  # buildah follows it, and the digest of a default is found in any text
            start, end = expansion.value
            shown = self._data[start:end].decode("utf-8", "replace")
            self._findings.append(
                Finding((start, end), shown, Form.TEMPLATED, reason=f"{place} {_NO_VARIABLES}")
            )
        elif data.lower() not in self._stages and data != b"scratch" and not _INDEX.match(data):
            self._image(word, None)


def _flags(text: Text) -> Iterator[Text]:
    """The flags at the start of an instruction."""
    at = 0
    while flag := _FLAG.match(text.data, at):
        end = flag.end()
        quote = text.data[end : end + 1]
        if quote in (b'"', b"'") and quote and (close := text.data.find(quote, end + 1)) > 0:
            end = close + 1
        else:
            word = _IMAGE_WORD.match(text.data, at)
            end = word.end() if word else end
        yield text.cut(at, end)
        at = _after_blanks(text.data, end)


def _after_blanks(data: bytes, at: int) -> int:
    while at < len(data) and data[at] in b" \t":
        at += 1
    return at


def _mounted(flag: Text) -> Iterator[Text]:
    """The values of ``from`` in ``--mount=type=bind,from=…,source=…``."""
    start, end = len(b"--mount="), len(flag.data)
    if flag.data[start : start + 1] in (b'"', b"'") and flag.data[start : start + 1]:
        start, end = start + 1, end - 1
    for field in re.finditer(rb"[^,]++", flag.data[start:end]):
        if field[0].lower().startswith(b"from=") and len(field[0]) > len(b"from="):
            yield flag.cut(start + field.start() + len(b"from="), start + field.end())


def _values_left(data: bytes, expansion: Expansion, reason: str) -> Iterator[Finding]:
    """The values with a digest that an unreadable word was filled with: they are its, and no references of their own."""
    for value in {piece.value for piece in expansion.pieces if piece.through and b"@sha" in piece.data}:
        yield Finding(value, data[slice(*value)].decode("utf-8", "replace"), Form.TEMPLATED, reason=reason)

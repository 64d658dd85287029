"""Images of Earthly builds: ``FROM`` that names no target, and ``WITH DOCKER --pull``."""

from collections.abc import Iterator

from tagwake.formats.code.dockerfile_lines import Instruction, Text, read_directives, read_instructions
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import read_written


def find(source: Source) -> list[Finding]:
    """The images; a word with ``+`` in it is a target (Earthfile reference, "FROM")."""
    findings: list[Finding] = []
    for instruction in read_instructions(source.data, read_directives(source.data)):
        for word in _images(instruction):
            finding = read_written(source.data, *word.span(0, len(word.data)))
            if finding is not None and b"+" not in word.data and word.data != b"scratch":
                findings.append(finding)
    return findings


def _images(instruction: Instruction) -> Iterator[Text]:
    words = list(instruction.text.words(b"\\"))
    if instruction.keyword == b"FROM":
        plain = [word for word in words if not word.data.startswith(b"--")]
        if plain and plain[0].data != b"DOCKERFILE":
            yield plain[0]
    elif instruction.keyword == b"WITH" and words and words[0].data == b"DOCKER":
        for flag, following in zip(words, [*words[1:], None], strict=True):
            if flag.data == b"--pull" and following is not None:
                yield following
            elif flag.data.startswith(b"--pull=") and len(flag.data) > len(b"--pull="):
                yield flag.cut(len(b"--pull="), len(flag.data))

"""Where in a Dockerfile the version of an image stands that was put together from ``ARG`` values."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tagwake.core.pin import Form, Slot, Span
from tagwake.core.reference import DEFAULT_TAG, Reference
from tagwake.formats.code.dockerfile_arguments import Expansion
from tagwake.formats.code.dockerfile_lines import Text
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.written import placed

_USE = re.compile(rb"\$\{?([A-Za-z_][A-Za-z0-9_]*+)")
_DECLARED = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*+(?![A-Za-z0-9_]*+=)")


@dataclass(frozen=True, slots=True)
class Filled:
    """An image of an instruction, with its variables filled in and read."""

    expansion: Expansion
    reference: Reference
    platform: str | None

    @property
    def stream(self) -> tuple[str, str, str | None]:
        """What its digest belongs to."""
        return self.reference.registry, self.reference.repository, self.reference.tag


def place_all(data: bytes, images: Sequence[Filled], texts: Iterable[Text]) -> list[Finding]:
    """One finding for every image; one for several that take their version from one place and are the same.

    :param data: the file.
    :param texts: every instruction of the file, for the question who else uses a variable.
    """
    findings: list[Finding] = []
    held: dict[Span, list[Filled]] = defaultdict(list)
    open_: dict[int, list[Filled]] = defaultdict(list)
    for image in images:
        length = len(image.expansion.data)
        whole = image.expansion.run(0, length)
        digest = image.reference.digest
        if digest is not None:
            span = image.expansion.run(length - len(str(digest)), length)
            if span is None:
                findings.append(_scattered(image))
            else:
                held[span].append(image)
        elif whole is not None and not image.expansion.pieces[-1].through and not image.expansion.empty:
            findings.append(_with_platform(placed(image.reference, *whole), [image]))
        else:
            open_[image.expansion.pieces[-1].end].append(image)
    findings += [_with_digest(data, span, group) for span, group in held.items()]
    if open_:
        uses = _Uses(texts)
        for group in open_.values():
            findings += _without_digest(group, uses)
    return findings


class _Uses:
    """Every place where a variable is named, or handed on to a stage by an ``ARG`` without a value."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._places: dict[str, set[int]] = defaultdict(set)
        self._texts = list(texts)
        for text in self._texts:
            for use in _USE.finditer(text.data):
                self._places[use[1].decode("ascii")].add(text.origin(use.start()))

    def are_all_in(self, names: Iterable[str], places: set[int]) -> bool:
        """Whether these variables are used at these places only."""
        return all(self._places[name] <= places for name in names)


def _with_digest(data: bytes, digest_span: Span, group: list[Filled]) -> Finding:
    first = group[0]
    length = len(first.expansion.data)
    value = first.expansion.owner(length - 1).value
    if len({image.stream for image in group}) > 1:
        names = sorted({image.reference.image for image in group})
        return Finding(
            value,
            data[slice(*value)].decode("utf-8", "replace"),
            Form.TEMPLATED,
            reason=f"{' and '.join(names)} share this digest: give each an ARG of its own",
        )
    whole = first.expansion.run(0, length)
    if whole is not None:
        return _with_platform(placed(first.reference, *whole), group)
    finding = _split(first, value)
    finding.digest_span = digest_span
    return _with_platform(finding, group)


def _without_digest(group: list[Filled], uses: _Uses) -> list[Finding]:
    """An argument takes the digest only where nothing but this one reference would see it; else ``FROM`` does.

    Where a variable gives nothing the digest goes to the end of ``FROM`` too: what it may give stands before it.
    """
    first = group[0]
    last = first.expansion.pieces[-1]
    places = set[int]().union(*(image.expansion.uses for image in group))
    names = {name for image in group for name in image.expansion.pieces[-1].through}
    prefix = "@" if first.reference.tag is not None else f":{DEFAULT_TAG}@"
    is_one = len({image.reference.text for image in group}) == 1
    is_full = not any(image.expansion.empty for image in group)
    if is_one and is_full and uses.are_all_in(names, places):
        whole = first.expansion.run(0, len(first.expansion.data))
        finding = placed(first.reference, *whole) if whole else _split(first, last.value)
        finding.slot = Slot((last.end, last.end), prefix)
        return [_with_platform(finding, group)]
    findings: list[Finding] = []
    for image in group:
        value = image.expansion.value
        finding = _split(image, value)
        finding.slot = Slot((value[1], value[1]), prefix)
        findings.append(_with_platform(finding, [image]))
    return findings


def _split(image: Filled, span: Span) -> Finding:
    """The finding of a reference whose parts do not stand side by side, without digest span and slot."""
    expansion, reference = image.expansion, image.reference
    length = len(expansion.data)
    name_end = len(reference.name)
    tag_end = len(reference.image)
    homes = [expansion.owner(name_end - 1).value]
    if reference.tag is not None:
        homes.append(expansion.owner(tag_end - 1).value)
    if reference.digest is not None:
        homes.append(expansion.owner(length - 1).value)
    finding = Finding(span, reference.text, Form.SPLIT, reference)
    if len(set(homes)) == 1:
        finding.form = placed(reference, *span).form
        return finding
    parts = {"repository": expansion.run(0, name_end)}
    together = reference.digest is not None and reference.tag is not None and homes[1] == homes[2]
    if together and (version := expansion.run(name_end + 1, length)) is not None:
        finding.form = Form.TAG_VALUE
        parts["tag"] = version
    else:
        if reference.tag is not None:
            parts["tag"] = expansion.run(name_end + 1, tag_end)
        if reference.digest is not None:
            parts["digest"] = expansion.run(length - len(str(reference.digest)), length)
    finding.parts = {key: part for key, part in parts.items() if part is not None}
    return finding


def _scattered(image: Filled) -> Finding:
    value = image.expansion.value
    return Finding(
        value,
        image.reference.text,
        Form.TEMPLATED,
        reason="its digest is put together from several places",
    )


def _with_platform(finding: Finding, group: Sequence[Filled]) -> Finding:
    platforms = {image.platform for image in group}
    finding.platform = platforms.pop() if len(platforms) == 1 else None
    return finding

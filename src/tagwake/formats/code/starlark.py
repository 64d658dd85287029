"""Images that Bazel pulls: ``oci_pull`` and ``oci.pull`` of rules_oci, ``container_pull`` of rules_docker."""

from collections import defaultdict

from tagwake.core.errors import InvalidReference
from tagwake.core.pin import Form, Slot
from tagwake.core.reference import Reference
from tagwake.formats.code.braced import Literal, read_braced
from tagwake.formats.code.comment_tag import comment_tag
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source

_PULLS = frozenset({"oci_pull", "oci.pull", "container_pull"})


def find(source: Source) -> list[Finding]:
    """One reference a call, put together from its arguments."""
    data = source.data
    if b"_pull" not in data and b".pull" not in data:
        return []
    calls: dict[int, dict[str, Literal]] = defaultdict(dict)
    for item in read_braced(data):
        if isinstance(item, Literal) and item.block.name in _PULLS:
            calls[item.block.number].setdefault(item.key, item)
    findings = [_call(data, arguments) for arguments in calls.values()]
    return [finding for finding in findings if finding is not None]


def _call(data: bytes, arguments: dict[str, Literal]) -> Finding | None:
    name = arguments.get("image") or arguments.get("repository")
    if name is None:
        return None
    parts = {"repository": name.value}
    text = _text(data, name)
    if "image" not in arguments and "registry" in arguments:
        parts["registry"] = arguments["registry"].value
        text = f"{_text(data, arguments['registry'])}/{text}"
    tag, digest = arguments.get("tag"), arguments.get("digest")
    if tag is not None:
        parts["tag"] = tag.value
        text += f":{_text(data, tag)}"
    if digest is not None:
        parts["digest"] = digest.value
        text += f"@{_text(data, digest)}"
    span = (min(start for start, _ in parts.values()), max(end for _, end in parts.values()))
    try:
        reference = Reference.parse(text)
    except InvalidReference as error:
        return Finding(span, text, Form.INVALID, reason=error.problem, parts=parts)
    finding = Finding(span, text, Form.SPLIT, reference, parts=parts)
    if digest is None and reference.digest is not None:  # the name is a whole reference
        finding.digest_span = (name.value[1] - len(str(reference.digest)), name.value[1])
    elif digest is not None:
        finding.digest_span = digest.value
        if tag is None:
            finding.tag = comment_tag(data, digest.value[1], reference)
    elif tag is not None and tag.block.name == "container_pull":
        end = tag.value[1] + 1  # rules_oci takes a tag or a digest, never both
        finding.slot = Slot((end, end), ', digest = "', '"')
    return finding


def _text(data: bytes, literal: Literal) -> str:
    return data[slice(*literal.value)].decode("utf-8", "replace")

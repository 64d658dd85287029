"""Images in HCL: Terraform and OpenTofu, docker-bake, Nomad, Packer, Terragrunt."""

import re
from collections import defaultdict

from tagwake.core.errors import InvalidReference
from tagwake.core.pin import Form
from tagwake.core.reference import Reference, is_tag
from tagwake.formats.code.braced import Block, Literal, LongText, read_braced
from tagwake.formats.code.embedded import find_container_definitions, find_yaml
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source
from tagwake.formats.code.written import read_written

_NEEDLE = re.compile(rb"image|_digest|_sha", re.IGNORECASE)
_CONTAINERS = re.compile(
    r"docker_|kubernetes_|nomad_|google_cloud_run|azurerm_container_|aws_ecs_|aws_apprunner_|aws_batch_job|podman"
)
_IMAGE_KEY = re.compile(r"(?:.*_)?image(?:_uri|_name|_url|_ref|_identifier)?", re.IGNORECASE)
_IMAGES = re.compile(r"(?:.*_)?images", re.IGNORECASE)
_DIGEST_KEY = re.compile(r"(.*?)_?(?:digest|sha256|sha)", re.IGNORECASE)
_DIGEST = re.compile(rb"(?:sha256:)?[0-9a-f]{64}")
_DOCKER_IMAGE_RESOURCE = re.compile(r"resource docker_image|data docker_registry_image")
_DOCKER_IMAGE = b"docker-image://"


def find_bake(source: Source) -> list[Finding]:
    """Named contexts (``docker-image://…``), and arguments and variables whose name says that they are an image.

    ``tags`` are what is built, not what is used.
    """
    if not _NEEDLE.search(source.data):
        return []
    findings: list[Finding] = []
    for literal in _literals(source.data):
        is_context = source.data.startswith(_DOCKER_IMAGE, literal.value[0])
        is_argument = literal.block.name == "args" and literal.key.upper().endswith("IMAGE")
        if is_context or is_argument or _is_image_variable(literal):
            _take(findings, source.data, literal, is_sure=is_context)
    return findings


def find_nomad(source: Source) -> list[Finding]:
    """``image`` in the ``config`` of a task."""
    if b"image" not in source.data:
        return []
    findings: list[Finding] = []
    for literal in _literals(source.data):
        if literal.key == "image" and literal.block.header[:1] == ("config",):
            _take(findings, source.data, literal, is_sure=True)
        elif _is_image_variable(literal):
            _take(findings, source.data, literal, is_sure=False)
    return findings


def find_hcl(source: Source) -> list[Finding]:
    """``image`` in resources of containers; elsewhere keys and variables named so whose value has a tag.

    A machine's disk is an ``image`` as well (``image = "debian-12"``), and has no tag.
    """
    data = source.data
    if not _NEEDLE.search(data):
        return []
    items = list(read_braced(data))
    literals = [item for item in items if isinstance(item, Literal)]
    built = {
        item.parent for item in items if isinstance(item, Block) and item.name == "build" and item.parent
    }
    findings, used = _split(data, literals)
    for literal in literals:
        if literal.value in used:
            continue
        if _is_of_containers(literal.block):
            if _IMAGE_KEY.fullmatch(literal.key) or (
                literal.key == "name"
                and _DOCKER_IMAGE_RESOURCE.fullmatch(" ".join(literal.block.header[:2]))
                and literal.block not in built
            ):
                _take(findings, data, literal, is_sure=True)
        elif (
            _IMAGE_KEY.fullmatch(literal.key)
            or _is_image_variable(literal)
            or _IMAGES.fullmatch(literal.block.name)
        ):
            _take(findings, data, literal, is_sure=False)
    for item in items:
        if isinstance(item, LongText):
            findings += _in_long_text(data, item)
    findings.sort(key=lambda finding: finding.span)
    return findings


def _in_long_text(data: bytes, text: LongText) -> list[Finding]:
    """What a heredoc holds: containers of a task, values of a Helm release, or manifests that are applied as they are."""
    if text.key == "container_definitions" or "container_definitions" in text.block.header:
        return find_container_definitions(data, text.value)
    is_values = "values" in (text.key, text.block.name)
    return find_yaml(data, text.value, "values.yaml" if is_values else "embedded.yaml")


def _literals(data: bytes) -> list[Literal]:
    return [item for item in read_braced(data) if isinstance(item, Literal)]


def _is_of_containers(block: Block) -> bool:
    return any(
        len(each.header) > 1
        and (
            (each.header[0] in ("resource", "data") and _CONTAINERS.match(each.header[1]))
            or each.header[:2] == ("source", "docker")
        )
        for each in block.around()
    )


def _is_image_variable(literal: Literal) -> bool:
    header = literal.block.header
    return (
        literal.key == "default"
        and len(header) == 2
        and header[0] == "variable"
        and _IMAGE_KEY.fullmatch(header[1]) is not None
    )


def _take(findings: list[Finding], data: bytes, literal: Literal, *, is_sure: bool) -> None:
    """Add what is written there; where the place alone is not sure, only a reference with tag or digest."""
    finding = read_written(data, *literal.value)
    if finding is None or finding.text.startswith("aws/"):
        return  # of CodeBuild itself
    reference = finding.reference
    if is_sure or (reference is not None and (reference.tag is not None or reference.digest is not None)):
        findings.append(finding)


def _split(data: bytes, literals: list[Literal]) -> tuple[list[Finding], set[tuple[int, int]]]:
    """``image_tag`` and ``image_digest`` beside ``image_repository``, ``image_name`` or ``image`` in one block."""
    blocks: dict[int, dict[str, Literal]] = defaultdict(dict)
    for literal in literals:
        blocks[literal.block.number].setdefault(literal.key.lower(), literal)
    findings: list[Finding] = []
    used: set[tuple[int, int]] = set()
    for keys in blocks.values():
        for key, literal in keys.items():
            named = _DIGEST_KEY.fullmatch(key)
            if named and _DIGEST.fullmatch(data, *literal.value):
                finding = _put_together(data, keys, named[1], literal)
                if finding is not None:
                    findings.append(finding)
                    used |= set(finding.parts.values())
    return findings, used


def _put_together(data: bytes, keys: dict[str, Literal], stem: str, digest: Literal) -> Finding | None:
    start = f"{stem}_" if stem else ""
    tag = keys.get(f"{start}tag") or keys.get(f"{start}version")
    names = (f"{start}repository", f"{start}repo", f"{start}image", f"{start}name", stem)
    name = next((keys[each] for each in names if each in keys), None)
    if tag is None or name is None:
        return None
    written = [data[slice(*each.value)].decode("utf-8", "replace") for each in (name, tag, digest)]
    registry = keys.get(f"{start}registry")
    if registry is not None:
        written[0] = f"{data[slice(*registry.value)].decode('utf-8', 'replace')}/{written[0]}"
    if not is_tag(written[1]):
        return None
    hexadecimal = written[2].removeprefix("sha256:")
    text = f"{written[0]}:{written[1]}@sha256:{hexadecimal}"
    try:
        reference = Reference.parse(text)
    except InvalidReference:
        return None
    if (reference.tag, str(reference.digest)) != (written[1], f"sha256:{hexadecimal}"):
        return None
    parts = {"repository": name.value, "tag": tag.value, "digest": digest.value}
    if registry is not None:
        parts["registry"] = registry.value
    span = (min(start for start, _ in parts.values()), max(end for _, end in parts.values()))
    return Finding(span, text, Form.SPLIT, reference, digest.value, parts=parts)

"""A reference split over keys: ``repository`` beside ``tag`` and ``digest``, as in Helm values, at any depth.

The forms are 62, 63 and 65 of the facts: ``tag: 1.2@sha256:…`` beside a name (``tag-value``), or name, tag and digest
each under a key of its own (``split``). Keys may share a prefix, ``controllerImageTag`` with
``controllerImageRepository``. The name is ``registry/repository``, or ``repository`` where that has a registry already.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from tagwake.core.pin import Form
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.split_reference import BARE_HEX, SCHEME, Split
from tagwake.formats.code.written import TEMPLATE
from tagwake.formats.code.yaml_nodes import Mapping, Node, Scalar, Sequence
from tagwake.formats.code.yaml_reading import Reading

_IMAGE_MAP = re.compile(r"mage:(?: \{|[ \t]*\r?\n)")

_KEY = re.compile(
    r"(?P<prefix>.*?)(?P<image>[_-]?image)?[_-]?"
    r"(?P<role>repository|repo|registry|tag|version|digest|sha256|sha|name)?\Z",
    re.ASCII | re.IGNORECASE,
)
_PINNED = re.compile(r"@sha(?:256|512):")
_CODE_HOSTS = ("github.com/", "gitlab.com/", "bitbucket.org/", "git@")
"""They keep code: images that belong to it have another host."""
_WITH_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?/[a-z0-9]", re.ASCII)
_ABOUT_IMAGES = frozenset({"pullPolicy", "imagePullPolicy", "pullSecrets", "imagePullSecrets"})


def needles(text: str) -> tuple[str, ...]:
    """Parts of the keys that this module may read in a text: the fewer, the faster is the outline.

    ``name`` is none of them, for it stands everywhere: where one is missed, the reading says so (``is_short``).
    """
    found: tuple[str, ...] = ("mage",)
    if "tag" in text or "Tag" in text:
        found += ("tag", "Tag", "pullP")
    if "igest" in text:
        found += ("igest",)
    if "epo" in text:
        found += ("epo", "egistry", "ersion", "sha:", "sha256:")
    return (*found, "IMAGE") if "IMAGE" in text else found


def may_be_in(text: str, looked_for: tuple[str, ...]) -> bool:
    """Whether a text may hold a reference split over keys, given the needles for it: most manifests have no such key."""
    return len(looked_for) > 1 or _IMAGE_MAP.search(text) is not None


@lru_cache(maxsize=4096)
def role(key: str) -> tuple[str, str, bool]:
    """What a key means: the prefix that it shares with others, its role (empty for none), and whether it says image.

    ``controllerImageTag`` is ``("controller", "tag", True)``, ``image`` is ``("", "image", True)``.
    """
    match = _KEY.match(key) if len(key) <= 128 else None
    if match is None or (match["role"] is None and match["image"] is None):
        return "", "", False
    named = (match["role"] or "image").lower()
    return (
        match["prefix"].lower(),
        {"repo": "repository", "sha256": "digest", "sha": "digest"}.get(named, named),
        bool(match["image"]),
    )


@dataclass(slots=True)
class Parts:
    """The values that make one reference, by role."""

    values: dict[str, Scalar] = field(default_factory=dict)
    says_image: bool = False
    """Whether one of the keys, or the key of the mapping around them, says that this is an image."""
    shared: bool = False
    """Whether the tag is written elsewhere, under an anchor that others may use."""


def keyed_images(reading: Reading, mapping: Mapping, *, tag_only: bool) -> None:
    """Add the references whose parts are keys of this mapping.

    :param tag_only: whether those without a digest count: where the kind of file says that keys like ``repository``
        and ``tag`` are an image's. Elsewhere only a digest is proof enough.
    """
    groups: dict[str, Parts] = {}
    for key, node in mapping.entries.items():
        prefix, part, says_image = role(key)
        if part:
            _add(reading, groups, (prefix, part, says_image), node)
    if "<<" in mapping.entries and groups:
        _merge(reading, mapping, groups)
    for prefix, parts in groups.items():
        around = _says_image(mapping)
        parts.says_image = parts.says_image or around
        if not prefix and "tag" in parts.values and not _has_name(parts):
            _borrow(reading, mapping, parts)
        _read(reading, mapping, parts, tag_only=tag_only)


def keyed_parameters(reading: Reading, sequence: Sequence) -> None:
    """Add the references of parameters: ``[{name: image.repository, value: a/b}, {name: image.tag, value: "1"}]``."""
    groups: dict[str, Parts] = {}
    for item in sequence.items:
        if not isinstance(item, Mapping):
            continue
        name, value = reading.string(reading.look(item, "name")), reading.look(item, "value")
        path, _, last = name.rpartition(".")
        prefix, part, says_image = role(last)
        if not part or not isinstance(value, Scalar):
            continue
        if part == "image":
            reading.image(value, certain=False)
        elif part != "name" or path.lower().endswith("image"):
            says_image = says_image or path.lower().endswith("image")
            _add(reading, groups, (f"{path}\0{prefix}", part, says_image), value)
    for parts in groups.values():
        _read(reading, None, parts, tag_only=True)


def _add(
    reading: Reading, groups: dict[str, Parts], meaning: tuple[str, str, bool], node: Node | None
) -> None:
    prefix, part, says_image = meaning
    target = reading.resolved(node)
    if not isinstance(target, Scalar):
        return
    parts = groups.setdefault(prefix, Parts())
    if part not in parts.values:
        parts.values[part] = target
        parts.shared = parts.shared or (part == "tag" and target is not node)
    parts.says_image = parts.says_image or (says_image and part != "image")


def _merge(reading: Reading, mapping: Mapping, groups: dict[str, Parts]) -> None:
    """Add what merge keys bring into the mapping."""
    merged = mapping.entries["<<"]
    for base in merged.items if isinstance(merged, Sequence) else [merged]:
        target = reading.resolved(base)
        if isinstance(target, Mapping):
            for key, node in target.entries.items():
                prefix, part, says_image = role(key)
                if part and prefix in groups and part not in groups[prefix].values:
                    if part == "digest" and "tag" in groups[prefix].values:
                        continue  # it is of the tag that is written there
                    _add(reading, groups, (prefix, part, says_image), node)
                    groups[prefix].shared = groups[prefix].shared or part == "tag"


def _borrow(reading: Reading, mapping: Mapping, parts: Parts) -> None:
    """A tag without a name beside it may belong to ``image: {repository: …}`` beside it."""
    image = reading.look(mapping, "image")
    if isinstance(image, Mapping) and not isinstance(reading.look(image, "tag"), Scalar):
        for key, node in image.entries.items():
            _, part, _ = role(key)
            if part in {"registry", "repository", "name"} and isinstance(node, Scalar):
                parts.values.setdefault(part, node)
        parts.says_image = True


def _says_image(mapping: Mapping) -> bool:
    key = mapping.key
    if not key and isinstance(mapping.parent, Sequence):
        key = mapping.parent.key
    key = key.lower()
    return key.endswith(("image", "images")) or not _ABOUT_IMAGES.isdisjoint(mapping.entries)


def _has_name(parts: Parts) -> bool:
    return any(part in parts.values for part in ("repository", "image", "name"))


def _name_of(reading: Reading, parts: Parts, *, pinned: bool, tag_only: bool) -> Scalar | None:
    """The value that names the repository, where it may be one."""
    for part in ("repository", "image", "name"):
        node = parts.values.get(part)
        if node is None or not reading.string(node):
            continue
        if part == "name" and not (parts.says_image or pinned):
            continue
        if part == "image" and not (tag_only or pinned):
            continue
        return node
    return None


def _tag_of(reading: Reading, parts: Parts) -> Scalar | None:
    tag = parts.values.get("tag")
    if tag is not None and reading.string(tag):
        return tag
    version = parts.values.get("version")
    if version is not None and reading.string(version):
        in_version = _PINNED.search(reading.string(version)) is not None
        has_host = _WITH_HOST.match(reading.string(parts.values.get("repository"))) is not None
        if (
            in_version
            or has_host
            or parts.says_image
            or "registry" in parts.values
            or "digest" in parts.values
        ):
            return version
    return None


def _read(reading: Reading, mapping: Mapping | None, parts: Parts, *, tag_only: bool) -> None:
    tag = _tag_of(reading, parts)
    digest = parts.values.get("digest")
    written_digest = reading.string(digest)
    pinned = tag is not None and _PINNED.search(reading.string(tag)) is not None
    if digest is not None and reading.is_taken(digest):
        return
    if not pinned and written_digest and not _is_digest(written_digest, parts, tag_only=tag_only):
        return
    if not pinned and not written_digest and not tag_only:
        return
    name = _name_of(reading, parts, pinned=pinned or ":" in written_digest, tag_only=tag_only)
    if name is None:
        if tag is not None and mapping is not None and (pinned or parts.says_image):
            reading.is_short = True
        if pinned and tag is not None and not reading.is_taken(tag):
            reason = "no key beside it names the repository"
            _add_unclear(reading, Form.TEMPLATED, {"tag": tag}, reason)
        return
    written = reading.string(name)
    if "://" in written and (not SCHEME.match(written) or tag is parts.values.get("version")):
        return  # a repository of charts, or of code
    if written.startswith(_CODE_HOSTS):
        return
    if reading.is_taken(name) and (tag is None or reading.is_taken(tag)):
        return
    if pinned and tag is not None and reading.is_taken(tag):
        reason = "its tag and digest stand under an anchor that another image uses"
        _add_unclear(reading, Form.TEMPLATED, {"repository": name}, reason)
        return
    if tag is None and not written_digest:
        _without_tag(reading, parts, name)
        return
    if name is parts.values.get("image") and not (pinned or written_digest) and _has_tag(written):
        return
    spans = {"registry": parts.values.get("registry"), "repository": name, "tag": tag, "digest": digest}
    Split(reading, {key: node for key, node in spans.items() if node is not None}, parts.shared).add()
    if mapping is not None:
        reading.take(name)


def _is_digest(written: str, parts: Parts, *, tag_only: bool) -> bool:
    """Whether the value under a key like ``digest`` or ``sha`` is an image's, not a checksum of something else."""
    if written.removeprefix("@").startswith(("sha256:", "sha512:")):
        return (
            parts.says_image
            or "repository" in parts.values
            or "image" in parts.values
            or "tag" in parts.values
        )
    if TEMPLATE.search(written.encode("latin-1")):
        return tag_only
    if BARE_HEX.match(written):
        return parts.says_image or (tag_only and "repository" in parts.values)
    return tag_only and parts.says_image


def _has_tag(name: str) -> bool:
    return ("@" in name and not name.endswith(("@sha256", "@sha512"))) or ":" in name.rpartition("/")[2]


def _without_tag(reading: Reading, parts: Parts, name: Scalar) -> None:
    """A repository of an image without a tag: the chart's default is used, which stands elsewhere."""
    is_repository = name is parts.values.get("repository") and (parts.says_image or "tag" in parts.values)
    is_image = (
        name is parts.values.get("image") and "tag" in parts.values and not _has_tag(reading.string(name))
    )
    if not is_repository and not is_image:
        return
    values = {"registry": parts.values.get("registry"), "repository": name}
    _add_unclear(
        reading,
        Form.TEMPLATED,
        {key: node for key, node in values.items() if node is not None},
        "no tag is written here: the chart's own default applies",
    )


def _add_unclear(reading: Reading, form: Form, values: dict[str, Scalar], reason: str) -> None:
    shown = [reading.shown(node) for node in values.values() if reading.string(node)]
    span = min(node.start for node in values.values()), max(node.end for node in values.values())
    parts = {key: (node.start, node.end) for key, node in values.items()}
    reading.take(*(node for key, node in values.items() if key != "registry"))
    reading.add(Finding(span, "/".join(shown), form, reason=reason, parts=parts))

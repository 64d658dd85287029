"""``tagwake.toml``, or ``[tool.tagwake]`` of ``pyproject.toml``: text in, settings out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidDigest, InvalidInput, InvalidSettings
from tagwake.core.hold import Hold
from tagwake.core.ignore_rules import IgnoreRule
from tagwake.core.image_glob import MAX_GLOB, ImageGlob
from tagwake.core.outcome import Outcome
from tagwake.core.path_glob import Glob, InvalidGlob
from tagwake.core.reference import is_tag
from tagwake.core.registry_rule import DEFAULT_CONCURRENCY, RegistryRule
from tagwake.core.settings import CHECK_FAILS_ON, MAX_FILE_BYTES, FollowRule, ScanRules, Settings
from tagwake.core.version_requirement import meets
from tagwake.formats.toml_section import Section, read_document

LATER = ("policy", "propose")
"""Sections that later versions know: refused, so that nobody believes that they are obeyed."""

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_MAX_CONCURRENCY = 1000
_ELSEWHERE = re.compile(r"://|^git@|@[0-9a-f]{7,64}\b|@[A-Za-z0-9._/-]+:")
"""What a file in another repository looks like: a URL, or a name with a commit or a branch."""


@dataclass(frozen=True, slots=True)
class SettingsLayer:
    """What one file says; ``None`` where it says nothing.

    :param extends: paths of further files, relative to this one's folder, each with its ``file:line:column``.
    """

    file: str
    extends: tuple[tuple[str, str], ...] = ()
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    ignore: tuple[IgnoreRule, ...] = ()
    follow_untagged: tuple[FollowRule, ...] = ()
    max_file_bytes: int | None = None
    check_fail: tuple[Outcome, ...] | None = None
    registries: tuple[RegistryRule, ...] = ()
    holds: tuple[Hold, ...] = field(default=())


def read_layer(data: bytes, file: str, version: str, *, table: tuple[str, ...] = ()) -> SettingsLayer | None:
    """What the file says, or ``None`` where it has no such table.

    :param file: its name, for messages and as the source of its holds.
    :param version: of this tagwake, which ``requires`` is held against before anything else is looked at.
    :param table: where the settings stand: ``("tool", "tagwake")`` in ``pyproject.toml``.
    :raises InvalidSettings: with ``file:line:column``, what is wrong, and what is wanted.
    """
    section = read_document(data, file, table)
    if section is None:
        return None
    _check_version(section, version)
    for name in LATER:
        if section.has(name):
            raise section.error(
                name, f"this version of tagwake has no [{name}]: take it out, or use a later one"
            )
    scan = section.table("scan")
    check = section.table("check")
    layer = SettingsLayer(
        file=file,
        extends=_extends(section),
        include=_path_patterns(scan, "include"),
        exclude=_path_patterns(scan, "exclude") or (),
        ignore=tuple(_ignore_rule(entry) for entry in scan.tables("ignore")),
        follow_untagged=_follow_rules(scan),
        max_file_bytes=_size(scan),
        check_fail=_outcomes(check),
        registries=tuple(
            read_registry(prefix, entry) for prefix, entry in section.table("registries").named_tables()
        ),
        holds=tuple(_hold(entry, file) for entry in section.tables("hold")),
    )
    for part in (scan, check, section):
        part.finish(beside=LATER if part is section else ())
    return layer


def merge(layers: Sequence[SettingsLayer], *, base: str = "", source: str | None = None) -> Settings:
    """One set of settings from several files, the nearest first: what it says alone, it decides; lists add up."""
    registries: dict[str, RegistryRule] = {}
    for layer in layers:
        for rule in layer.registries:
            registries.setdefault(rule.prefix, rule)
    return Settings(
        scan=ScanRules(
            include=next((layer.include for layer in layers if layer.include is not None), ()),
            exclude=tuple(pattern for layer in reversed(layers) for pattern in layer.exclude),
            ignore=tuple(rule for layer in layers for rule in layer.ignore),
            follow_untagged=tuple(rule for layer in layers for rule in layer.follow_untagged),
            max_file_bytes=next(
                (layer.max_file_bytes for layer in layers if layer.max_file_bytes is not None), MAX_FILE_BYTES
            ),
        ),
        check_fail=next(
            (layer.check_fail for layer in layers if layer.check_fail is not None), CHECK_FAILS_ON
        ),
        registries=tuple(registries.values()),
        holds=tuple(hold for layer in layers for hold in layer.holds),
        base=base,
        source=source,
    )


def _check_version(section: Section, version: str) -> None:
    required = section.text("requires")
    if required is None:
        return
    try:
        is_met = meets(version, required)
    except InvalidInput as error:
        raise section.error("requires", f"requires: {error}") from None
    if not is_met:
        raise section.error("requires", f"this code base requires tagwake {required}, and this is {version}")


def _extends(section: Section) -> tuple[tuple[str, str], ...]:
    paths = []
    for index, path in enumerate(section.texts("extends") or ()):
        place = section.place("extends", index)
        if _ELSEWHERE.search(path):
            raise InvalidSettings(
                f"{place}: this version of tagwake extends files of this code base only, and {path!r} is elsewhere"
            )
        if not path:
            raise InvalidSettings(f"{place}: extends wants paths of files, and this is empty")
        paths.append((path, place))
    return tuple(paths)


def _path_patterns(scan: Section, key: str) -> tuple[str, ...] | None:
    patterns = scan.texts(key)
    for index, pattern in enumerate(patterns or ()):
        _glob(pattern, scan.place(key, index))
    return patterns


def _glob(pattern: str, place: str) -> Glob:
    try:
        return Glob.parse(pattern[: MAX_GLOB + 1])
    except InvalidGlob as error:
        raise InvalidSettings(f"{place}: {error}") from None


def _ignore_rule(entry: Section) -> IgnoreRule:
    image, path, reason = entry.text("image"), entry.text("path"), entry.text("reason")
    entry.finish()
    if image is None and path is None:
        raise entry.error(None, "an ignore rule wants an image pattern, a path pattern, or both")
    if image is not None:
        _check_pattern(entry, "image", image)
    return IgnoreRule(
        None if image is None else ImageGlob(image),
        None if path is None else _glob(path, entry.place("path")),
        " ".join((reason or "").split()),
    )


def _follow_rules(scan: Section) -> tuple[FollowRule, ...]:
    key = "follow_untagged"
    value = scan.value(key)
    if value is None:
        return ()
    if isinstance(value, str):
        pairs = [("*", value, scan.place(key))]
    elif isinstance(value, dict):
        table = scan.table(key)
        pairs = [(pattern, tag, table.place(pattern)) for pattern, tag in table.named_texts()]
    else:
        raise scan.error(key, f"{key} wants a tag, or a table of image patterns and their tags")
    for _, tag, place in pairs:
        if not is_tag(tag):
            raise InvalidSettings(f"{place}: {tag!r} is no tag")
    return tuple(FollowRule(ImageGlob(pattern), tag) for pattern, tag, _ in pairs)


def _size(scan: Section) -> int | None:
    key = "max_file_size"
    value = scan.value(key)
    if value is None:
        return None
    size = None
    if type(value) is int:
        size = value
    elif isinstance(value, str):
        number = value.strip().rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        unit = _UNITS.get(value.strip()[len(number) :].lower())
        if unit is not None and number.strip().isascii() and number.strip().isdigit() and len(number) < 20:
            size = int(number) * unit
    if size is None or size < 1:
        raise scan.error(key, f'{key} wants a number of bytes, or a text such as "16 MiB"')
    return size


def _outcomes(check: Section) -> tuple[Outcome, ...] | None:
    names = check.texts("fail")
    if names is None:
        return None
    found = []
    for index, name in enumerate(names):
        try:
            found.append(Outcome(name))
        except ValueError:
            known = ", ".join(Outcome)
            raise InvalidSettings(
                f"{check.place('fail', index)}: {name!r} is no outcome: there are {known}"
            ) from None
    return tuple(found)


def read_registry(prefix: str, entry: Section) -> RegistryRule:
    """``[registries."host/prefix"]``.

    :raises InvalidSettings: naming the place.
    """
    concurrency = entry.value("concurrency")
    if concurrency is not None and (type(concurrency) is not int or not 1 <= concurrency <= _MAX_CONCURRENCY):
        raise entry.error("concurrency", f"concurrency wants a number from 1 to {_MAX_CONCURRENCY}")
    upstream, plain, ca = entry.text("upstream"), entry.flag("plain_http"), entry.text("ca")
    entry.finish()
    try:
        return RegistryRule(prefix, upstream, plain, ca, concurrency or DEFAULT_CONCURRENCY)
    except InvalidInput as error:
        raise entry.error(None, str(error)) from None


def _hold(entry: Section, file: str) -> Hold:
    image, digest = entry.text("image"), entry.text("digest")
    reason, until = entry.text("reason"), entry.day("until")
    entry.finish()
    if image is None:
        raise entry.error(None, "a hold wants an image")
    _check_pattern(entry, "image", image)
    try:
        held = None if digest is None else Digest.parse(digest)
    except InvalidDigest as error:
        raise entry.error("digest", str(error)) from None
    return Hold(ImageGlob(image), held, " ".join((reason or "").split()), until, file)


def _check_pattern(entry: Section, key: str, pattern: str) -> None:
    if not pattern or len(pattern) > MAX_GLOB:
        raise entry.error(key, f"{key} wants a pattern of 1 to {MAX_GLOB} characters")

"""``tagwake-service.toml``: text in, settings of the service out."""

import re
from datetime import timedelta

from tagwake.core.budget import POLITE, Budget
from tagwake.core.egress import Egress
from tagwake.core.errors import InvalidReference, InvalidSettings
from tagwake.core.image_glob import MAX_GLOB, ImageGlob
from tagwake.core.reference import Reference
from tagwake.core.service_settings import (
    ATTEMPTS_KEPT,
    SIGHTINGS_KEPT,
    TOKEN_RATE,
    ImmutableRule,
    SecretPlace,
    ServiceSettings,
    SourceSettings,
)
from tagwake.core.watch_pattern import WatchPattern
from tagwake.formats.settings import read_registry
from tagwake.formats.toml_section import Section, read_document
from tagwake.formats.webhook.kinds import KINDS

FILE = "tagwake-service.toml"
LOGINS = ("header", "basic", "signature", "path-token", "identity")
MAX_RATE = 100_000.0

_DURATION = re.compile(r"([0-9]{1,6})\s*(s|m|h|d|w)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LONGEST = timedelta(days=3650)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def read_service_settings(data: bytes, file: str = FILE) -> ServiceSettings:
    """What the file says.

    :param file: its name, for messages.
    :raises InvalidSettings: with ``file:line:column``, what is wrong, and what is wanted.
    """
    section = read_document(data, file)
    assert section is not None  # without a table a document is always one
    poll, retention = section.table("poll"), section.table("retention")
    egress, access = section.table("egress"), section.table("access")
    settings = ServiceSettings(
        sources=tuple(_source(entry) for entry in section.tables("sources")),
        repositories=tuple(_repository(entry) for entry in section.tables("repositories")),
        immutable=tuple(_immutable(entry) for entry in section.tables("immutable")),
        usual=_budget(poll, POLITE),
        budgets=dict(_host(name, entry) for name, entry in poll.table("hosts").named_tables()),
        sightings_kept=_duration(retention, "sightings", SIGHTINGS_KEPT),
        attempts_kept=_duration(retention, "attempts", ATTEMPTS_KEPT),
        egress=_egress(egress),
        rate=_budget(access, TOKEN_RATE),
        registries=tuple(
            read_registry(prefix, entry) for prefix, entry in section.table("registries").named_tables()
        ),
        source=file,
    )
    for part in (poll, retention, egress, access, section):
        part.finish()
    _check_names(section, settings)
    return settings


def _source(entry: Section) -> SourceSettings:
    kind, name, login = entry.text("kind"), entry.text("name"), entry.text("login")
    if kind is None or name is None:
        raise entry.error(None, "a source wants a kind and a name")
    if kind not in KINDS:
        raise entry.error("kind", f"there is no kind {kind!r}: there are {', '.join(KINDS)}")
    if login is not None and login not in LOGINS:
        raise entry.error("login", f"login is one of {', '.join(LOGINS)}")
    if entry.has("secret"):
        raise entry.error(
            "secret", "no secret stands here: name a variable with secret_env, or a secret_file"
        )
    renames = entry.table("renames")
    read = SourceSettings(
        kind=kind,
        name=name,
        place=entry.place(),
        login=login,
        registry=_registry_host(entry),
        renames=tuple(renames.named_texts()),
        header=entry.text("header"),
        username=entry.text("username"),
        secrets=(*_secrets(entry, "secret_env"), *_secrets(entry, "secret_file")),
        issuer=entry.text("issuer"),
        audience=entry.text("audience"),
        subject=entry.text("subject"),
        keys_file=entry.text("keys_file"),
    )
    entry.finish()
    return read


def _secrets(entry: Section, key: str) -> list[SecretPlace]:
    value = entry.value(key)
    names = [value] if isinstance(value, str) else list(entry.texts(key) or ())
    found = []
    for index, name in enumerate(names):
        place = entry.place(key) if isinstance(value, str) else entry.place(key, index)
        if key == "secret_file":
            if not name:
                raise InvalidSettings(f"{place}: secret_file wants the path of a file")
            found.append(SecretPlace(None, name, place))
        elif _VARIABLE.fullmatch(name):
            found.append(SecretPlace(name, None, place))
        else:
            raise InvalidSettings(f"{place}: secret_env wants the name of a variable, and not its value")
    return found


def _registry_host(entry: Section) -> str | None:
    text = entry.text("registry")
    return None if text is None else _host_of(entry, "registry", text)


def _host_of(entry: Section, key: str | None, text: str) -> str:
    try:
        read = Reference.parse(f"{text}/x")
    except InvalidReference as error:
        raise entry.error(key, f"{text!r} is no host of a registry: {error.problem}") from None
    if read.name != f"{text}/x" or read.repository not in ("x", "library/x"):
        raise entry.error(key, f"{text!r} is no host of a registry, such as registry.example:5000")
    return read.registry


def _repository(entry: Section) -> WatchPattern:
    image, signatures = entry.text("image"), entry.flag("signatures")
    entry.finish()
    if image is None:
        raise entry.error(None, "a repository wants an image, with or without a tag or a glob for tags")
    try:
        return WatchPattern.parse(image, signatures=signatures)
    except InvalidReference as error:
        raise entry.error("image", f"{image!r} is no pattern of images: {error.problem}") from None


def _immutable(entry: Section) -> ImmutableRule:
    image, excepted = entry.text("image"), entry.texts("except") or ()
    entry.finish()
    if image is None:
        raise entry.error(None, "a rule for immutable tags wants an image pattern")
    for index, pattern in enumerate((image, *excepted)):
        if not pattern or len(pattern) > MAX_GLOB:
            key = "except" if index else "image"
            raise entry.error(key, f"{key} wants patterns of 1 to {MAX_GLOB} characters")
    return ImmutableRule(ImageGlob(image), tuple(map(ImageGlob, excepted)))


def _host(name: str, entry: Section) -> tuple[str, Budget]:
    host = _host_of(entry, None, name)
    budget = _budget(entry, POLITE)
    entry.finish()
    return host, budget


def _budget(entry: Section, usual: Budget) -> Budget:
    """``rate`` requests a second, and ``burst`` of them at once; a burst is at least one, or nothing would be let through."""
    rate = _number(entry, "rate", usual.rate, least=0.0)
    burst = _number(
        entry, "burst", usual.burst if not entry.has("rate") else max(usual.burst, rate), least=1.0
    )
    return Budget(rate, burst)


def _number(entry: Section, key: str, usual: float, *, least: float) -> float:
    value = entry.value(key)
    if value is None:
        return usual
    if type(value) not in (int, float) or not least <= value <= MAX_RATE or value <= 0:
        wanted = (
            f"a number from {least:g} to {MAX_RATE:g}" if least else f"a number above 0, up to {MAX_RATE:g}"
        )
        raise entry.error(key, f"{key} wants {wanted}")
    return float(value)


def _duration(entry: Section, key: str, usual: timedelta) -> timedelta:
    text = entry.text(key)
    if text is None:
        return usual
    found = _DURATION.fullmatch(text)
    if found is None or not timedelta() < (length := timedelta(seconds=int(found[1]) * _SECONDS[found[2]])):
        raise entry.error(key, f"{key} wants a time such as 7d, 36h or 2w")
    if length > _LONGEST:
        raise entry.error(key, f"{key} is ten years at most")
    return length


def _egress(entry: Section) -> Egress:
    allow, proxy = entry.texts("allow") or (), entry.text("proxy")
    try:
        return Egress.of(allow, proxy or "")
    except InvalidSettings as error:
        raise entry.error("proxy" if "proxy" in str(error) else "allow", str(error)) from None


def _check_names(section: Section, settings: ServiceSettings) -> None:
    seen: set[tuple[str, str]] = set()
    for index, source in enumerate(settings.sources):
        if (source.kind, source.name) in seen:
            place = section.place("sources", index)
            raise InvalidSettings(f"{place}: there are two sources {source.kind}/{source.name}")
        seen.add((source.kind, source.name))

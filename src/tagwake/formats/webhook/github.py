"""GitHub's packages: the events ``registry_package`` and ``package``, which have one shape.

The name is taken from ``package_url``, since ``namespace`` may or may not hold it; the tag of a manifest that has none
is empty.
"""

from urllib.parse import parse_qs

import msgspec

from tagwake.core.errors import InvalidHook
from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Claim, Delivery, Finding, Findings, Oddity

REGISTRY = "ghcr.io"
_CONTAINERS = frozenset({"docker", "container"})
_EVENTS = frozenset({"", "registry_package", "package"})
_ACTIONS = frozenset({"published", "updated", "deleted"})


class _Tag(msgspec.Struct):
    name: str | None = None
    digest: str | None = None


class _Manifest(msgspec.Struct):
    digest: str | None = None


class _Metadata(msgspec.Struct):
    tag: _Tag | None = None
    manifest: _Manifest | None = None


class _Version(msgspec.Struct):
    version: str | None = None
    package_url: str | None = None
    container_metadata: _Metadata | None = None


class _Registry(msgspec.Struct):
    type: str | None = None


class _Owner(msgspec.Struct):
    login: str | None = None


class _Package(msgspec.Struct):
    name: str | None = None
    ecosystem: str | None = None
    package_type: str | None = None
    owner: _Owner | None = None
    package_version: _Version | None = None
    registry: _Registry | None = None


class _Body(msgspec.Struct):
    action: str | None = None
    registry_package: _Package | None = None
    package: _Package | None = None


def read(delivery: Delivery) -> Findings:
    """A published or updated version of a container that has a tag."""
    event = delivery.headers.get("x-github-event", "")
    if event == "ping":
        return
    if event not in _EVENTS:
        yield Oddity("it is an event of another kind than registry_package: switch the others off at GitHub")
        return
    body = read_json(_json_of(delivery), _Body)
    package = body.registry_package or body.package
    if package is None:
        yield Oddity("it names no package")
    elif _is_container(package):
        yield from _claims(delivery, body.action, package)


def _json_of(delivery: Delivery) -> bytes:
    """The body, which GitHub sends as a form where the hook was left at that."""
    if not delivery.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return delivery.body
    try:
        fields = parse_qs(delivery.body.decode("ascii"), max_num_fields=4, strict_parsing=True)
        return fields["payload"][0].encode()
    except (ValueError, KeyError):
        raise InvalidHook("it is a form without a payload") from None


def _is_container(package: _Package) -> bool:
    if package.registry is not None and (package.registry.type or "").upper() == "CONTAINER":
        return True
    return any((told or "").lower() in _CONTAINERS for told in (package.ecosystem, package.package_type))


def _claims(delivery: Delivery, action: str | None, package: _Package) -> tuple[Finding, ...]:
    version = package.package_version or _Version()
    metadata = version.container_metadata or _Metadata()
    tag, manifest = metadata.tag or _Tag(), metadata.manifest or _Manifest()
    registry, repository = _place(package, version)
    if action not in _ACTIONS:
        return (Oddity("its action is not known"),)
    if not repository:
        return (Oddity("it names no repository"),)
    digests = (version.version, tag.digest, manifest.digest)
    return (
        Claim(
            registry,
            repository,
            tag.name,
            next((digest for digest in digests if digest and ":" in digest), None),
            delivery.headers.get("x-github-delivery"),
            deleted=action == "deleted",
        ),
    )


def _place(package: _Package, version: _Version) -> tuple[str, str]:
    """Registry and repository, lower case as an image's name is."""
    url = (version.package_url or "").strip().lower().removeprefix("https://").partition("@")[0]
    registry, slash, path = url.partition("/")
    if slash:
        head, slash, name = path.rpartition("/")
        return registry, f"{head}{slash}{name.partition(':')[0]}"
    owner = (package.owner.login if package.owner else None) or ""
    return REGISTRY, f"{owner}/{package.name}".lower() if owner and package.name else ""

"""The kinds of files that are neither YAML nor a Dockerfile: by which paths each is known, and what reads it.

A finder is imported with its first file: most code bases have few of these kinds.
"""

import re
from collections.abc import Callable

from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source


def _devcontainer(source: Source) -> list[Finding]:
    from tagwake.formats.code import devcontainer

    return devcontainer.find(source)


def _docker_bake(source: Source) -> list[Finding]:
    from tagwake.formats.code import hcl

    return hcl.find_bake(source)


def _nomad(source: Source) -> list[Finding]:
    from tagwake.formats.code import hcl

    return hcl.find_nomad(source)


def _hcl(source: Source) -> list[Finding]:
    from tagwake.formats.code import hcl

    return hcl.find_hcl(source)


def _json(source: Source) -> list[Finding]:
    from tagwake.formats.code import json_manifests

    return json_manifests.find(source)


def _quadlet(source: Source) -> list[Finding]:
    from tagwake.formats.code import quadlet

    return quadlet.find(source)


def _groovy(source: Source) -> list[Finding]:
    from tagwake.formats.code import jenkinsfile

    return jenkinsfile.find(source)


def _earthfile(source: Source) -> list[Finding]:
    from tagwake.formats.code import earthfile

    return earthfile.find(source)


def _env(source: Source) -> list[Finding]:
    from tagwake.formats.code import env_file

    return env_file.find(source)


def _starlark(source: Source) -> list[Finding]:
    from tagwake.formats.code import starlark

    return starlark.find(source)


def may_claim(name: str, ending: str) -> bool:
    """Whether any kind may claim a file of this name: a quick no for nearly all of them.

    :param name: the last part of the path, in lower case.
    :param ending: what stands behind its last dot; all of it where it has none.
    """
    return ending in ENDINGS or "jenkinsfile" in name or name.startswith(".env.")


def _named(pattern: str) -> Callable[[str], object]:
    """True of a name, in lower case, that this pattern matches as a whole."""
    return re.compile(pattern, re.DOTALL).fullmatch


ENDINGS = frozenset(
    (  # noqa: SIM905 - twenty endings read better as text
        "bazel build bzl bzlmod container earthfile env groovy hcl image jenkinsfile json kube nomad pod tf tfvars tofu volume workspace"
    ).split()
)
"""What stands behind the last dot of a name (or is all of it) that one of these kinds may claim, in lower case."""

FINDERS: tuple[tuple[str, Callable[[str], object], Callable[[Source], list[Finding]]], ...] = (
    ("docker-bake", _named(r".*docker-bake.*\.(?:hcl|json)"), _docker_bake),
    ("nomad", _named(r".*\.nomad(?:\.hcl)?"), _nomad),
    ("terraform", _named(r".*\.(?:tf|tofu|tfvars)"), _hcl),
    ("hcl", _named(r".*\.hcl"), _hcl),
    ("devcontainer", _named(r"\.?devcontainer\.json"), _devcontainer),
    ("json", _named(r".*\.json"), _json),
    ("quadlet", _named(r".*\.(?:container|image|build|volume|kube|pod)"), _quadlet),
    ("groovy", _named(r"(?:.*jenkinsfile.*|.*\.groovy)"), _groovy),
    ("earthfile", _named(r"earthfile"), _earthfile),
    ("env", _named(r"(?:.*\.env|\.env\..*)"), _env),
    ("starlark", _named(r"(?:.*\.(?:bzl|bazel)|workspace|workspace\.bzlmod|build)"), _starlark),
)
"""Syntax name, whether a name (the last part of a path, in lower case) is of this kind, and its finder; the first claims it."""

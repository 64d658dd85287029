"""The kinds of files that are neither YAML nor a Dockerfile: each with what it claims and how it is read."""

from collections.abc import Callable

from tagwake.formats.code import devcontainer, earthfile, hcl, jenkinsfile, json_manifests, quadlet, starlark
from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source

FINDERS: tuple[tuple[str, Callable[[str], bool], Callable[[Source], list[Finding]]], ...] = (
    ("docker-bake", hcl.claims_bake, hcl.find_bake),
    ("nomad", hcl.claims_nomad, hcl.find_nomad),
    ("terraform", hcl.claims_terraform, hcl.find_hcl),
    ("hcl", hcl.claims_hcl, hcl.find_hcl),
    ("devcontainer", devcontainer.claims, devcontainer.find),
    ("json", json_manifests.claims, json_manifests.find),
    ("quadlet", quadlet.claims, quadlet.find),
    ("groovy", jenkinsfile.claims, jenkinsfile.find),
    ("earthfile", earthfile.claims, earthfile.find),
    ("starlark", starlark.claims, starlark.find),
)
"""Syntax name, whether a path is of this kind, and its finder; the first that claims a path reads it."""

"""The kinds of files that are neither YAML nor a Dockerfile: each with what it claims and how it is read."""

from collections.abc import Callable

from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source

FINDERS: tuple[tuple[str, Callable[[str], bool], Callable[[Source], list[Finding]]], ...] = ()
"""Syntax name, whether a path is of this kind, and its finder; the first that claims a path reads it."""

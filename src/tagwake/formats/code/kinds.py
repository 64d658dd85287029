"""Which finder reads which file: by its path, and the name of its syntax in reports."""

from collections.abc import Callable

from tagwake.formats.code.finding import Finding
from tagwake.formats.code.source import Source

Finder = Callable[[Source], tuple[str, list[Finding]]]
"""Reads a source; gives the name of its syntax and what it found beyond, or better than, a search for digests."""

_YAML = (".yaml", ".yml", ".tpl", ".gotmpl", ".j2", ".jinja", ".jinja2", ".tmpl", ".template")
_SYNTAXES = {
    "bash": "shell", "bat": "batch", "bicep": "bicep", "bzl": "starlark", "c": "c", "cfg": "ini", "cmake": "cmake",
    "conf": "ini", "cpp": "cpp", "cs": "csharp", "cue": "cue", "env": "env", "fish": "shell", "go": "go",
    "gradle": "groovy", "groovy": "groovy", "hcl": "hcl", "html": "html", "ini": "ini", "java": "java", "js": "javascript",
    "json": "json", "json5": "json", "jsonc": "json", "jsonnet": "jsonnet", "kt": "kotlin", "kts": "kotlin",
    "libsonnet": "jsonnet", "lua": "lua", "md": "markdown", "mdx": "markdown", "mk": "make", "nix": "nix",
    "php": "php", "pl": "perl", "properties": "properties", "proto": "protobuf", "ps1": "powershell", "py": "python",
    "rb": "ruby", "rs": "rust", "rst": "restructuredtext", "scala": "scala", "sh": "shell", "star": "starlark",
    "swift": "swift", "tf": "terraform", "tfvars": "terraform", "tofu": "terraform", "toml": "toml", "ts": "typescript",
    "tsx": "typescript", "xml": "xml", "yaml": "yaml", "yml": "yaml", "zsh": "shell",
}  # fmt: skip
_NAMES = {
    "makefile": "make", "gnumakefile": "make", "justfile": "just", "jenkinsfile": "groovy", "tiltfile": "starlark",
    "build": "starlark", "build.bazel": "starlark", "workspace": "starlark", "module.bazel": "starlark",
    "cmakelists.txt": "cmake", "readme": "markdown", ".env": "env", "earthfile": "earthfile",
}  # fmt: skip


_PLAIN = frozenset(
    (  # noqa: SIM905 - seventy endings read better as text
        "adoc bash bat c cc cfg cmake conf cpp cs css csv d fish gif go h hpp htm html ico ini ipynb java jpeg jpg js jsx kt "
        "kts less lock lua m map md mdx mk mod php pl png properties proto ps1 py pyc rb rs rst scala scss sh snap sql sum "
        "svg swift toml ts tsx txt vue xml zsh"
    ).split()
)
"""Endings that no finder claims: most files of most trees are told apart by this alone."""


def syntax_of(path: str) -> str:
    """The name of a file's syntax by its path alone, ``text`` where nothing is known of it."""
    name = path.rpartition("/")[2].lower()
    known = _NAMES.get(name)
    if known:
        return known
    if name.startswith(".env"):
        return "env"
    return _SYNTAXES.get(name.rpartition(".")[2], "text")


def finder_of(path: str) -> Finder | None:
    """The finder that claims this path, or ``None`` where a search for digests is all there is."""
    if path[path.rfind(".") + 1 :] in _PLAIN and "file" not in path:
        return None  # nine files of ten, without taking the path apart
    lower = path.rpartition("/")[2].lower()
    ending = lower.rpartition(".")[2]
    if ending in _PLAIN and "file" not in lower:
        return None
    if "dockerfile" in lower or "containerfile" in lower:
        from tagwake.formats.code import dockerfile

        if dockerfile.claims(path):
            return _named("dockerfile", dockerfile.find)
    if lower.endswith(_YAML) or lower == "kustomization":
        from tagwake.formats.code import yaml_files

        if yaml_files.claims(path):
            return yaml_files.find
    from tagwake.formats.code import text_kinds

    if not text_kinds.may_claim(lower, ending):
        return None
    for syntax, claims, find in text_kinds.FINDERS:
        if claims(lower):
            return _named(syntax, find)
    return None


def _named(syntax: str, find: Callable[[Source], list[Finding]]) -> Finder:
    def named(source: Source) -> tuple[str, list[Finding]]:
        return syntax, find(source)

    return named

"""What starting tagwake costs beside a bare Python, as users have it: the wheel, installed and compiled.

`python bench/startup.py [--runs N]` builds the wheel into a fresh environment and prints a Markdown table and one JSON
line a row. The figure is CPU time of the whole process and its children, less that of `python -c pass`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Command, Row, measure, print_rows

ROOT = Path(__file__).parents[1]
LIMIT = 0.080
FILES = {
    "Dockerfile": "FROM golang:1.23 AS build\nRUN make\nFROM scratch\nCOPY --from=build /app /app\n",
    "compose.yaml": "services:\n  db:\n    image: postgres:16\n",
    "k8s/app.yaml": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: nginx:1.27@sha256:"
    + "0" * 64
    + "\n",
    "README.md": "# A small repository\n",
    **{f"src/module_{number}.py": f"print({number})\n" * 40 for number in range(30)},
}


def install(folder: Path) -> Path:
    """The wheel of this code base in a new environment, compiled; its folder of programs."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "wheel", ROOT],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (wheel,) = (folder / "wheel").glob("*.whl")
    environment = folder / "environment"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "--python", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    subprocess.run([*uv, "pip", "install", "-q", "--compile-bytecode", "--python", python, wheel], check=True)
    return environment / "bin"


def small_repository(folder: Path) -> Path:
    """A repository of a few files with references."""
    repository = folder / "repository"
    for path, text in FILES.items():
        file = repository / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git = ("git", "-c", "user.name=b", "-c", "user.email=b@example.com", "-C", repository)
    for step in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "x")):
        subprocess.run([*git, *step], check=True)
    return repository


def main() -> None:
    """Measure, print, and end with 1 where a limit is not held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        programs = install(folder)
        repository = small_repository(folder)
        environment = os.environ | {"HOME": temporary}
        commands = {
            "python": Command((programs / "python", "-c", "pass"), repository, environment),
            "--version": Command((programs / "tagwake", "--version"), repository, environment),
            "scan": Command((programs / "tagwake", "scan"), repository, environment),
        }
        measure(commands, runs=2)
        seen = measure(commands, runs=arguments.runs)
    bare = seen["python"].cpu
    rows = [
        Row(
            f"tagwake {what}{' of a small repository' * (what == 'scan')}, CPU over bare Python's",
            f"{(seen[what].cpu - bare) * 1e3:.0f} ms",
            f"{LIMIT * 1e3:.0f} ms (bare Python: {bare * 1e3:.0f} ms)",
            (seen[what].cpu - bare) / LIMIT,
            1.0,
        )
        for what in ("--version", "scan")
    ]
    sys.exit(0 if print_rows("Start-up", rows) else 1)


if __name__ == "__main__":
    main()

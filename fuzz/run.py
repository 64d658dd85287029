"""Run one fuzz target, or all of them in turn: `python fuzz/run.py [NAME…] --seconds 600`.

A target is a module `fuzz/fuzz_<noun>.py` with `one_input(data: bytes) -> None`, which raises when something that must
hold does not. It may have `seeds() -> Iterable[bytes]`. Inputs that broke something are kept in `fuzz/found/<noun>/` and
are tried first by the next run; with `--replay` only these are tried.
"""

import argparse
import importlib
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
FOUND = HERE / "found"
sys.path.insert(0, str(HERE.parent))  # targets share what tests share


def names() -> list[str]:
    """Every target by its noun."""
    return sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py"))


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 when a target broke."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", choices=[[], *names()], default=[], metavar="NAME", help=", ".join(names())
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--replay", action="store_true", help="try again what broke before, and nothing else")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one is not None:
        _fuzz(options.one, options.seconds)
        return 0
    broken = [name for name in options.names or names() if not _run(name, options.seconds, options.replay)]
    if broken:
        print(f"broken: {', '.join(broken)}")
    return 1 if broken else 0


def _run(name: str, seconds: int, replay: bool) -> bool:
    one_input = _target(name).one_input
    for path in sorted((FOUND / name).glob("*")):
        one_input(path.read_bytes())  # what broke once must hold now
    if replay:
        return True
    started = time.monotonic()
    command = [sys.executable, __file__, "--one", name, "--seconds", str(seconds)]
    finished = subprocess.run(command, cwd=HERE.parent, stderr=subprocess.PIPE, text=True, check=False)
    lines = finished.stderr.splitlines()
    done = next((line for line in reversed(lines) if line.startswith("Done ") or "stat::" in line), "")
    took = time.monotonic() - started
    print(
        f"{name}: {'holds' if finished.returncode == 0 else 'BROKEN'} after {took:.0f} s. {done}", flush=True
    )
    if finished.returncode != 0:
        print("\n".join(lines[-40:]), flush=True)
    return finished.returncode == 0


def _fuzz(name: str, seconds: int) -> None:
    import atheris

    import tagwake.core
    import tagwake.formats

    with atheris.instrument_imports(include=["tagwake"]):
        for family in (tagwake.core, tagwake.formats):  # also what is imported only when a file needs it
            for module in pkgutil.walk_packages(family.__path__, f"{family.__name__}."):
                importlib.import_module(module.name)
        target = _target(name)
    seeds: Callable[[], Iterable[bytes]] = getattr(target, "seeds", list)
    (FOUND / name).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds()):
            Path(corpus, f"seed-{number}").write_bytes(seed)
        options = [
            f"-max_total_time={seconds}",
            "-max_len=4096",
            "-timeout=20",
            f"-artifact_prefix={FOUND / name}/",
        ]
        atheris.Setup([sys.argv[0], corpus, *options], target.one_input)
        atheris.Fuzz()


def _target(name: str) -> ModuleType:
    return importlib.import_module(f"fuzz.fuzz_{name}")


if __name__ == "__main__":
    sys.exit(main())

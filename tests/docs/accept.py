"""`python tests/docs/accept.py FILE…` writes into the sessions of documents what their commands print now.

Read the difference before you commit it: what stands in the documentation is what people are promised.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.docs.sample import CALENDAR
from tests.docs.session import as_pattern, normalised, run

from tagwake.testing.registry import EmbeddedRegistry

FULL = re.compile(r"(sha256:[0-9a-f]{8})[0-9a-f]{56}")


def accept(document: Path) -> None:
    """Replace what no longer fits; placeholders that still fit stay."""
    bash = Path(shutil.which("bash") or "/bin/bash")
    lines = document.read_text().splitlines(keepends=True)
    with tempfile.TemporaryDirectory() as folder, EmbeddedRegistry(now=CALENDAR).in_thread() as registry:
        done = list(run(document, Path(folder), registry, bash))
    for step, printed, _ in reversed(done):
        if as_pattern(step.expected).fullmatch(normalised(printed)):
            continue
        start = step.line + step.command.count("\n")
        indent = lines[step.line - 1][: lines[step.line - 1].index("$")]
        new = [f"{indent}{line}\n".rstrip(" ") for line in FULL.sub(r"\1…", printed).splitlines()]
        lines[start : start + step.expected.count("\n")] = new
    document.write_text("".join(lines))


if __name__ == "__main__":
    for name in sys.argv[1:]:
        accept(Path(name))

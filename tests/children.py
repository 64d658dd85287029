"""The processes that a test has started and that are still there: a server of other tests is none of its business."""

import os
import subprocess
from pathlib import Path


def children() -> set[int]:
    """The processes whose parent this one is, those included that have ended and that nobody has waited for."""
    proc = Path("/proc")
    if not (proc / "self").exists():
        return _by_ps()
    found = set()
    for folder in proc.iterdir():
        if folder.name.isdigit():
            try:
                status = (folder / "stat").read_text()
            except OSError:  # it has just ended
                continue
            if int(status.rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(folder.name))
    return found


def _by_ps() -> set[int]:
    with subprocess.Popen(
        ["/bin/ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True
    ) as listing:
        rows = [line.split() for line in listing.communicate()[0].splitlines()]
    return {int(process) for process, parent in rows if int(parent) == os.getpid()} - {listing.pid}

"""`tagwake update` of 500 references to 50 tags in 100 files, every answer 100 ms away, beside a scan and 100 bare HEADs.

`python bench/update.py [--runs N]` prints a Markdown table and one JSON line a row. All are whole processes, taken in
turns; the registry runs in a process of its own. The peer is the sum of `tagwake scan` of the same files and of an
aiohttp loop that asks for the 50 tags and the 50 pinned digests, at the concurrency that is the product's default.
The registry keeps no record of its tags, as nearly all are; one that does is asked for it once a tag that has moved.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Command, Row, measure, print_rows

FILES, REFERENCES, TAGS = 100, 500, 50
LATENCY = 0.1
CONCURRENCY = 16
LIMIT = 1.5
COMMAND = (sys.executable, "-c", "import sys; from tagwake.entry.main import main; sys.exit(main())")
ACCEPT = ", ".join(
    f"application/vnd.{kind}+json"
    for kind in (
        "oci.image.index.v1",
        "docker.distribution.manifest.list.v2",
        "oci.image.manifest.v1",
        "docker.distribution.manifest.v2",
    )
)


def serve() -> None:
    """Run the embedded registry until stdin ends; say where it is, and the old digest of each tag."""
    from tagwake.testing.registry import EmbeddedRegistry

    registry = EmbeddedRegistry(latency=LATENCY, tag_history=False)  # as nearly all registries are
    old = [registry.store.push_index(f"team/app{n}", "1", seed="old") for n in range(TAGS)]
    for n in range(TAGS):
        registry.store.push_index(f"team/app{n}", "1", seed="new")
    with registry.in_thread():
        print(json.dumps([registry.host, old]), flush=True)
        sys.stdin.read()


async def ask(host: str, digests: list[str]) -> None:
    """The bare peer: one HEAD a tag and one a pinned digest."""
    import aiohttp

    waiting = iter([(n, what) for what in ("1", "digest") for n in range(TAGS)])

    async def work(session: aiohttp.ClientSession) -> None:
        for n, what in waiting:
            reference = digests[n] if what == "digest" else what
            url = f"http://{host}/v2/team/app{n}/manifests/{reference}"
            async with session.head(url, headers={"Accept": ACCEPT}) as answer:
                assert answer.status == 200, answer.status

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(work(session) for _ in range(CONCURRENCY)))


def write_files(folder: Path, host: str, digests: list[str]) -> None:
    """The files as they are before an update: every reference is behind."""
    each = REFERENCES // FILES
    for number in range(FILES):
        lines = ["apiVersion: v1", "kind: Pod", "metadata:", f"  name: pod{number}", "spec:", "  containers:"]
        for n in range(number * each, (number + 1) * each):
            tag = n % TAGS
            lines += [f"  - name: c{n}", f"    image: {host}/team/app{tag}:1@{digests[tag]}"]
        path = folder / f"deploy{number % 10}" / f"pod{number}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")


def count_lookups(folder: Path, host: str, digests: list[str]) -> int:
    """Check once that the run does what it is measured for; gives how many tags it asked for."""
    write_files(folder, host, digests)
    done = subprocess.run(
        [*COMMAND, "update", "--format", "json"], cwd=folder, stdout=subprocess.PIPE, check=True
    )
    document = json.loads(done.stdout)
    if document["summary"]["updated"] != REFERENCES:
        raise SystemExit(f"not everything was updated: {document['summary']}")
    lookups: int = document["lookups"]
    return lookups


def main(runs: int) -> int:
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(
            [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        assert server.stdout is not None
        assert server.stdin is not None
        host, digests = json.loads(server.stdout.readline())
        folder = Path(home) / "code"
        folder.mkdir()
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        lookups = count_lookups(folder, host, digests)

        def reset() -> None:
            write_files(folder, host, digests)

        environment = {**os.environ, "HOME": home}
        asked = json.dumps([host, digests])
        seen = measure(
            {
                "update": Command([*COMMAND, "update"], folder, environment, reset),
                "scan": Command([*COMMAND, "scan"], folder, environment, reset),
                "heads": Command([sys.executable, __file__, "ask", asked], folder, environment),
            },
            runs=runs,
        )
        server.stdin.close()
    ours, peer = seen["update"].wall, seen["scan"].wall + seen["heads"].wall
    rows = [
        Row(
            f"update of {REFERENCES} references to {TAGS} tags in {FILES} files, {LATENCY * 1000:.0f} ms away",
            f"{ours:.2f} s",
            f"{seen['scan'].wall:.2f} s scan + {seen['heads'].wall:.2f} s for 100 bare HEADs",
            round(ours / peer, 3),
            LIMIT,
        ),
        Row("its look-ups", str(lookups), f"{TAGS} distinct tags", lookups / TAGS, 1.0),
    ]
    return 0 if print_rows("Update", rows) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve()
    elif sys.argv[1:2] == ["ask"]:
        asyncio.run(ask(*json.loads(sys.argv[2])))
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--runs", type=int, default=5)
        sys.exit(main(parser.parse_args().runs))

"""Hooks in: one hook a POST over a socket, no two alike, each committed before it is answered.

`python bench/ingest.py [--hooks N] [--engines sqlite,postgresql]` starts the service in one process, without its polls,
SQLite with `synchronous=FULL` and PostgreSQL as its `initdb` sets it up, and sends it hooks of eight kinds of registries
over keep-alive connections from a process of its own. Beside it stands what the same sender gets from an application on
the same server that reads the body and answers at once: the limit of sockets.
"""

import argparse
import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from measure import Row, print_rows

HOOKS = 30_000
WARM_UP = 3_000
REPOSITORIES = 500
CONNECTIONS = 96
LEAST = 3_000
MOST_MILLISECONDS = 100.0
SECRET = "a-secret-of-all-the-sources"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("distribution", "harbor", "github", "zot", "jfrog", "nexus", "gitea", "dockerhub")


def place(number: int) -> tuple[str, str, str]:
    """Registry, repository and tag of a hook; each is of another tag."""
    kind = KINDS[number % len(KINDS)]
    registry = {"github": "ghcr.io", "dockerhub": "docker.io"}.get(kind, f"{kind}.example")
    under = "docker-local/" if kind == "jfrog" else ""
    return registry, f"{under}team-{number // len(KINDS) % REPOSITORIES}/app", f"1.{number}"


def digest(number: int) -> str:
    return f"sha256:{hashlib.sha256(str(number).encode()).hexdigest()}"


def body_of(number: int) -> tuple[dict[str, str], dict[str, object]]:
    """Headers and body, as the registry of that kind writes them."""
    _, repository, tag = place(number)
    owner, _, name = repository.rpartition("/")
    manifest = "application/vnd.oci.image.index.v1+json"
    at = "2026-01-01T00:00:00.123456789Z"
    match KINDS[number % len(KINDS)]:
        case "distribution":
            target = {"mediaType": manifest, "digest": digest(number), "size": 708, "length": 708}
            event = {"id": f"e-{number}", "timestamp": at, "action": "push", "request": {"host": "r"}}
            return {}, {"events": [event | {"target": target | {"repository": repository, "tag": tag}}]}
        case "harbor":
            data = {
                "resources": [{"digest": digest(number), "tag": tag, "resource_url": "x"}],
                "repository": {"name": name, "namespace": owner, "repo_full_name": repository},
            }
            return {}, {"type": "PUSH_ARTIFACT", "occur_at": 1_770_000_000, "event_data": data}
        case "github":
            version = {
                "version": digest(number),
                "package_url": f"ghcr.io/{repository}:{tag}",
                "container_metadata": {"tag": {"name": tag, "digest": digest(number)}},
            }
            package = {"name": name, "ecosystem": "docker", "package_version": version}
            headers = {"x-github-event": "registry_package", "x-github-delivery": f"d-{number}"}
            return headers, {"action": "published", "registry_package": package}
        case "zot":
            data = {"name": repository, "reference": tag, "digest": digest(number), "mediaType": manifest}
            event = {"specversion": "1.0", "id": f"z-{number}", "time": at, "data": data}
            return {}, event | {"type": "zotregistry.image.updated", "source": "zotregistry.dev"}
        case "jfrog":
            key, _, image = repository.partition("/")
            data = {"repo_key": key, "image_name": image, "tag": tag, "sha256": digest(number)[7:]}
            return {}, {"domain": "docker", "event_type": "pushed", "data": data}
        case "nexus":
            component = {"format": "docker", "name": repository, "version": tag}
            headers = {"x-nexus-webhook-id": "rm:repository:component"}
            return headers, {
                "timestamp": at,
                "repositoryName": "hosted",
                "action": "CREATED",
                "component": component,
            }
        case "gitea":
            package = {
                "owner": {"login": owner},
                "type": "container",
                "name": name,
                "version": tag,
                "html_url": "https://gitea.example/x",
            }
            headers = {"x-gitea-event": "package", "x-gitea-delivery": f"g-{number}"}
            return headers, {"action": "created", "package": package}
        case _:
            push = {"pushed_at": 1_770_000_000, "tag": tag}
            return {}, {"push_data": push, "repository": {"repo_name": repository}}


def proof_of(kind: str, body: bytes) -> dict[str, str]:
    match kind:
        case "github":
            return {"x-hub-signature-256": "sha256=" + hmac.new(SECRET.encode(), body, "sha256").hexdigest()}
        case "gitea":
            return {"x-gitea-signature": hmac.new(SECRET.encode(), body, "sha256").hexdigest()}
        case "jfrog":
            return {"x-jfrog-event-auth": hmac.new(SECRET.encode(), body, "sha256").hexdigest()}
        case "nexus":
            return {"x-nexus-webhook-signature": hmac.new(SECRET.encode(), body, "sha1").hexdigest()}
        case "dockerhub":
            return {}
    return {"authorization": SECRET}


def request_of(number: int) -> bytes:
    kind = KINDS[number % len(KINDS)]
    headers, value = body_of(number)
    body = json.dumps(value, separators=(",", ":")).encode()
    token = f"/{SECRET}" if kind == "dockerhub" else ""
    lines = [
        f"POST /hooks/{kind}/main{token} HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        f"content-length: {len(body)}",
        *(f"{name}: {text}" for name, text in (headers | proof_of(kind, body)).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# The server


def serve_at_once() -> None:
    """Answer on a free port as soon as a body is there, with uvicorn as the service sets it up."""
    import signal

    from tagwake.faces.service.server import Address, Server, url_of

    async def run() -> None:
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        with Address.of("127.0.0.1", 0).bind() as listening:
            print(json.dumps({"url": url_of(listening)}), file=sys.stderr, flush=True)
            await Server(_at_once).run_until(told, listening)

    asyncio.run(run())


async def _at_once(_scope, receive, send) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"2"), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


def serve(settings: str) -> None:
    """`tagwake serve`, without the work that it does beside answering."""
    from tagwake.entry.serve import serve

    sys.exit(serve("127.0.0.1:0", settings, only=()))


def settings() -> str:
    """A source of each kind."""
    lines = []
    for kind in KINDS:
        lines += ["[[sources]]", f'kind = "{kind}"', 'name = "main"', 'secret_env = "HOOK_SECRET"']
        if kind not in ("github", "dockerhub"):
            lines.append(f'registry = "{kind}.example"')
    return "\n".join(lines)


@contextlib.contextmanager
def served(url: str | None) -> Iterator[tuple[int, int]]:
    """Port and process of a server: the service on a database, or what answers at once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tagwake-service.toml")
        file.write_text(settings())
        environment = {
            **os.environ,
            "TAGWAKE_STATE_DIR": folder,
            "TAGWAKE_SECRET_KEY": base64.b64encode(bytes(32)).decode(),
            "HOOK_SECRET": SECRET,
            **({} if url is None else {"TAGWAKE_DATABASE_URL": url}),
        }
        role = ["at-once"] if url is None else ["serve", str(file)]
        with subprocess.Popen(
            [sys.executable, __file__, *role], env=environment, stderr=subprocess.PIPE, text=True
        ) as server:
            assert server.stderr is not None
            said = []
            for line in server.stderr:
                said.append(line)
                if line.startswith("{") and (told := json.loads(line).get("url")):
                    threading.Thread(target=_pass_on, args=(server.stderr,), daemon=True).start()
                    try:
                        yield int(told.rpartition(":")[2]), server.pid
                    finally:
                        server.terminate()
                    return
        raise SystemExit(f"the server does not start:\n{''.join(said)}")


def _pass_on(said: IO[str]) -> None:
    """What the service complains of is for whoever measures, as far as it is short."""
    complaints = 0
    with contextlib.suppress(ValueError):  # closed
        for line in said:
            complaints += '"level": "info"' not in line
            if '"level": "info"' not in line and complaints <= 5:
                print(line, end="", file=sys.stderr, flush=True)


# The sender


class Connection(asyncio.Protocol):
    """Sends one request after the other, and notes how long each took to be answered."""

    def __init__(self, requests: Iterator[bytes], done: asyncio.Future[None]) -> None:
        self.requests, self.done = requests, done
        self.took: list[float] = []
        self.bad = 0
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.next()

    def next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
            return
        self.at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        self.took.append(time.perf_counter() - self.at)
        self.bad += not head.startswith(b"HTTP/1.1 202")
        self.answer = b""
        self.next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def send(port: int, first: int, many: int) -> None:
    """Send hooks, and print how that went."""
    made = [request_of(number) for number in range(first, first + many)]

    async def run() -> None:
        loop = asyncio.get_running_loop()
        requests = iter(made)
        waiting: list[asyncio.Future[None]] = []
        started = time.perf_counter()
        connections = []
        for _ in range(CONNECTIONS):
            waiting.append(loop.create_future())
            _, connection = await loop.create_connection(
                lambda: Connection(requests, waiting[-1]), "127.0.0.1", port
            )
            connections.append(connection)
        await asyncio.gather(*waiting)
        seconds = time.perf_counter() - started
        took = sorted(each for connection in connections for each in connection.took)
        bad = sum(connection.bad for connection in connections) + many - len(took)
        print(json.dumps({"seconds": seconds, "took": took, "bad": bad}))

    asyncio.run(run())


@dataclass(frozen=True, slots=True)
class Ingested:
    """How a run went: hooks a second, milliseconds until an answer, and the server's own microseconds a hook."""

    rate: float
    median: float
    p99: float
    worst: float
    cpu: int = 0


def sent(port: int, first: int, many: int) -> Ingested:
    done = subprocess.run(
        [sys.executable, __file__, "send", str(port), str(first), str(many)],
        stdout=subprocess.PIPE,
        check=True,
        timeout=600,
    )
    told = json.loads(done.stdout)
    if told["bad"]:
        raise SystemExit(f"{told['bad']} of {many} hooks were not taken")
    took = [1000 * each for each in told["took"]]
    return Ingested(many / told["seconds"], took[len(took) // 2], took[int(len(took) * 0.99)], took[-1])


def run(url: str | None, hooks: int) -> Ingested:
    with served(url) as (port, process):
        sent(port, 0, WARM_UP)
        before = cpu_of(process)
        found = sent(port, WARM_UP, hooks)
        return replace(found, cpu=round((cpu_of(process) - before) / hooks * 1e6))


def cpu_of(process: int) -> float:
    """Seconds that a process has computed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prepare(url: str, hooks: int, *, is_known: bool) -> None:
    """Tables, and watches of all repositories; the tags of the hooks are known, or each is new."""
    from tagwake.adapters.stores.engine import open_engine
    from tagwake.adapters.stores.host_budgets import HostBudgets
    from tagwake.adapters.stores.schema import upgrade
    from tagwake.adapters.stores.watch_store import DatabaseWatchStore
    from tagwake.core.watch_pattern import WatchPattern

    upgrade(open_engine(url))
    watches = DatabaseWatchStore(open_engine(url), HostBudgets())
    places = [place(number) for number in range(WARM_UP + hooks)]
    patterns = {WatchPattern(registry, repository) for registry, repository, _ in places}
    watches.watch(patterns, by="bench", now=NOW)
    if is_known:
        for start in range(0, len(places), 5_000):
            tags = [WatchPattern(*each) for each in places[start : start + 5_000]]
            watches.watch(tags, by="bench", now=NOW)


def due(url: str) -> int:
    """How many tags are due because a hook said so."""
    from sqlalchemy import func, select

    from tagwake.adapters.stores.engine import open_engine, reading
    from tagwake.adapters.stores.work_tables import looks

    with reading(open_engine(url)) as connection:
        return int(connection.execute(select(func.count()).where(looks.c.hints > 0)).scalar_one())


@contextlib.contextmanager
def database(engine: str) -> Iterator[str]:
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/tagwake.db"
        return
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.postgres_server import postgres

    with postgres() as server:
        yield server.new_database()


def main(hooks: int, engines: list[str]) -> int:
    rows = []
    at_once = run(None, hooks)
    print(json.dumps({"at once": asdict(at_once)}), file=sys.stderr)
    for engine in engines:
        for is_known in (True, False):
            with database(engine) as url:
                prepare(url, hooks, is_known=is_known)
                found = run(url, hooks)
                if due(url) != WARM_UP + hooks:
                    raise SystemExit(f"{due(url)} of {WARM_UP + hooks} tags are due")
            tags = "watched tags" if is_known else "tags that are new"
            print(json.dumps({f"{engine}, {tags}": asdict(found)}), file=sys.stderr)
            name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine]
            what = f"{name}, {hooks:,} hooks of {tags}"
            rows += [
                Row(
                    f"{what}: a second",
                    f"{found.rate:,.0f}/s",
                    f"at least {LEAST:,}/s ({at_once.rate:,.0f}/s answered at once)",
                    round(LEAST / found.rate, 3),
                    1.0,
                ),
                Row(
                    f"{what}: until the answer, p99 (median {found.median:.0f} ms)",
                    f"{found.p99:.1f} ms",
                    f"at most {MOST_MILLISECONDS:.0f} ms ({at_once.p99:.1f} ms answered at once)",
                    round(found.p99 / MOST_MILLISECONDS, 3),
                    1.0,
                ),
            ]
    return 0 if print_rows("Hooks in", rows) else 1


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", file]:
            serve(file)
        case ["at-once"]:
            serve_at_once()
        case ["send", port, first, many]:
            send(int(port), int(first), int(many))
        case _:
            parser = argparse.ArgumentParser(description=__doc__)
            parser.add_argument("--hooks", type=int, default=HOOKS)
            parser.add_argument("--engines", default="sqlite,postgresql")
            options = parser.parse_args()
            sys.exit(main(options.hooks, options.engines.split(",")))

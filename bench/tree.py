"""Makes the trees that the scan is measured on: deterministic, committed in git, outside the repository.

``pinned``: 100,000 tracked files, about 850 MB, at most 5,000 folders, 2,000 of them with 5,000 references with digests in many
forms. ``tagged``: as many files, 20,000 of them manifests, values, workflows and Dockerfiles with tag-only references.
"""

import argparse
import contextlib
import hashlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

FILES = 100_000
FOLDERS = 3_200
PINNED_FILES, PINNED_REFERENCES = 2_000, 5_000
TAGGED_FILES = 20_000
MEAN_BYTES = {"pinned": 8_100, "tagged": 9_600}
VERSION = 2

_WORDS = [
    "request",
    "response",
    "handler",
    "context",
    "config",
    "value",
    "index",
    "buffer",
    "stream",
    "client",
    "server",
    "error",
    "result",
    "option",
    "parse",
    "render",
    "update",
    "delete",
    "create",
    "select",
    "insert",
    "from",
    "where",
    "token",
    "session",
    "user",
    "account",
    "order",
    "payment",
    "invoice",
    "schema",
    "table",
    "column",
    "cache",
    "queue",
    "worker",
    "thread",
    "lock",
    "mutex",
    "channel",
    "signal",
    "timer",
    "deadline",
    "retry",
    "picture",
    "summary",
    "ledger",
    "version",
    "release",
    "build",
    "deploy",
    "service",
    "cluster",
    "node",
    "pod",
    "volume",
    "secret",
    "policy",
    "role",
]
_SHAPES = {
    "go": '\tif err := {a}.{b}({c}, "{d}"); err != nil {{\n\t\treturn fmt.Errorf("{a}: %w", err)\n\t}}\n',
    "py": '    {a} = self.{b}({c}, {d}={n})  # {c} {d}\n    if not {a}:\n        raise ValueError(f"{b} {{{c}}}")\n',
    "ts": "  // @see {{@link {c}}} @param {d}\n  const {a} = await this.{b}.{c}({{ {d}: {n}, {a}: '{b}' }});\n",
    "java": '        @Override {a} {b}();\n        this.{a} = {b}.get{c}({d}, {n}L).orElseThrow(() -> new {a}Exception("{b}:{c}"));\n',
    "md": "The {a} of the {b} is `{c}`: see [{d}](https://example.com/{a}/{b}#{n}) for the {c}.\n\n",
    "json": '  "{a}_{n}": {{ "{b}": "{c} {d}", "{a}": {n}, "{d}": [true, null, "{b}:{c}"] }},\n',
    "yaml": '- name: {a}-{n}\n  {b}: "{c}"\n  {d}:\n    enabled: true\n    {a}: {n}\n',
    "txt": "{n} {a} {b}: {c}/{d} at 10:{n} <{a}@{b}.example>\n",
    "c": "    if ({a}->{b} != {n}) {{ {c}({a}, &{d}, sizeof({d})); }}\n",
    "proto": "  optional {a}.{b} {c}_{n} = {n};  // {d}\n",
    "html": '<div class="{a} {b}"><a href="/{c}/{d}?n={n}">{a}</a></div>\n',
}
_SHARES = {
    "go": 26,
    "py": 17,
    "ts": 16,
    "java": 10,
    "md": 8,
    "json": 6,
    "yaml": 4,
    "txt": 5,
    "c": 5,
    "proto": 2,
    "html": 1,
}


def _filler(chance: random.Random, kind: str, size: int) -> bytes:
    shape = _SHAPES[kind]
    block: list[str] = []
    length = 0
    while length < min(size, 12_000):
        words = chance.choices(_WORDS, k=4)
        line = shape.format(a=words[0], b=words[1], c=words[2], d=words[3], n=chance.randrange(1000))
        block.append(line)
        length += len(line)
    text = "".join(block).encode()
    return (text * (size // len(text) + 1))[:size]


def _digest(chance: random.Random) -> str:
    return "sha256:" + hashlib.sha256(chance.randbytes(8)).hexdigest()


def _image(chance: random.Random) -> str:
    registry = chance.choice(
        ["", "ghcr.io/acme/", "cgr.dev/chainguard/", "registry.example.com:5000/team/", "quay.io/acme/"]
    )
    return f"{registry}{chance.choice(_WORDS)}-{chance.choice(_WORDS)}"


def _tag(chance: random.Random) -> str:
    return f"{chance.randrange(9)}.{chance.randrange(40)}.{chance.randrange(20)}{chance.choice(['', '-alpine', '-r1'])}"


def _manifest(name: str, images: list[str]) -> str:
    containers = "".join(
        f"""      - name: c{number}
        image: {image}
        env:
        - name: LOG_LEVEL
          value: "info"
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef: {{name: {name}, key: url}}
        resources:
          limits: {{cpu: 500m, memory: 256Mi}}
          requests: {{cpu: 100m, memory: 128Mi}}
        livenessProbe:
          httpGet: {{path: /healthz, port: 8080}}
          periodSeconds: 10
        volumeMounts:
        - name: config
          mountPath: /etc/{name}
"""
        for number, image in enumerate(images)
    )
    return f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      serviceAccountName: {name}
      containers:
{containers}      volumes:
      - name: config
        configMap:
          name: {name}
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
  - name: http
    port: 80
    targetPort: 8080
"""


def _values(name: str, repository: str, tag: str) -> str:
    return f"""# values of {name}
replicaCount: 2

image:
  repository: {repository}
  pullPolicy: IfNotPresent
  tag: {tag}

service:
  type: ClusterIP
  port: 80

ingress:
  enabled: true
  hosts:
  - host: {name}.example.com
    paths: [/]

resources:
  limits:
    cpu: 500m
    memory: 512Mi
autoscaling:
  enabled: false
  minReplicas: 1
  maxReplicas: 10
nodeSelector: {{}}
tolerations: []
"""


def _workflow(name: str, image: str) -> str:
    return f"""name: {name}
on:
  push:
    branches: [main]
jobs:
  test:
    runs-on: ubuntu-latest
    container:
      image: {image}
    steps:
    - uses: actions/checkout@v4
    - name: Test
      run: |
        make test
        docker run --rm -v "$PWD:/src" alpine ls /src
  lint:
    runs-on: ubuntu-latest
    services:
      postgres:
        image: postgres:16
        ports: ['5432:5432']
    steps:
    - uses: actions/checkout@v4
    - uses: actions/setup-go@v5
      with:
        go-version: '1.23'
    - run: make lint
"""


def _dockerfile(image: str, runtime: str) -> str:
    return f"""# syntax=docker/dockerfile:1
FROM {image} AS build
ARG VERSION=dev
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN --mount=type=cache,target=/root/.cache \\
    go build -ldflags "-X main.version=$VERSION" -o /out/app ./cmd/app

FROM {runtime}
COPY --from=build /out/app /usr/bin/app
USER 65532
ENTRYPOINT ["/usr/bin/app"]
"""


def _pinned(chance: random.Random, number: int, count: int) -> tuple[str, str]:
    """A file name and a text with ``count`` references with digests; the form goes by the number."""
    images = [(_image(chance), _tag(chance), _digest(chance)) for _ in range(count)]
    whole = [f"{name}:{tag}@{digest}" for name, tag, digest in images]
    name = f"svc-{number}"
    first, tag, digest = images[0]
    match number % 10:
        case 0 | 1 | 2:
            return f"deploy-{number}.yaml", _manifest(name, whole)
        case 3 | 4:
            more = "".join(f"sidecar{at}:\n  image: '{text}'\n" for at, text in enumerate(whole[1:]))
            return f"chart-{number}/values.yaml", _values(name, first, f"{tag}@{digest}") + more
        case 5:
            stages = "".join(f"FROM {text} AS s{at}\n" for at, text in enumerate(whole[1:]))
            return f"{number}.Dockerfile", stages + f"FROM --platform=linux/amd64 {whole[0]}\nRUN make\n"
        case 6:
            services = "".join(
                f'  s{at}:\n    image: "{text}"\n    restart: always\n' for at, text in enumerate(whole)
            )
            return f"stack-{number}/compose.yaml", f"services:\n{services}"
        case 7:
            lines = "".join(f'IMAGE_{at}="${{IMAGE_{at}:-{text}}}"\n' for at, text in enumerate(whole))
            return f"run-{number}.sh", f'#!/bin/sh\nset -eu\n{lines}docker run --rm "$IMAGE_0" version\n'
        case 8:
            lines = "".join(f"docker run --rm {text} make\n" for text in whole)
            return f"notes-{number}.md", f"# Notes\n\n```console\n{lines}```\n"
        case _:
            lines = "".join(f'  image_{at} = "{text}"\n' for at, text in enumerate(whole))
            return f"main-{number}.tf", f"locals {{\n{lines}}}\n"


def _tagged(chance: random.Random, number: int) -> tuple[str, str]:
    """A file name and a text with references that have no digest."""
    image = f"{_image(chance)}:{_tag(chance)}"
    name = f"svc-{number}"
    match number % 10:
        case 0 | 1 | 2 | 3 | 4:
            return f"deploy-{number}.yaml", _manifest(name, [image, f"{_image(chance)}:{_tag(chance)}"])
        case 5 | 6:
            return f"chart-{number % 7}/values-{number}.yaml", _values(name, _image(chance), _tag(chance))
        case 7:
            return f".github/workflows/{name}.yml", _workflow(name, image)
        case _:
            return f"{number}.Dockerfile", _dockerfile(image, f"{_image(chance)}:{_tag(chance)}")


def _folders() -> list[str]:
    return [
        f"team-{at // 4 % 40:02}/service-{at // 4:04}/{('src', 'lib', 'deploy', 'docs')[at % 4]}"
        for at in range(FOLDERS)
    ]


def _special(shape: str, chance: random.Random, folders: list[str]) -> Iterator[tuple[str, bytes]]:
    if shape == "tagged":
        # few folders of their own: the tree stays below 5,000 in all
        for number in range(TAGGED_FILES):
            name, text = _tagged(chance, number)
            folder = folders[(number % 400) * 8] if "/" in name else folders[number * 7 % FOLDERS]
            yield f"{folder}/{name}", text.encode()
        return
    left = PINNED_REFERENCES
    for number in range(PINNED_FILES):
        count = min(1 + number % 4, left - (PINNED_FILES - number - 1))
        left -= count
        name, text = _pinned(chance, number, count)
        yield f"{folders[number * 7 % FOLDERS]}/{name}", text.encode()


def _files(shape: str, files: int) -> Iterator[tuple[str, bytes]]:
    """Path and content of every file; contents of the rest repeat, so that git's pack stays small."""
    chance = random.Random(f"tagwake {shape} {VERSION}")
    folders = _folders()
    mean = MEAN_BYTES[shape]
    count = 0
    for path, text in _special(shape, chance, folders):
        if count == files:
            return
        yield path, text
        count += 1
    kinds = chance.choices(list(_SHARES), weights=list(_SHARES.values()), k=3_000)
    texts = [(kind, _filler(chance, kind, _size(chance, mean))) for kind in kinds]
    pictures = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + chance.randbytes(_size(chance, mean)) for _ in range(60)]
    for number in range(count, files):
        folder = folders[number % FOLDERS]
        if number % 60 == 0:
            yield f"{folder}/picture_{number}.png", pictures[number // 60 % len(pictures)]
        else:
            kind, text = texts[number % len(texts)]
            yield f"{folder}/{_WORDS[number % len(_WORDS)]}_{number}.{kind}", text


def _size(chance: random.Random, mean: int) -> int:
    """Bytes of a file: most are small, a few are large, ``mean`` on average."""
    return max(40, min(400_000, int(chance.lognormvariate(0, 1.25) * mean / 2.05)))


def make_tree(folder: Path, shape: str, files: int = FILES) -> Path:
    """The tree of this shape below ``folder``; made on the first call, by ``git fast-import`` and a checkout."""
    tree = folder / f"{shape}-{files}-{VERSION}"
    if (tree / ".git" / "made").exists():
        return tree
    shutil.rmtree(tree, ignore_errors=True)
    git = ["git", "-C", os.fspath(tree), "-c", "core.compression=0"]
    subprocess.run(["git", "init", "-q", "-b", "main", tree], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importing:
        assert importing.stdin is not None
        write = importing.stdin.write
        marks: dict[bytes, int] = {}
        entries: list[str] = []
        for path, content in _files(shape, files):
            mark = marks.get(content)
            if mark is None:
                mark = marks[content] = len(marks) + 1
                write(b"blob\nmark :%d\ndata %d\n%b\n" % (mark, len(content), content))
            entries.append(f"M 100644 :{mark} {path}\n")
        write(b"commit refs/heads/main\ncommitter bench <bench@example.com> 1700000000 +0000\ndata 0\n")
        write("".join(entries).encode())
    if importing.returncode:
        raise SystemExit("git fast-import failed")
    subprocess.run([*git, "reset", "-q", "--hard", "main"], check=True)
    subprocess.run([*git, "status", "--porcelain"], check=True, stdout=subprocess.DEVNULL)
    (tree / ".git" / "made").touch()
    return tree


def trees_folder() -> Path:
    """Where the trees are kept between runs: ``$TAGWAKE_BENCH_TREES``, else the user's cache directory."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("TAGWAKE_BENCH_TREES") or Path(cache) / "tagwake-bench")


def main() -> None:
    """Make both trees, or those of other sizes, and say what is in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help="pinned, tagged")
    parser.add_argument("--files", type=int, default=FILES)
    arguments = parser.parse_args()
    for shape in arguments.shapes or ["pinned", "tagged"]:
        tree = make_tree(trees_folder(), shape, arguments.files)
        size = folders = files = 0
        for folder, _, names in os.walk(tree):
            if ".git" in Path(folder).relative_to(tree).parts:
                continue
            folders += 1
            files += len(names)
            with contextlib.suppress(OSError):
                size += sum(os.lstat(os.path.join(folder, name)).st_size for name in names)
        print(f"{tree}: {files:,} files, {folders:,} folders, {size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()

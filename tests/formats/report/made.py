"""Reports made for the tests of what people and machines read."""

from datetime import UTC, datetime

from tagwake.core.digest import Digest
from tagwake.core.outcome import Outcome
from tagwake.core.pin import Form, PlacedReference
from tagwake.core.report import ReferenceOutcome, Report
from tagwake.core.skipped_file import SkippedFile

OLD = Digest("sha256", "9f2c4e1d03aa" + "0" * 52)
NEW = Digest("sha256", "b71d003c5e12" + "0" * 52)
SEEN = datetime(2026, 11, 19, 6, 5, tzinfo=UTC)


def placed(image, *, line=1, column=1, digest=None, form=None, **more):
    text = image if digest is None else f"{image}@{digest}"
    registry, _, rest = image.partition("/")
    repository, _, tag = rest.partition(":")
    return PlacedReference(
        span=(10, 10 + len(text)),
        text=text,
        form=form or (Form.TAG if digest is None else Form.TAG_DIGEST),
        syntax="kubernetes",
        line=line,
        column=column,
        image=image,
        registry=registry,
        repository=repository,
        tag=tag or None,
        digest=digest,
        digest_span=None if digest is None else (11 + len(image), 10 + len(text)),
        **more,
    )


def outcome(path, line, image, what, *, old=None, new=None, reason="", **more):
    return ReferenceOutcome(
        path, placed(image, line=line, column=16, digest=old), what, old, new, reason, **more
    )


def report(*references, **more):
    more = {"root": ".", "lookups": 3, "files_scanned": 123} | more
    return Report(references=references, **more)


EVERYDAY = report(
    outcome(
        "k8s/app.yaml",
        12,
        "cgr.dev/chainguard/go:1.21",
        Outcome.BEHIND,
        old=OLD,
        new=NEW,
        reason="the tag points to b71d003c5e12 now",
    ),
    outcome("k8s/current.yaml", 3, "cgr.dev/chainguard/git:2", Outcome.CURRENT, old=NEW, new=NEW),
    outcome(
        "charts/api/values.yaml",
        8,
        "ghcr.io/acme/api:2",
        Outcome.HELD,
        old=OLD,
        new=NEW,
        reason="until 1 Dec: fails in staging (tagwake.toml)",
    ),
    outcome(
        "Dockerfile", 1, "docker.io/debian:12", Outcome.UNPINNED, reason="no digest: `tagwake pin` adds it"
    ),
    outcome(
        "ci/build.sh",
        44,
        "ghcr.io/acme/tools:latest",
        Outcome.UNRESOLVED,
        old=OLD,
        reason="401 from ghcr.io: log in with `docker login ghcr.io`",
    ),
    outcome(
        "charts/api/templates/job.yaml",
        5,
        "ghcr.io/acme/job:x",
        Outcome.TEMPLATED,
        reason="{{ .tag }} is filled in elsewhere",
    ),
    files_skipped=(SkippedFile("big.bin", "binary"), SkippedFile("logo.png", "binary")),
)

ONE_OF_EACH = report(
    *(
        outcome(
            f"apps/{what}/deployment.yaml",
            place,
            f"registry.example.com/team/{what}:1.{place}",
            what,
            old=None
            if what in (Outcome.UNPINNED, Outcome.INVALID, Outcome.TEMPLATED, Outcome.UNSUPPORTED)
            else OLD,
            new=NEW if what in (Outcome.BEHIND, Outcome.UPDATED, Outcome.PINNED, Outcome.HELD) else None,
            reason=""
            if what in (Outcome.UPDATED, Outcome.PINNED, Outcome.CURRENT)
            else f"why it is {what}, in a few words",
            first_seen=SEEN if what is Outcome.BEHIND else None,
            moves_behind=3 if what is Outcome.BEHIND else None,
        )
        for place, what in enumerate(Outcome, 1)
    ),
    incomplete=("k8s/app.yaml: changed since it was read: it stands as it is",),
)

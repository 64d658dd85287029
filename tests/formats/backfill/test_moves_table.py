"""A table of moves, read row by row."""

from datetime import UTC, datetime

import pytest

from tagwake.core.digest import Digest
from tagwake.core.errors import InvalidInput
from tagwake.core.reference import Stream
from tagwake.core.sighting import Sighting
from tagwake.formats.backfill.moves_table import MAX_LINE, read_table

HEAD = "observed_at,repository,tag,digest\n"
A = Digest("sha256", "a" * 64)


def read(*lines, registry="registry.example"):
    return list(read_table(lines, registry, "moves.csv"))


def test_a_row_is_a_sighting_and_one_without_a_digest_an_absence():
    assert read(
        HEAD, f"2026-01-02T03:04:05Z,team/app,1,{A}\n", "\n", "2026-01-02T05:04:05.5+01:00,team/app,1,\n"
    ) == [
        Sighting(
            Stream("registry.example", "team/app", "1"),
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            A,
            "import:csv",
        ),
        Sighting(
            Stream("registry.example", "team/app", "1"),
            datetime(2026, 1, 2, 4, 4, 5, 500_000, tzinfo=UTC),
            None,
            "import:csv",
        ),
    ]


def test_columns_stand_in_any_order_and_others_are_ignored():
    (only,) = read("﻿Digest, tag,who,repository,observed_at\n", f'{A},1,"a, b",app,2026-01-02T03:04:05Z\n')
    assert (only.stream.tag, only.digest) == ("1", A)


def test_names_are_normalised_as_in_references():
    (only,) = read(HEAD, f"2026-01-02T03:04:05Z,nginx,1,{A}\n", registry="index.docker.io")
    assert only.stream == Stream("docker.io", "library/nginx", "1")


def test_streams_and_digests_are_read_once():
    first, second = read(HEAD, *(f"2026-01-0{day}T00:00:00Z,app,1,{A}\n" for day in (1, 2)))
    assert first.stream is second.stream
    assert first.digest is second.digest


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((), "moves.csv:1: the first line names no column observed_at, repository, tag, digest"),
        (("observed_at,repository,digest\n",), "moves.csv:1: the first line names no column tag"),
        ((HEAD, "2026-01-02T03:04:05Z,app,1\n"), "moves.csv:2: the row has fewer columns"),
        ((HEAD, f"yesterday,app,1,{A}\n"), "moves.csv:2: 'yesterday' is no time"),
        ((HEAD, f"2026-01-02T03:04:05,app,1,{A}\n"), "moves.csv:2: '2026-01-02T03:04:05' is no time"),
        (
            (HEAD, f"2026-01-02T03:04:05Z,App,1,{A}\n"),
            "moves.csv:2: registry.example/App:1: a repository name is lower",
        ),
        (
            (HEAD, f"2026-01-02T03:04:05Z,app,,{A}\n"),
            "moves.csv:2: registry.example/app:: the tag after the colon is",
        ),
        ((HEAD, f"2026-01-02T03:04:05Z,app,1@{A},{A}\n"), "moves.csv:2: "),
        ((HEAD, "2026-01-02T03:04:05Z,app,1,sha256:abc\n"), "moves.csv:2: sha256 has 64 hex digits"),
        ((HEAD, '2026-01-02T03:04:05Z,"app,1,\n'), "moves.csv:2: "),
        ((HEAD, "x" * (MAX_LINE + 1)), f"moves.csv:2: the line has more than {MAX_LINE} characters"),
        ((HEAD, "a\0b,app,1,\n"), "moves.csv:2: "),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(lines, problem):
    with pytest.raises(InvalidInput) as refused:
        read(*lines)
    assert str(refused.value).startswith(problem)
    assert "\n" not in str(refused.value)

"""YAML through the whole reader: each reference once, each digest in one reference, and real moves in releases."""

import csv
import lzma
import re
from collections import Counter
from pathlib import Path

import pytest
from tests.formats.code.yaml_cases import ALL, Case, release

from tagwake.core.pin import PlacedReference
from tagwake.formats.code.reader import CodeReader

CASES = [pytest.param(case, id=f"{kind}: {case[0]}") for kind, cases in ALL.items() for case in cases]
_PINNED = re.compile(rb"@sha(?:256|512):[0-9a-f]{64,128}")
_MOVES = Path(__file__).parents[2] / "data" / "pin_moves.csv.xz"


def read(path: str, data: bytes) -> tuple[PlacedReference, ...]:
    scan = CodeReader()(path, data)
    assert scan.skipped is None
    return scan.references


@pytest.mark.parametrize("case", CASES)
def test_each_reference_is_reported_once_and_each_digest_is_in_one(case: Case) -> None:
    _, path, text, expected = case
    data = text.encode()
    references = read(path, data)
    assert len(references) == len(expected)
    starts = Counter(reference.span for reference in references)
    assert not starts or max(starts.values()) == 1
    digests = [reference.digest_span for reference in references if reference.digest_span is not None]
    assert len(digests) == len(set(digests))
    for pinned in _PINNED.finditer(data):
        at = pinned.start() + 1
        holders = [
            reference
            for reference in references
            if any(start <= at < end for start, end in reference.parts.values() or [reference.span])
        ]
        assert len(holders) == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_like_utf_8(encoding: str) -> None:
    text = release("    image:\n      repository: a/b\n      tag: '1'\n")
    (reference,) = read("r.yaml", ("\ufeff" + text).encode(encoding))
    assert reference.text == "a/b:1"
    assert reference.slot is not None
    assert ("\ufeff" + text).encode(encoding)[: reference.slot.span[0]].decode(encoding).endswith("tag: '1")


def _moves() -> list[dict[str, str]]:
    with lzma.open(_MOVES, "rt") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("between", [0, 10], ids=["next to it", "ten keys away"])
@pytest.mark.parametrize("is_first", [True, False], ids=["repository first", "tag first"])
def test_every_real_tag_value_is_read_with_the_repository_beside_it(
    is_first: bool, between: int, ending: str
) -> None:
    for move in _moves():
        if move["form"] != "helm-tag":
            continue
        line = move["line_before"].replace("- tag:", "  tag:")
        pad = " " * (len(line) - len(line.lstrip(" ")))
        outer = "".join(" " * at + f"level{at}:\n" for at in range(4, len(pad), 2))
        keys = [
            f"{pad}key{i}: v\n" if i % 3 else f"{pad}key{i}:\n{pad}  # why\n{pad}  tag: x\n"
            for i in range(between)
        ]
        repository = f"{pad}repository: {move['image']}\n"
        values = [repository, *keys, line + "\n"] if is_first else [line + "\n", *keys, repository]
        data = release(outer + "".join(values)).replace("\n", ending).encode()
        (reference,) = (found for found in read(move["path"], data) if found.digest_span is not None)
        assert data[slice(*reference.digest_span or (0, 0))].decode() == move["old_digest"]
        assert reference.image == f"{move['image']}:{move['tag']}"

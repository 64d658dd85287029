"""Every digest move that people merged into a real GitOps repository is made, in all of four layouts, to the byte."""

from datetime import date
from pathlib import Path

import pytest
from tests.acceptance.moves import SIBLINGS, Move, moves, rounds

from tagwake.adapters.worktree import open_worktree
from tagwake.core.digest import Digest
from tagwake.core.manifest import INDEX_TYPES, Descriptor, Manifest
from tagwake.core.outcome import Outcome
from tagwake.core.pin import Form
from tagwake.core.reference import Reference
from tagwake.core.settings import Settings
from tagwake.formats.code.reader import CodeReader
from tagwake.testing.twins.registry import RegistryTwin
from tagwake.verbs.scan import scan
from tagwake.verbs.update import update

TODAY = date(2026, 11, 25)


def test_the_data_is_all_there() -> None:
    assert len(moves()) == 2128
    assert sum(len(each) for each in rounds()) == 2128
    assert sum(move.form == "helm-tag" for move in moves()) == 1687


@pytest.mark.slow
@pytest.mark.parametrize("sibling", SIBLINGS)
async def test_every_real_move_is_made(tmp_path: Path, sibling: str) -> None:
    made = 0
    for number, turn in enumerate(rounds()):
        made += await _made(tmp_path / str(number), turn, sibling)
    assert made == 2128


async def _made(root: Path, turn: list[Move], sibling: str) -> int:
    registry = RegistryTwin()
    paths = {move: root / str(move.number) / move.path for move in turn}
    for move, path in paths.items():
        path.parent.mkdir(parents=True)
        path.write_text(move.document(sibling), encoding="utf-8", newline="")
        serve(registry, move)
    worktree = open_worktree([str(root)], processes=1)
    scanned = scan(worktree, CodeReader(), Settings(), fresh=True)
    rewriting = await update(worktree, scanned, registry, Settings(), today=TODAY)
    pinned = [reference for reference in rewriting.report.references if reference.old is not None]
    outcomes = {reference.path: reference.outcome for reference in pinned}
    for move, path in paths.items():
        assert path.read_bytes() == move.document(sibling).replace(move.old, move.new).encode(), path
        expected = Outcome.UPDATED if move.old != move.new else Outcome.CURRENT
        assert outcomes[f"{move.number}/{move.path}"] is expected
    assert len(pinned) == len(turn)  # each once, and nothing else
    return len(turn)


@pytest.mark.parametrize("sibling", SIBLINGS)
def test_every_real_line_is_read_by_its_form(sibling: str) -> None:
    for move in moves():
        found = CodeReader()(move.path, move.document(sibling).encode()).references
        references = [reference for reference in found if reference.digest is not None]
        assert [str(reference.digest) for reference in references] == [move.old], move
        assert (references[0].image, references[0].tag) == (f"{move.image}:{move.tag}", move.tag)
        assert references[0].form is (Form.TAG_VALUE if move.form == "helm-tag" else Form.TAG_DIGEST)


def serve(registry: RegistryTwin, move: Move) -> None:
    """Let the tag point to the new digest, and serve the old one still."""
    stream = Reference.parse(f"{move.image}:{move.tag}").stream
    assert stream is not None
    registry.tags[stream] = Digest.parse(move.new)
    for text in (move.old, move.new):
        digest = Digest.parse(text)
        manifest = Manifest(Descriptor(digest, INDEX_TYPES[0], 1))
        registry.manifests[stream.registry, stream.repository, digest] = manifest

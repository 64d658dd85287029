"""Moves from the commits of real repositories: every form, renames, merges, what is gone, what is missing."""

from datetime import UTC, datetime

import pytest
from tests.adapters.git.repository import Repository
from tests.conftest import require_tool

from tagwake.adapters.git.pin_history import RepositoryPins
from tagwake.core.errors import UsageRefused
from tagwake.core.reference import Reference
from tagwake.formats.code.reader import CodeReader

A, B, C, D = (f"sha256:{letter * 64}" for letter in "abcd")
GO = "cgr.dev/chainguard/go:1.21"


@pytest.fixture
def repository(tmp_path):
    require_tool("git", "histories are read from real repositories")
    return Repository(tmp_path / "code")


def stream(text=GO):
    found = Reference.parse(text).stream
    assert found is not None
    return found


def pins(folder, *texts, progress=None):
    streams = [stream(text) for text in texts or (GO,)]
    return RepositoryPins(str(folder), CodeReader(), 1 << 20).pins(streams, progress)


def seen(repository, text=GO):
    (sightings,) = pins(repository.folder, text).sightings.values()
    return "".join(each.digest.hex[0] for each in sightings)


def test_each_commit_that_moved_the_pin(repository):
    repository.commit({"README": "nothing\n"})
    first = repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\nRUN true\n", "other": "x"})
    second = repository.commit({"Dockerfile": f"FROM {GO}@{B}\nRUN true\n"})
    (sightings,) = pins(repository.folder).sightings.values()
    assert [(each.commit, str(each.digest)) for each in sightings] == [(first, A), (second, B)]
    assert sightings[1].at == datetime(2026, 1, 1, 0, 4, tzinfo=UTC)


FORMS = {
    "Dockerfile": "FROM cgr.dev/chainguard/go:1.21@{}\n",
    "k8s/pod.yaml": "kind: Pod\nspec:\n  containers:\n    - image: cgr.dev/chainguard/go:1.21@{}\n",
    "charts/values.yaml": 'image:\n  repository: cgr.dev/chainguard/go\n  tag: "1.21@{}"\n',
    "flux/values.yaml": "image:\n  registry: cgr.dev\n  repository: chainguard/go\n  tag: '1.21'\n  digest: {}\n",
    "kustomization.yaml": "kind: Kustomization\nimages:\n  - name: cgr.dev/chainguard/go\n    newTag: '1.21'\n    digest: {}\n",
    "run.sh": "docker run cgr.dev/chainguard/go@{} # 1.21\n",
    "notes.txt": "we use cgr.dev/chainguard/go:1.21@{} here\n",
}


@pytest.mark.parametrize("path", FORMS)
def test_every_form_that_scan_reads(repository, path):
    text = FORMS[path]
    (reference,) = CodeReader()(path, text.format(A).encode()).references
    assert reference.stream == stream()
    for digest in (A, B, C, A):
        repository.commit({path: text.format(digest)})
    assert seen(repository) == "abca"


def test_an_image_of_docker_hub(repository):
    for digest in (A, B):
        repository.commit({"Dockerfile": f"FROM debian:12@{digest}\n"})
    assert seen(repository, "docker.io/library/debian:12") == "ab"


def test_renamed_and_replaced_files_are_followed_back(repository):
    repository.commit({"old name": f"FROM {GO}@{A}\n"})
    repository.commit({"old name": f"FROM {GO}@{B}\n"})
    repository.commit({"old name": None, "new/é.txt": f"FROM {GO}@{B}\n"})
    repository.commit({"new/é.txt": f"FROM {GO}@{C}\n"})
    repository.commit({"new/é.txt": None, "Dockerfile": f"FROM {GO}@{C}\n"})
    assert seen(repository) == "abc"


def test_a_tag_that_is_pinned_no_more(repository):
    for digest in (A, B):
        repository.commit({"Dockerfile": f"FROM {GO}@{digest}\n"})
    repository.commit({"Dockerfile": f"FROM cgr.dev/chainguard/go:1.22@{C}\n"})
    repository.commit({"Dockerfile": None, "x": "y"})
    assert seen(repository) == "ab"
    assert seen(repository, "cgr.dev/chainguard/go:1.22") == "c"


def test_only_first_parents_count(repository):
    """A branch that tried another digest, and what came of it when it was merged."""
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
    repository.git("checkout", "-q", "-b", "try")
    repository.commit({"Dockerfile": f"FROM {GO}@{B}\n"})
    repository.commit({"Dockerfile": f"FROM {GO}@{C}\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"other": "x"})
    merged = repository.merge("try")
    (sightings,) = pins(repository.folder).sightings.values()
    assert [each.digest.hex[0] for each in sightings] == ["a", "c"]
    assert sightings[1].commit == merged


def test_clocks_that_go_back_change_no_order(repository):
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
    repository.commit({"Dockerfile": f"FROM {GO}@{B}\n"}, after=-86_400)
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"}, after=0)
    assert seen(repository) == "aba"


def test_several_streams_at_once_and_what_is_pinned(repository):
    repository.commit({"a.txt": f"{GO}@{A} and debian:12@{C}\n", "b.yaml": "x: 1\n"})
    repository.commit({"a.txt": f"{GO}@{B} and debian:12@{C}\n"})
    repository.commit({"a.txt": None, "c.txt": f"{GO}@{B} and debian:12@{D}\n"})
    found = pins(repository.folder, GO, "debian:12", "debian:13").sightings
    assert ["".join(each.digest.hex[0] for each in sightings) for sightings in found.values()] == [
        "ab",
        "cd",
        "",
    ]
    history = RepositoryPins(str(repository.folder), CodeReader(), 1 << 20)
    assert history.pinned() == (stream(), stream("debian:12"))


def test_it_is_about_the_whole_repository_from_any_of_its_folders(repository):
    repository.commit({"deep/down/x": "", "Dockerfile": f"FROM {GO}@{A}\n"})
    (sightings,) = pins(repository.folder / "deep/down").sightings.values()
    assert len(sightings) == 1


def test_a_bare_repository_has_a_history_too(repository, tmp_path):
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    assert len(pins(tmp_path / "bare").sightings[stream()]) == 1


def test_a_shallow_clone_says_so(repository, tmp_path):
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
    repository.commit({"Dockerfile": f"FROM {GO}@{B}\n"})
    assert not pins(repository.folder).is_cut_off
    repository.git("clone", "-q", "--depth=1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    log = pins(tmp_path / "shallow")
    assert log.is_cut_off
    assert [each.digest.hex[0] for each in log.sightings[stream()]] == ["b"]


def test_links_and_submodules_and_odd_bytes_do_no_harm(repository):
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n", "\udcff\udcfe": f"{GO}@{A}\n", "binary": b"\0" * 99})
    (repository.folder / "link").symlink_to(f"{GO}@{C}")
    repository.commit({"utf16.txt": f"{GO}@{A}\n".encode("utf-16")})
    assert seen(repository) == "a"


def test_only_what_tells_something_is_read(repository):
    """A file that changes a hundred times beside its pin is parsed once a pin."""
    read = []

    class Counting(CodeReader):
        def __call__(self, path, data):
            read.append(path)
            return super().__call__(path, data)

    for number in range(20):
        repository.commit({"Dockerfile": f"FROM {GO}@{A}\nRUN step {number}\n", "noise": f"{number}\n"})
    RepositoryPins(str(repository.folder), Counting(), 1 << 20).pins([stream()])
    assert read == ["Dockerfile"]


def test_a_large_file_is_passed_over(repository):
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n", "large.txt": f"{GO}@{B}\n" + "x" * 5_000_000})
    assert seen(repository) == "a"


def test_many_files(repository):
    """More than git is given by name."""
    for digest in (A, B):
        repository.commit({f"d{number}/Dockerfile": f"FROM {GO}@{digest}\n" for number in range(420)})
    told = []
    log = pins(repository.folder, progress=lambda *step: told.append(step))
    assert log.commits == 2
    assert [each.digest.hex[0] for each in log.sightings[stream()]] == ["a", "b"]
    assert told[-1] == ("commits", 832, 840)


def test_where_there_is_nothing_to_read(tmp_path, monkeypatch):
    with pytest.raises(UsageRefused, match="is in no git repository"):
        pins(tmp_path)
    empty = Repository(tmp_path / "empty")
    with pytest.raises(UsageRefused, match="no commit yet"):
        pins(empty.folder)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageRefused, match="install git"):
        pins(empty.folder)


def test_a_repository_that_lost_its_objects_is_refused_in_one_line(repository):
    repository.commit({"Dockerfile": f"FROM {GO}@{A}\n"})
    tree = repository.git("rev-parse", "HEAD^{tree}")
    (repository.folder / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(UsageRefused, match="git cannot read the history"):
        pins(repository.folder)

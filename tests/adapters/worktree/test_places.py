"""The root of a scan is the PATH as typed."""

from pathlib import Path

import pytest
from tests.adapters.worktree.grove import write

from tagwake.adapters.worktree.places import find_places
from tagwake.core.errors import UsageRefused


@pytest.mark.parametrize(
    ("paths", "typed", "listed"),
    [
        ([], ".", (("",), ())),
        (["."], ".", (("",), ())),
        (["a"], "a", (("",), ())),
        (["./a/"], "./a/", (("",), ())),
        (["a/b/f"], "a/b", ((), ("f",))),
        (["f"], ".", ((), ("f",))),
        (["a/b", "a/c"], "a", (("b", "c"), ())),
        (["a/b", "a/b"], "a/b", (("",), ())),
        (["a/b/f", "a/c"], "a", (("c",), ("b/f",))),
        (["a", "f"], ".", (("a",), ("f",))),
        (["a", "a/b"], "a", (("", "b"), ())),
        (["../here/a/b", "a/c"], "a", (("b", "c"), ())),
    ],
)
def test_the_root_as_typed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    paths: list[str],
    typed: str,
    listed: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    write(tmp_path / "here", {"a/b/f": "", "a/c/g": "", "f": ""})
    monkeypatch.chdir(tmp_path / "here")
    places = find_places(paths)
    assert (places.typed, (places.folders, places.files)) == (typed, listed)


def test_absolute_paths_give_an_absolute_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a/b/f": "", "a/c/g": ""})
    monkeypatch.chdir(tmp_path)
    assert find_places([str(tmp_path / "a/b"), "a/c"]).typed == str(tmp_path / "a")


@pytest.mark.parametrize("path", ["absent", "a/absent", "f/below", "", "nul\0"])
def test_a_path_that_does_not_exist_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    write(tmp_path, {"a/b": "", "f": ""})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageRefused) as refused:
        find_places(["a", path])
    assert str(refused.value).startswith(path if path and path.isprintable() else repr(path))


def test_a_folder_behind_a_symlink_may_be_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a/f": ""})
    (tmp_path / "link").symlink_to("a")
    monkeypatch.chdir(tmp_path)
    assert find_places(["link"]).folders == ("",)

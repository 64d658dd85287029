"""Which settings hold for a folder: the nearest file, up to the root of the code base, and what it extends."""

import os
from pathlib import Path

import pytest

from tagwake.core.errors import InvalidSettings
from tagwake.core.outcome import Outcome
from tagwake.core.settings import Settings
from tagwake.wiring.settings import find_settings, home_of_settings, load_settings


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    (folder / ".git").mkdir(parents=True)
    (folder / "k8s" / "app").mkdir(parents=True)
    return folder


def load(folder: Path, current: Path | None = None) -> Settings:
    where = str(current or folder)
    return load_settings(str(folder), where, find_settings(str(folder), where))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_a_file_there_are_defaults(repository: Path) -> None:
    assert load(repository) == Settings()


def test_the_nearest_file_up_to_the_root_of_the_repository_holds(repository: Path) -> None:
    write(repository.parent / "tagwake.toml", "a stranger's")
    write(repository / "tagwake.toml", '[check]\nfail = ["behind"]\n')
    app = repository / "k8s" / "app"
    settings = load(app, repository)
    assert (settings.check_fail, settings.base, settings.source) == (
        (Outcome.BEHIND,),
        "k8s/app/",
        "tagwake.toml",
    )
    write(repository / "k8s" / "tagwake.toml", '[check]\nfail = ["broken"]\n')
    settings = load(app, repository)
    assert (settings.check_fail, settings.base) == ((Outcome.BROKEN,), "app/")
    assert load(repository).base == ""


def test_without_a_repository_the_working_directory_is_the_limit(tmp_path: Path) -> None:
    write(tmp_path / "tagwake.toml", "a stranger's")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_settings(str(below), str(tmp_path / "a")) is None
    assert find_settings(str(below), "/") is not None, "the working directory is above it"
    assert find_settings(str(below), str(tmp_path / "elsewhere")) is None
    write(below / "tagwake.toml", "")
    assert load(below, tmp_path) == Settings(source="a/b/tagwake.toml")


def test_pyproject_has_settings_where_it_has_the_table(repository: Path) -> None:
    write(repository / "pyproject.toml", '[tool.tagwake.check]\nfail = ["behind"]\n')
    write(repository / "k8s" / "pyproject.toml", '[project]\nname = "tagwake-manifests"\n')
    settings = load(repository / "k8s", repository)
    assert (settings.check_fail, settings.source) == ((Outcome.BEHIND,), "pyproject.toml")
    write(repository / "tagwake.toml", "")
    assert load(repository / "k8s", repository).source == "tagwake.toml", "a file of its own comes first"


def test_first_settings_belong_at_the_root_of_the_code_base(repository: Path) -> None:
    home = home_of_settings(str(repository / "k8s"), str(repository / "k8s"))
    assert (home.path, home.table) == (str(repository / "tagwake.toml"), ())


class TestExtends:
    def test_the_nearest_file_decides_and_paths_count_from_its_folder(self, repository: Path) -> None:
        write(repository / "tagwake.toml", 'extends = ["shared/base.toml", "pyproject.toml"]\n')
        write(
            repository / "shared" / "base.toml",
            'extends = ["more.toml"]\n[check]\nfail = ["broken"]\n[registries."x.example"]\nca = "ca.pem"\n',
        )
        write(repository / "shared" / "more.toml", '[[hold]]\nimage = "x"\n[check]\nfail = []\n')
        write(repository / "pyproject.toml", '[[tool.tagwake.hold]]\nimage = "y"\n')
        settings = load(repository)
        assert settings.check_fail == (Outcome.BROKEN,)
        assert settings.registries[0].ca == str(repository / "shared" / "ca.pem")
        assert [(hold.image.pattern, hold.source) for hold in settings.holds] == [
            ("x", "shared/more.toml"),
            ("y", "pyproject.toml"),
        ]

    def test_a_circle_is_said(self, repository: Path) -> None:
        write(repository / "tagwake.toml", 'extends = ["a.toml"]\n')
        write(repository / "a.toml", '\nextends = ["./tagwake.toml"]\n')
        with pytest.raises(InvalidSettings, match=r"^a\.toml:2:12: tagwake\.toml extends itself$"):
            load(repository)

    def test_depth_has_a_limit(self, repository: Path) -> None:
        write(repository / "tagwake.toml", 'extends = ["0.toml"]\n')
        for number in range(20):
            write(repository / f"{number}.toml", f'extends = ["{number + 1}.toml"]\n')
        with pytest.raises(InvalidSettings, match="more than 8 deep"):
            load(repository)

    def test_the_count_has_a_limit(self, repository: Path) -> None:
        write(repository / "tagwake.toml", f"extends = {['0.toml'] * 9}\n")
        for number in range(7):
            write(repository / f"{number}.toml", f"extends = {[f'{number + 1}.toml'] * 9}\n")
        write(repository / "7.toml", "")
        with pytest.raises(InvalidSettings, match="more than 32 files are extended"):
            load(repository)

    def test_a_file_that_is_not_there_is_said_with_the_place_that_names_it(self, repository: Path) -> None:
        write(repository / "tagwake.toml", 'extends = ["none.toml"]\n')
        with pytest.raises(
            InvalidSettings, match=r"^tagwake\.toml:1:12: cannot read none\.toml: No such file or directory$"
        ):
            load(repository)

    def test_what_is_no_file_is_not_waited_for(self, repository: Path) -> None:
        write(repository / "tagwake.toml", 'extends = ["pipe"]\n')
        os.mkfifo(repository / "pipe")
        with pytest.raises(InvalidSettings, match=r"^tagwake\.toml:1:12: pipe is no file$"):
            load(repository)


def test_a_path_far_away_is_shown_whole(repository: Path, tmp_path: Path) -> None:
    far = tmp_path / "x" / "y" / "z"
    far.mkdir(parents=True)
    write(repository / "tagwake.toml", "scam = 1\n")
    with pytest.raises(InvalidSettings, match=f"^{repository}/tagwake.toml:1:1: unknown key 'scam'"):
        load(repository, far)

"""The settings file on disk: written whole, or not at all."""

import os
import stat
from pathlib import Path

import pytest

from tagwake.adapters.settings_file import FolderSettingsFile
from tagwake.core.errors import UsageRefused, WriteFailed


def opened(path: Path) -> FolderSettingsFile:
    return FolderSettingsFile(str(path), ("tool", "tagwake"), path.name)


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    file = opened(tmp_path / "tagwake.toml")
    assert (file.name, file.table, file.read()) == ("tagwake.toml", ("tool", "tagwake"), None)
    file.write(None, b"a")
    assert file.read() == b"a"
    assert os.listdir(tmp_path) == ["tagwake.toml"]
    assert stat.S_IMODE((tmp_path / "tagwake.toml").stat().st_mode) == 0o644


def test_a_file_keeps_its_mode_and_a_symlink_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_bytes(b"a")
    (tmp_path / "real.toml").chmod(0o640)
    (tmp_path / "tagwake.toml").symlink_to("real.toml")
    opened(tmp_path / "tagwake.toml").write(b"a", b"b")
    assert (tmp_path / "tagwake.toml").is_symlink()
    assert (tmp_path / "real.toml").read_bytes() == b"b"
    assert stat.S_IMODE((tmp_path / "real.toml").stat().st_mode) == 0o640


@pytest.mark.parametrize(("there", "old"), [(b"c", b"a"), (b"c", None)])
def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path, there: bytes, old: bytes | None) -> None:
    (tmp_path / "tagwake.toml").write_bytes(there)
    with pytest.raises(WriteFailed, match=r"^tagwake\.toml: changed meanwhile"):
        opened(tmp_path / "tagwake.toml").write(old, b"b")
    assert (tmp_path / "tagwake.toml").read_bytes() == there
    assert os.listdir(tmp_path) == ["tagwake.toml"]


def test_a_file_that_vanished_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed):
        opened(tmp_path / "tagwake.toml").write(b"a", b"b")
    assert os.listdir(tmp_path) == []


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageRefused, match="cannot be read: Is a directory"):
        opened(tmp_path).read()
    with pytest.raises(WriteFailed, match="cannot be written"):
        opened(tmp_path / "no" / "tagwake.toml").write(None, b"a")

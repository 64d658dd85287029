import os
import stat

import pytest

from tagwake.core.errors import UsageRefused
from tagwake.wiring.service_home import database_url, is_at_hand, make_home, state_folder


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"TAGWAKE_STATE_DIR": "/var/lib/tagwake", "XDG_STATE_HOME": "/x"}, "/var/lib/tagwake"),
        ({"XDG_STATE_HOME": "/x", "HOME": "/homes/me"}, "/x/tagwake"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/homes/me"}, "/homes/me/.local/state/tagwake"),
        ({"HOME": "/homes/me"}, "/homes/me/.local/state/tagwake"),
    ],
)
def test_the_state_directory(environment, folder):
    assert state_folder(environment) == folder
    assert database_url(environment) == f"sqlite:///{folder}/tagwake.db"


def test_a_relative_state_directory_is_one_of_here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert state_folder({"TAGWAKE_STATE_DIR": "state"}) == str(tmp_path / "state")


def test_without_a_home_somebody_must_say_where():
    with pytest.raises(UsageRefused, match="set TAGWAKE_STATE_DIR or TAGWAKE_DATABASE_URL"):
        state_folder({})
    assert not is_at_hand({})


def test_a_database_that_is_named():
    for url in ("postgresql://u:p@h/d", "postgres://h/d", "sqlite:////tmp/x.db"):
        assert database_url({"TAGWAKE_DATABASE_URL": url}) == url
        assert is_at_hand({"TAGWAKE_DATABASE_URL": url})
    with pytest.raises(UsageRefused) as refusal:
        database_url({"TAGWAKE_DATABASE_URL": "mysql://root:hunter2@h/d"})
    assert "hunter2" not in str(refusal.value)


def test_its_folder_is_nobody_elses(tmp_path):
    environment = {"TAGWAKE_STATE_DIR": str(tmp_path / "a" / "b")}
    assert not is_at_hand(environment)
    make_home(database_url(environment))
    make_home(database_url(environment))
    assert stat.S_IMODE(os.stat(tmp_path / "a" / "b").st_mode) == 0o700
    assert not is_at_hand(environment)
    (tmp_path / "a" / "b" / "tagwake.db").touch()
    assert is_at_hand(environment)
    make_home("postgresql://h/d")


def test_a_folder_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageRefused, match=r"cannot be made: .*: set TAGWAKE_STATE_DIR"):
        make_home(f"sqlite:///{tmp_path}/file/state/tagwake.db")

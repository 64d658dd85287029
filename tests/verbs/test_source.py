from datetime import UTC, datetime

import pytest

from tagwake.core.errors import UsageRefused
from tagwake.core.hook_login import BodySignature, PathToken, SharedHeader
from tagwake.core.hook_source import HookSource
from tagwake.testing.twins.source_store import SourceStoreTwin
from tagwake.verbs.source import add_source, hook_path

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def add(store, source):
    return add_source(store, source, random_bytes=bytes, now=NOW)


def test_a_source_is_added_and_changed():
    store = SourceStoreTwin()
    first = add(store, HookSource("gitea", "main", BodySignature(("old",))))
    again = add(store, HookSource("gitea", "main", BodySignature(("new", "old"))))
    assert (first.is_new, again.is_new) == (True, False)
    assert store.source("gitea", "main") == again.source
    assert hook_path(again.source) == "/hooks/gitea/main"


def test_a_registry_that_can_prove_nothing_gets_a_token():
    added = add(SourceStoreTwin(), HookSource("dockerhub", "main", PathToken(())))
    assert hook_path(added.source) == "/hooks/dockerhub/main/" + "A" * 32
    given = add(SourceStoreTwin(), HookSource("dockerhub", "main", PathToken(("t" * 20,))))
    assert hook_path(given.source) == "/hooks/dockerhub/main/" + "t" * 20


@pytest.mark.parametrize(
    "source",
    [
        HookSource("nothing", "main", PathToken(())),
        HookSource("dockerhub", "a/b", PathToken(())),
        HookSource("gitea", "main", SharedHeader("authorization", ("x",))),
        HookSource("harbor", "main", SharedHeader("authorization", ("x",))),
        HookSource("gitea", "main", BodySignature(())),
    ],
)
def test_a_source_of_which_nothing_could_be_taken_is_refused(source):
    store = SourceStoreTwin()
    with pytest.raises(UsageRefused, match=r"^source "):
        add(store, source)
    assert store.health() == ()

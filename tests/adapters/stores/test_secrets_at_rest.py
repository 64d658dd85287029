"""Whoever reads the file of the database reads no secret."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tagwake.adapters.sealing import KeySealer, NoSealer
from tagwake.adapters.stores.engine import open_engine
from tagwake.adapters.stores.schema import upgrade
from tagwake.adapters.stores.source_store import DatabaseSourceStore
from tagwake.adapters.stores.subscription_store import DatabaseSubscriptionStore
from tagwake.adapters.stores.token_store import DatabaseTokenStore
from tagwake.core.access import Scope, token_hash
from tagwake.core.errors import UsageRefused
from tagwake.core.hook_login import PathToken, SharedHeader
from tagwake.core.hook_source import HookSource
from tagwake.core.secret import Secret
from tagwake.core.subscription import Subscription

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OLD, NEW = KeySealer([bytes(32)]), KeySealer([bytes(range(32)), bytes(32)])


def test_nothing_secret_is_in_the_file(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    upgrade(engine)
    sources, subscriptions = DatabaseSourceStore(engine, OLD), DatabaseSubscriptionStore(engine, OLD)
    sources.put(HookSource("zot", "main", SharedHeader("x", ("hunter2-header",))), now=NOW)
    sources.put(HookSource("quay", "main", PathToken(("hunter2-path",))), now=NOW)
    chat = Subscription("chat", "https://chat.example/hunter2-url")
    subscriptions.add(chat, [Secret("whsec_hunter2")], after=0, now=NOW)
    DatabaseTokenStore(engine).add("ci", token_hash("tagwake_hunter2"), [Scope.READ], now=NOW)
    engine.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"chat" in kept
    assert b"hunter2" not in kept


def test_a_new_key_opens_what_the_old_one_sealed(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    upgrade(engine)
    source = HookSource("zot", "main", SharedHeader("x", ("hunter2",)))
    DatabaseSourceStore(engine, OLD).put(source, now=NOW)
    assert DatabaseSourceStore(engine, NEW).source("zot", "main") == source
    DatabaseSourceStore(engine, NEW).put(source, now=NOW)
    with pytest.raises(UsageRefused, match="source zot/main was sealed with a key that is not in TAGWAKE"):
        DatabaseSourceStore(engine, OLD).source("zot", "main")
    engine.dispose()


def test_without_a_key_health_is_shown_and_secrets_are_not(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    upgrade(engine)
    keyless = DatabaseSourceStore(engine, NoSealer())
    source = HookSource("zot", "main", SharedHeader("x", ("hunter2",)))
    with pytest.raises(UsageRefused, match="set TAGWAKE_SECRET_KEY"):
        keyless.put(source, now=NOW)
    assert keyless.health() == ()
    DatabaseSourceStore(engine, OLD).put(source, now=NOW)
    assert [each.name for each in keyless.health()] == ["main"]
    with pytest.raises(UsageRefused, match="set TAGWAKE_SECRET_KEY"):
        keyless.source("zot", "main")
    engine.dispose()

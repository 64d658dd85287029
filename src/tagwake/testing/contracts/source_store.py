"""What every SourceStore must do: one suite over the twin, SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tagwake.core.hook_login import (
    BasicLogin,
    BodySignature,
    HookLogin,
    IdentityToken,
    PathToken,
    SharedHeader,
)
from tagwake.core.hook_source import HookSource
from tagwake.ports.source_store import (
    PARKED_BYTES,
    PARKED_KEPT,
    REFUSALS_KEPT,
    Refusal,
    SourceHealth,
    SourceStore,
    Unread,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOURCE = HookSource("zot", "main", SharedHeader("x-token", ("one", "two")))


class SourceStoreContract:
    """Subclasses give the fixture ``store``."""

    @pytest.mark.parametrize(
        "login",
        [
            SharedHeader("x-token", ("one", "two")),
            BasicLogin("user", ("one",)),
            BodySignature(("one", "zwei ü")),
            PathToken(("t",)),
            IdentityToken("https://issuer.example", "customer", "webhook:1"),
            IdentityToken("https://issuer.example", "customer", "webhook:1", '{"keys":[]}'),
        ],
    )
    def test_a_source_comes_back_whole(self, store: SourceStore, login: HookLogin) -> None:
        """With its secrets, its registry and its renames."""
        source = HookSource("harbor", "main", login, "hub.example", (("a", "b"), ("c", "")))
        assert store.put(source, now=NOW)
        assert store.source("harbor", "main") == source
        assert store.source("harbor", "other") is None
        assert store.source("zot", "main") is None

    def test_what_has_changed_is_taken_over(self, store: SourceStore) -> None:
        """Its counters stay."""
        assert store.put(SOURCE, now=NOW)
        store.accepted({("zot", "main"): 3}, now=NOW)
        changed = replace(SOURCE, login=PathToken(("t",)), registry="r.example")
        assert not store.put(changed, now=NOW + MINUTE)
        assert store.source("zot", "main") == changed
        assert store.health() == (SourceHealth("zot", "main", NOW, accepted=3, last_word_at=NOW),)

    def test_a_source_that_is_removed_is_gone(self, store: SourceStore) -> None:
        """With all that was kept of it; another of its name begins anew."""
        store.put(SOURCE, now=NOW)
        store.refused("zot", "main", ["no"], count=1, now=NOW)
        store.park([Unread("zot", "main", "garbage", 1, b"x")], now=NOW)
        assert store.remove("zot", "main")
        assert not store.remove("zot", "main")
        assert (store.source("zot", "main"), store.health(), store.parked(9)) == (None, (), ())
        store.put(SOURCE, now=NOW)
        assert store.refusals("zot", "main") == ()
        assert store.health() == (SourceHealth("zot", "main", NOW),)

    def test_deliveries_are_counted(self, store: SourceStore) -> None:
        """Many at once, whatever order they come in; unknown sources count nothing."""
        store.put(SOURCE, now=NOW)
        store.put(replace(SOURCE, kind="quay"), now=NOW)
        store.accepted({}, now=NOW)
        store.accepted({("zot", "main"): 2, ("quay", "main"): 1, ("quay", "other"): 1}, now=NOW + MINUTE)
        store.accepted({("zot", "main"): 1}, now=NOW)
        assert [(each.kind, each.accepted, each.last_word_at) for each in store.health()] == [
            ("quay", 1, NOW + MINUTE),
            ("zot", 3, NOW + MINUTE),
        ]

    def test_the_last_reasons_of_refusals_are_kept(self, store: SourceStore) -> None:
        """The newest first, each source's own."""
        store.put(SOURCE, now=NOW)
        store.put(replace(SOURCE, name="other"), now=NOW)
        store.refused("zot", "other", ["mine"], count=1, now=NOW)
        store.refused("zot", "unknown", ["nobody's"], count=1, now=NOW)
        store.refused("zot", "main", [], count=9, now=NOW)
        for number in range(0, REFUSALS_KEPT + 5, 3):
            reasons = [f"reason {number + more}" for more in range(3)]
            store.refused("zot", "main", reasons, count=4, now=NOW + number * MINUTE)
        kept = store.refusals("zot", "main")
        assert len(kept) == REFUSALS_KEPT
        assert kept[0] == Refusal(NOW + 102 * MINUTE, "reason 104")
        assert kept[-1].reason == "reason 5"
        assert [each.reason for each in store.refusals("zot", "other")] == ["mine"]
        assert store.refusals("zot", "unknown") == ()
        (main, other) = store.health()
        assert (main.refused, main.last_refusal_at) == (149, NOW + 102 * MINUTE)
        assert other.refused == 1

    def test_what_cannot_be_read_is_parked(self, store: SourceStore) -> None:
        """Cut, with the reason, and listed page by page."""
        store.put(SOURCE, now=NOW)
        store.put(replace(SOURCE, kind="quay"), now=NOW)
        body = b"\x00" * (PARKED_BYTES + 1)
        unknown = Unread("zot", "unknown", "nobody's", 1, b"x")
        store.park([Unread("zot", "main", "no JSON", len(body), body), unknown], now=NOW)
        store.park([Unread("quay", "main", "no object", 2, b"[]")], now=NOW + MINUTE)
        store.park([], now=NOW)
        newest, oldest = store.parked(9)
        assert (newest.kind, newest.body, newest.reason) == ("quay", b"[]", "no object")
        assert (oldest.body, oldest.size, oldest.at) == (body[:-1], PARKED_BYTES + 1, NOW)
        assert store.parked(1) == (newest,)
        assert store.parked(9, before=newest.number) == (oldest,)
        assert store.parked(9, kind="zot", name="main") == (oldest,)
        assert [each.parked for each in store.health()] == [1, 1]
        assert "\\x00" not in repr(oldest)

    def test_no_more_is_parked_than_there_is_room_for(self, store: SourceStore) -> None:
        """The oldest makes room."""
        store.put(SOURCE, now=NOW)
        store.put(replace(SOURCE, name="other"), now=NOW)
        store.park([Unread("zot", "other", "mine", 0, b"")], now=NOW)
        many = [Unread("zot", "main", str(number), 0, b"") for number in range(PARKED_KEPT + 2)]
        store.park(many[:9], now=NOW)
        store.park(many[9:], now=NOW)
        kept = store.parked(2 * PARKED_KEPT, name="main")
        assert len(kept) == PARKED_KEPT
        assert (kept[0].reason, kept[-1].reason) == (str(PARKED_KEPT + 1), "2")
        assert len(store.parked(9, name="other")) == 1

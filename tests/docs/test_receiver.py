"""The receivers of docs/how-to/subscriptions.md take what tagwake sends, and nothing else; the event there is one."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.checks.code_base import ROOT
from tests.docs.session import blocks
from tests.verbs.events import append

from tagwake.adapters.clock import SystemClock
from tagwake.core.event import Event
from tagwake.formats.cloudevents import encode
from tagwake.formats.standard_webhooks import Signer, hmac_secret, private_secret, public_key_of
from tagwake.testing.twins.feed import FeedTwin

PAGE = (ROOT / "docs/how-to/subscriptions.md").read_text()
SECRET, PRIVATE = hmac_secret(bytes(range(32))), private_secret(bytes(range(32)))


def event() -> Event:
    feed = FeedTwin()
    append(feed, ["1.4"])
    return feed.told[0]


def sent(body: bytes) -> dict[str, str]:
    return Signer.of([SECRET, PRIVATE]).headers("1-a", SystemClock().now(), body)


def function(name: str) -> Callable[..., Any]:
    (code,) = [block for _, block in blocks(PAGE, "python") if f"def {name}(" in block]
    names: dict[str, Any] = {}
    exec(compile(code, f"{name} of the page", "exec"), names)
    found: Callable[..., Any] = names[name]
    return found


def test_the_receiver_takes_an_event_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TAGWAKE_SECRET", SECRET)
    receive, body = function("receive"), encode(event(), "https://tagwake.example")
    headers = sent(body)
    assert [receive(headers, body), receive(headers, body)] == [204, 204]
    assert capsys.readouterr().out == (f"tag.moved docker.io/library/app:1.4 is now {event().digest}\n")
    assert receive(headers, body + b" ") == 401


def test_the_receiver_without_a_shared_secret() -> None:
    is_genuine, body = function("is_genuine"), b"{}"
    assert is_genuine(sent(body), body, public_key_of(PRIVATE))
    assert not is_genuine(sent(body), body + b" ", public_key_of(PRIVATE))
    assert not is_genuine(sent(body), body, public_key_of(private_secret(bytes(32))))


def test_the_event_of_the_page_has_what_events_have() -> None:
    ((_, shown),) = blocks(PAGE, "json")
    told, real = json.loads(shown), json.loads(encode(replace(event(), previous=event().digest), "x"))
    assert list(told) == list(real)
    assert set(told["data"]) == set(real["data"])
    assert told["id"] == f"{told['data']['cursor']}-{told['data']['chain'][:16]}"
    assert told["subject"] == told["data"]["image"]

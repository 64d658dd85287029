"""A source that appears dead is said to be, on its page and on that of all sources."""

import re
from datetime import timedelta

from tests.faces.service.stage import A, Time, ask, record, seen, service_on_twins
from tests.faces.service.web.test_pages import app_on
from tests.hook_samples import harbor


async def test_a_silent_source_is_told() -> None:
    service = service_on_twins(Time())
    source, start = harbor().source, seen("hub.example/proj/app:a", 0, A).seen_at
    service.sources.put(source, now=start)
    service.sources.accepted({("harbor", "main"): 1}, now=start)
    app = app_on(service)
    for path in ("/sources", "/sources/harbor/main"):
        assert "silent" not in text_of((await ask(app, path)).body)
    record(service, *(seen(f"hub.example/proj/app:{tag}", 10, A) for tag in "abc"))
    for path in ("/sources", "/sources/harbor/main"):
        told = text_of((await ask(app, path)).body)
        assert "silent polling found 3 moves that it did not tell of" in told
    service.sources.accepted({("harbor", "main"): 1}, now=start + timedelta(seconds=1))
    assert "silent" not in text_of((await ask(app, "/sources")).body)


def text_of(body: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body.decode()))

"""The pages in Chromium, with all the real data loaded: looked at by axe, used by mouse and by keyboard."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.browser import stage
from tests.browser.conftest import THEMES, WIDTHS, Site, Visit

from tagwake.core.access import Scope, token_hash, token_text
from tagwake.core.sighting import Sighting

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PAGES = {
    "home": "/",
    "repositories": "/repositories",
    "repository": f"/{stage.REPOSITORY}",
    "small-repository": "/registry.example/team/api",
    "stream": f"/{stage.API}",
    "busy-stream": f"/{stage.BUSY}?span=all",
    "long-name": f"/{stage.LONG}",
    "digest": f"/{stage.SHARED}",
    "events": "/events",
    "deliveries": "/deliveries",
    "delivery": "/deliveries/deploys",
    "sources": "/sources",
    "source": "/sources/harbor/main",
    "search": "/search?q=team",
    "found-nothing": "/search?q=zzzz",
    "missing": "/registry.example/no/such",
    "sign-in": "/sign-in",
}
SHOWN = ("home", "repository", "stream", "digest", "events", "delivery", "sources")
EMPTY = ("/", "/repositories", "/events", "/deliveries", "/sources")

MOST_SHIFT = 0.01
"""A tenth of what passes for good: no column and no row moves, though a page may be painted while it arrives."""
SHIFTS = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""


def faults(page: Page) -> list[str]:
    """What axe finds, a line a fault."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} ({node.get('failureSummary', '')})"
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault(site: Site, visit: Visit, name: str, width: int, theme: str) -> None:
    page = visit(site, PAGES[name], width=width, theme=theme)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the window"
    assert page.evaluate(SHIFTS) < MOST_SHIFT, "something moved after it was painted"


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_no_fault_on_an_empty_service(empty_site: Site, visit: Visit, theme: str) -> None:
    page = visit(empty_site, theme=theme)
    for path in EMPTY:
        page.goto(path)
        assert faults(page) == []
    page.goto("/")
    expect(page.locator("main")).to_contain_text("tagwake watch add")


@pytest.mark.parametrize("theme", THEMES)
def test_pictures_for_the_docs(
    site: Site, empty_site: Site, visit: Visit, pictures: Path, theme: str
) -> None:
    """Written where `TAGWAKE_SCREENSHOTS=docs/images` says; what they look like is a person's to judge."""
    for shown, names in ((site, SHOWN), (empty_site, ("empty",))):
        page = visit(shown, theme=theme, width=1080)
        page.set_viewport_size({"width": 1080, "height": 640})
        for name in names:
            page.goto(PAGES.get(name, "/"))
            assert page.screenshot(path=pictures / f"{name}-{theme}.png").startswith(b"\x89PNG")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_walk_by_clicking(site: Site, visit: Visit, width: int, scripts: bool) -> None:
    page = visit(site, width=width, scripts=scripts)
    page.locator(".alerts").get_by_role("link", name="team/api:1.4", exact=False).last.click()
    expect(page).to_have_url(re.compile(r"/registry\.example/team/api:1\.4$"))
    expect(page.locator("h1")).to_have_text(stage.API)
    expect(page.locator("svg.timeline .arcs path")).to_have_count(2)
    expect(page.locator("svg.timeline rect.gone")).to_have_count(1)
    expect(page.locator("tr.gap")).to_contain_text("not looking")
    page.get_by_role("link", name="all", exact=True).click()
    expect(page).to_have_url(re.compile(r"span=all$"))
    page.locator("dl.facts a.digest").click()
    expect(page).to_have_url(re.compile(f"/{stage.SHARED}$"))
    expect(page.locator("table.strips tbody tr")).to_have_count(3)
    page.get_by_role("link", name="registry.example/team/api:latest").click()
    page.locator("h1 a").click()
    expect(page.locator("h1")).to_have_text("registry.example/team/api")
    expect(page.locator("svg.strip")).to_have_count(3)
    page.get_by_label("Tags that begin with").fill("v")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("svg.strip")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"start=v$"))
    for name in ("Repositories", "Events", "Deliveries", "Sources", "Home"):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(page.locator("h1")).to_have_text(name)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_long_log_is_paged_and_its_state_is_in_the_url(site: Site, visit: Visit, scripts: bool) -> None:
    page = visit(site, f"/{stage.BUSY}?span=1y", scripts=scripts)
    seen = (
        page.locator("table.rows time").evaluate_all("all => all.map(each => each.dateTime)")
        if scripts
        else []
    )
    page.get_by_role("link", name="Older").click()
    expect(page).to_have_url(re.compile(r"span=1y&page="))
    assert "span=1y" in (page.locator(".pages a").first.get_attribute("href") or "")
    expect(page.locator("table.rows tbody tr")).to_have_count(50)
    if scripts:
        older = page.locator("table.rows time").evaluate_all("all => all.map(each => each.dateTime)")
        assert max(older) <= min(seen)
    again = visit(site, page.url.removeprefix(site.url), scripts=scripts)
    assert again.locator("table.rows").inner_text() == page.locator("table.rows").inner_text()


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        (stage.BUSY, f"/{stage.BUSY}"),
        ("91f0d7a0", f"/{stage.SHARED}"),
        ("dotnet/samples", "/mcr.microsoft.com/dotnet/samples"),
        ("registry.example/team/api", "/registry.example/team/api"),
    ],
)
def test_a_slash_and_a_few_characters_lead_there(site: Site, visit: Visit, typed: str, place: str) -> None:
    page = visit(site, "/sources")
    page.keyboard.press("/")
    expect(page.locator(".search input")).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page).to_have_url(site.url + place)


def test_the_first_key_leads_to_the_content(site: Site, visit: Visit) -> None:
    page = visit(site, f"/{stage.API}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("h1 a")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    stops = page.evaluate("document.querySelectorAll('svg a:not([tabindex=\"-1\"])').length")
    assert stops == 0, "the blocks of a timeline are no stops: the log beneath has the same links"


def test_a_slash_that_is_typed_stays_a_slash(site: Site, visit: Visit) -> None:
    page = visit(site, "/events")
    page.get_by_label("Only of the image").fill("")
    page.get_by_label("Only of the image").press_sequentially("registry.example/team/api:1.4")
    page.keyboard.press("Enter")
    expect(page.locator("table.rows tbody tr")).to_have_count(10)


def test_the_whole_digest_is_shown_and_copied(site: Site, visit: Visit) -> None:
    page = visit(site, f"/{stage.API}")
    digest = page.locator("table.rows a.digest").first
    shown = "element => getComputedStyle(element, '::after').content"
    assert digest.evaluate(shown) == "none"
    digest.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert str(stage.SHARED) in digest.evaluate(shown)
    copied = digest.evaluate(
        "element => { getSelection().selectAllChildren(element); return getSelection().toString().trim(); }"
    )
    assert copied == str(stage.SHARED)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_replay_with_one_button(own_site: Site, visit: Visit, scripts: bool) -> None:
    page = visit(own_site, "/deliveries", scripts=scripts)
    page.get_by_role("button", name=re.compile("Try event .* again")).click()
    expect(page.get_by_role("status")).to_have_text("What was given up is being tried again.")
    assert own_site.service.subscriptions.dead_letters(10, name="deploys") == ()
    page.get_by_role("button", name=re.compile("Replay from event")).first.click()
    expect(page.get_by_role("status")).to_contain_text("being sent again")
    assert own_site.service.subscriptions.assigned()["deploys"] < own_site.service.feed.newest()


def test_replay_by_keyboard(own_site: Site, visit: Visit) -> None:
    page = visit(own_site, "/deliveries/audit")
    page.get_by_label("Send again all events from number").focus()
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Replay", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("being sent again")
    assert own_site.service.subscriptions.assigned()["audit"] == 2


def test_the_feed_says_when_there_is_something_newer(own_site: Site, visit: Visit) -> None:
    page = visit(own_site, "/events")
    seen = Sighting(stage.stream("registry.example/team/new:1"), stage.NOW, stage.made(999), "poll")
    own_site.service.history.record(seen, now=stage.NOW)
    page.get_by_role("link", name="1 newer event: show it").click()
    expect(page.locator("table.rows tbody tr").first).to_contain_text("registry.example/team/new:1")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_signing_in(own_site: Site, visit: Visit, scripts: bool) -> None:
    token = token_text(b"\7" * 32)
    own_site.service.tokens.add("ann", token_hash(token), [Scope.READ], now=stage.NOW)
    page = visit(own_site, "/sign-in", scripts=scripts)
    assert own_site.service.tokens.find(token_hash(token)) is not None
    page.goto(f"/{stage.API}?span=all")
    expect(page).to_have_url(re.compile("/sign-in"))
    if scripts:
        assert faults(page) == []
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{own_site.url}/{stage.API}?span=all")
    expect(page.locator("h1")).to_have_text(stage.API)
    kept = {each["name"]: each for each in page.context.cookies()}
    assert kept["tagwake_token"]["httpOnly"]
    assert kept["tagwake_token"]["sameSite"] == "Lax"
    page.goto("/deliveries/deploys")
    expect(page.get_by_role("button", name="Replay", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/")
    expect(page).to_have_url(re.compile("/sign-in"))

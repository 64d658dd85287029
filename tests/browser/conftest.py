"""A real Chromium before the service with all the real data."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from tests import parts
from tests.browser import stage
from tests.faces.service.running import running
from tests.once import once, shared_folder

from tagwake.wiring.service import Service

WIDTHS = (375, 1440)
THEMES = ("light", "dark")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60_000
"""Milliseconds until a step has failed; how fast it is decides nothing."""


@dataclass(frozen=True, slots=True)
class Site:
    """A service that is being served."""

    url: str
    service: Service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a profile of its own; it ends with the module, for while it runs no other loop can."""
    program = parts.system_tool("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS), timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database with all the real moves."""
    return once(shared_folder(tmp_path_factory) / "real-moves", stage.load_real_data)


@contextmanager
def served(database: Path) -> Iterator[Site]:
    with stage.opened(database) as service, running(stage.app_of(service)) as url:
        yield Site(url, service)


@pytest.fixture(scope="module")
def site(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All the real data, and something of everything besides; only looked at."""
    database = stage.copy(real_data, tmp_path_factory.mktemp("site"))
    with stage.opened(database) as service:
        stage.live_through(service, database)
    with served(database) as site:
        yield site


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """Something of everything, for a test that changes it."""
    database = tmp_path / "tagwake.db"
    with stage.opened(database) as service:
        stage.live_through(service, database)
    with served(database) as site:
        yield site


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """A service that has seen nothing."""
    with served(tmp_path / "empty.db") as site:
        yield site


Visit = Callable[..., Page]


def is_complaint(said: ConsoleMessage) -> bool:
    """Whether the console has something against the page; that an answer is a 404 is no fault of it."""
    return said.type in ("error", "warning") and "status of 404" not in said.text


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a window; whatever its console says against a page fails the test."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def visit(
            site: Site, path: str = "/", *, width: int = 1440, theme: str = "light", scripts: bool = True
        ) -> Page:
            context: BrowserContext = browser.new_context(
                base_url=site.url,
                viewport={"width": width, "height": 900},
                color_scheme=theme,
                java_script_enabled=scripts,
                locale="en-GB",
                timezone_id="UTC",
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(path)
            return page

        yield visit
    assert complaints == []


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures of the pages go."""
    folder = Path(os.environ.get("TAGWAKE_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder

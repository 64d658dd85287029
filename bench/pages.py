"""How soon a browser paints a page, with over a million moves stored.

`python bench/pages.py [--visits N] [--copies N]` loads the real moves and a synthetic copy of them, serves them from
this machine, and opens each page in a Chromium whose cache is empty: the median time to the first byte and to the
first contentful paint, as the browser itself measures them. The limit is 100 ms to the paint. Beside them stands what
a page of two letters takes: what is the browser's own.
"""

import argparse
import statistics
import sys
from urllib.parse import quote

from playwright.sync_api import Browser, sync_playwright

from measure import Row, print_rows
from moves import REAL, ROOT, database
from queries import bring, served

LIMIT = 100.0
BARE = "/healthz"
SDK = "mcr.microsoft.com/dotnet/nightly/sdk"
PAGES = {
    "Home": "/",
    "repositories": "/repositories",
    "a repository": f"/{SDK}",
    "a tag": f"/{SDK}:latest",
    "a tag, all of its moves": f"/{SDK}:latest?span=all",
    "a digest": "",
    "events": "/events",
    "deliveries": "/deliveries",
    "sources": "/sources",
    "a search": f"/search?q={quote('sdk:8')}",
}
_TIMES = """() => [
  performance.getEntriesByType('navigation')[0].responseStart,
  performance.getEntriesByName('first-contentful-paint')[0].startTime,
]"""
_PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"


def visited(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds to the first byte and to the first paint, in a window of its own."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(url)
        page.wait_for_function(_PAINTED)
        first_byte, paint = page.evaluate(_TIMES)
        return first_byte, paint


def a_digest(browser: Browser, host: str) -> str:
    """The path of the digest that a busy tag points to."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{host}/{SDK}:latest")
        return page.locator("dl.facts a.digest").get_attribute("href") or "/"


def main(visits: int, copies: int) -> int:
    """Measure, and print; 1 where the limit is not held."""
    sys.path.insert(0, str(ROOT))
    from tests.browser.conftest import FLAGS

    rows = []
    with database("sqlite") as url:
        many = bring(url, REAL, range(copies))
        with served(url) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
            host = f"http://127.0.0.1:{port}"
            paths = {**PAGES, "a digest": a_digest(browser, host)}
            for path in (BARE, *paths.values()):
                visited(browser, host + path)
            bare = statistics.median(visited(browser, host + BARE)[1] for _ in range(visits))
            for what, path in paths.items():
                times = [visited(browser, host + path) for _ in range(visits)]
                first_byte, paint = (statistics.median(each) for each in zip(*times, strict=True))
                said = f"{paint:.0f} ms, first byte after {first_byte:.0f} ms; a bare page {bare:.0f} ms"
                rows.append(Row(f"{what} ({many:,} moves)", said, f"{LIMIT:.0f} ms", paint / LIMIT, 1.0))
            browser.close()
    return 0 if print_rows("Pages", rows) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visits", type=int, default=15)
    parser.add_argument("--copies", type=int, default=2)
    given = parser.parse_args()
    sys.exit(main(given.visits, given.copies))

"""The pages in a real browser: nothing goes wrong in it, nothing is fetched, and everything can be seen and read.

``nox -s browser`` makes the pages and runs this; without them, or without Playwright, there is nothing to test.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.tree

sync_api = pytest.importorskip("playwright.sync_api", reason="nox -s browser installs Playwright")
MADE = os.environ.get("SCANPATH_PAGES")
if MADE is None:
    pytest.skip("nox -s browser makes the pages and sets SCANPATH_PAGES", allow_module_level=True)

FOLDER = Path(MADE)
#: Pages of runs are alike, so one of them will do; the documentation's index and search hold nothing of ours.
ALIKE = sorted(FOLDER.glob("comparison/runs/*/report.html"))
LEFT_OUT = {*ALIKE[1:], FOLDER / "docs" / "genindex.html", FOLDER / "docs" / "search.html"}
PAGES = [page for page in sorted(FOLDER.rglob("*.html")) if page not in LEFT_OUT]
#: Pages that must show maps, by a part of their path, and what is a map there: a tile, not the picture beside it.
MAPS = {
    "comparison/report.html": ".tiles img",
    "results/core/": ".tiles img",
    "docs/mechanisms/multi_hop.html": "article img[src$='/multi_hop.png']",
}
WIDTHS = (1280, 400)
SMALLEST = 11
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

#: Content that is drawn: scrolled to, it must have a size, and its middle or an edge must lie in the window.
UNSEEN = """() => {
  const drawn = [...document.querySelectorAll('main img, main figure svg, main canvas, article img')]
    .filter(e => !e.closest('details:not([open])'));
  const unseen = drawn.filter(e => {
    e.scrollIntoView({block: 'center', behavior: 'instant'});
    const box = e.getBoundingClientRect();
    const empty = box.width < 1 || box.height < 1 || (e.tagName === 'IMG' && !(e.complete && e.naturalWidth > 0));
    const away = box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth;
    return empty || away;
  });
  scrollTo(0, 0);
  return unseen.map(e => e.outerHTML.slice(0, 120));
}"""

#: Visible text below a size, as it is drawn: a plot's letters shrink with the plot. Indices of formulas are left out.
TOO_SMALL = """smallest => {
  const found = new Map(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || e.closest('script, style, math, noscript') || !e.checkVisibility()) continue;
    const scale = e.getScreenCTM ? Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b) : 1;
    const size = parseFloat(getComputedStyle(e).fontSize) * scale;
    if (size > 0 && size < smallest - 0.05) found.set(node.data.trim().slice(0, 40), size.toFixed(1));
  }
  return [...found].slice(0, 8);
}"""

WIDER = "() => [document.scrollingElement.scrollWidth, innerWidth]"
#: Formulas of which a part is out of sight until somebody scrolls: on a telephone that cannot be helped.
CUT_OFF = """() => [...document.querySelectorAll('.formula')]
  .filter(e => [e, ...e.querySelectorAll('math')].some(one => one.scrollWidth > one.clientWidth + 1))
  .map(e => e.textContent.trim().slice(0, 60))"""


def name_of(page: Path) -> str:
    return str(page.relative_to(FOLDER).with_suffix(""))


@pytest.fixture(scope="module")
def browser():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "no chromium is installed: apt-get install chromium"
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_the_page(browser, file, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    wrong, asked = [], []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri(), wait_until="load")
    unseen = page.evaluate(UNSEEN)
    maps = {part: page.locator(where).count() for part, where in MAPS.items() if part in str(file)}
    small = page.evaluate(TOO_SMALL, SMALLEST)
    cut_off = page.evaluate(CUT_OFF) if width == max(WIDTHS) else []
    whole, window = page.evaluate(WIDER)
    keep(page, file, width)
    page.close()
    assert not wrong
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))], "it asks the outside"
    assert not unseen, "drawn, but nothing to see"
    assert all(maps.values()), "it shows no maps"
    assert whole <= window, f"the body is {whole} px wide in a window of {window}"
    assert not cut_off, "a formula is wider than its page"
    assert not small, f"text below {SMALLEST} px"


def keep(page, file, width):
    folder = os.environ.get("SCANPATH_SCREENSHOTS")
    if folder:
        shot = Path(folder) / f"{name_of(file).replace('/', '-')}-{width}.png"
        shot.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shot, full_page=True)


def test_the_pages_are_there():
    for part in MAPS:
        assert any(part in str(page) for page in PAGES), f"no page {part} was made"

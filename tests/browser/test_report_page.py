"""report.html in a real Chromium: it fetches nothing, logs nothing, and its switches work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dingdian.report.imprint import Imprint
from dingdian.report.mapping.scene import Scene
from dingdian.report.page import page_bytes
from report import invented
from report.programs import program

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run, city = invented.run(), invented.city()
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(page_bytes(Scene(run, city), Imprint(run, city)))
    return path


@pytest.fixture
def page(browser: Any, file: Path) -> Iterator[Any]:
    """The page at a desk's width; fails at the end on any outside request or console message."""
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    noise: list[str] = []
    opened.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else noise.append(r.url))
    opened.on("console", lambda message: noise.append(message.text))
    opened.on("pageerror", lambda error: noise.append(str(error)))
    opened.goto(file.as_uri())
    opened.wait_for_load_state("networkidle")
    yield opened
    opened.close()
    assert noise == []


def shown(page: Any) -> list[str]:
    return [str(e.get_attribute("id")) for e in page.query_selector_all("details.ruling") if e.is_visible()]


def test_the_page_opens_in_chinese_with_its_marks(page: Any) -> None:
    assert page.locator("h1").inner_text() == "某某市定点医药机构资源配置报告"
    assert page.locator(".banner").count() == 2
    assert page.locator("img").evaluate("image => image.naturalWidth > 800")


def test_the_language_switch_changes_every_text(page: Any) -> None:
    page.click("button[data-language=en]")
    assert page.locator("h1").inner_text().endswith("allocation of designated providers")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("button[data-language=en]").get_attribute("aria-pressed") == "true"
    assert page.locator("select option").first.inner_text() == "every class"
    page.click("button[data-language=zh]")
    assert page.locator("h1").inner_text().startswith("某某市")


def test_filters_by_outcome_class_text_and_robustness(page: Any) -> None:
    assert len(shown(page)) == 8
    page.uncheck("input[value=refused]")
    page.uncheck("input[value=review]")
    assert shown(page) == ["ruling-A-002", "ruling-A-005", "ruling-A-007"]
    page.select_option("select[name=class]", "pharmacy")
    assert shown(page) == ["ruling-A-002", "ruling-A-007"]
    page.fill("input[type=search]", "康民")
    assert shown(page) == ["ruling-A-002"]
    assert page.locator("output .count").inner_text() == "1"
    page.reload()
    page.check("input[name=fragile]")
    assert shown(page) == ["ruling-A-003", "ruling-A-004"]


def test_a_ruling_opens_from_the_keyboard(page: Any) -> None:
    summary = page.locator("#ruling-A-003 > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#ruling-A-003 .body").is_visible()
    page.click("button[data-unfold=yes]")
    assert page.locator("details.ruling[open]").count() == 8


def test_a_hostile_name_runs_nothing(page: Any) -> None:
    page.on("dialog", lambda dialog: pytest.fail("a name was run as a script"))
    assert invented.HOSTILE in page.locator("#ruling-A-006 .name").inner_text()


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_nothing_runs_over_the_edge_at_any_width(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for language in ("zh", "en"):
        page.click(f"button[data-language={language}]")
        page.click("button[data-unfold=yes]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints(page: Any) -> None:
    assert page.pdf(format="A4").startswith(b"%PDF")

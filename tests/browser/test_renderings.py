"""Clerk's table and public piece in a real Chromium: they fetch nothing, log nothing, and fit a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dingdian.city.model import City
from dingdian.loop.decide import check
from dingdian.plans.model import Plan
from dingdian.report.renderings import public, trees
from dingdian.report.renderings.clerk import clerk_html
from report.programs import program

pytestmark = pytest.mark.browser
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, demo_city: City, jinan: Plan) -> dict[str, Path]:
    tree = trees([check(demo_city, jinan, "A017")], demo_city, jinan)[0]
    folder = tmp_path_factory.mktemp("renderings")
    host = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>公示</title></head><body>{}</body></html>'
    found = {"clerk": clerk_html(tree), "public": host.format(public(tree).html)}
    for name, text in found.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in found}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.mark.parametrize("name", ["clerk", "public"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_quiet_and_fits_the_screen(browser: Any, files: dict[str, Path], name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    noise: list[str] = []
    page.on("request", lambda r: None if r.url.startswith("file:") else noise.append(r.url))
    page.on("console", lambda message: noise.append(message.text))
    page.goto(files[name].as_uri())
    page.wait_for_load_state("networkidle")
    wide = page.evaluate("document.documentElement.scrollWidth")
    said = page.locator("body").inner_text()
    page.close()
    assert noise == []
    assert wide <= width
    assert "不予新增" in said

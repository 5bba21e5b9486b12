"""report.html read as text: whole, self-contained, safe."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dingdian.report.imprint import Imprint
from dingdian.report.mapping.scene import Scene
from dingdian.report.page import page_bytes
from dingdian.report.page_rulings import receipt_name
from report import invented

VOID = {"meta", "link", "img", "br", "input", "hr", "circle", "rect", "line", "path"}


class Reader(HTMLParser):
    """Collects ids, links and texts, and checks that elements close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture(scope="session")
def markup(folder: Path) -> str:
    return (folder / "report.html").read_text("utf-8")


@pytest.fixture(scope="session")
def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    assert reader.open == []
    return reader


def test_nothing_is_fetched_from_outside(markup: str, read: Reader) -> None:
    assert all(link.startswith(("#", "data:")) for link in read.links)
    assert re.findall(r"""(?:src|href|action|poster)\s*=\s*["']?\s*(?:https?:)?//""", markup) == []
    assert re.findall(r"url\(\s*['\"]?(?!#)", markup) == []
    assert "@import" not in markup
    assert "default-src 'none'" in markup


def test_the_story_is_told_in_its_order(markup: str) -> None:
    found = re.findall(r'<section id="(\w+)"', markup)
    assert found == ["state", "gaps", "map", "places", "rulings", "plan", "basis"]


def test_hostile_names_are_text_and_no_element(markup: str, read: Reader) -> None:
    assert invented.HOSTILE not in markup
    assert "&lt;script&gt;alert(&#x27;药&#x27;)&lt;/script&gt;" in markup
    assert any(invented.HOSTILE in text for text in read.texts)
    assert not any(name.startswith("on") and name != "onsubmit" for name, _ in read.attributes)
    assert markup.count("<script>") == 1


def test_ids_are_unique_and_every_contents_link_leads_somewhere(read: Reader) -> None:
    assert len(read.ids) == len(set(read.ids))
    assert {link[1:] for link in read.links if link.startswith("#")} <= set(read.ids)


def test_both_languages_banners_and_provenance_are_in_the_page(markup: str) -> None:
    for part in ('lang="zh-CN"', 'lang="en"', "合成数据", "SYNTHETIC", "征求意见稿", "draft for comment", "JN-A1", "二（一）1", "OpenStreetMap", invented.CITY.sha256,
                 "—（缺少床位数（beds 表））", "— (beds are missing)", "receipts/A-001.json"):
        assert part in markup, part


def test_each_ruling_unfolds_to_findings_flips_and_what_would_change_it(markup: str) -> None:
    one = markup.split('id="ruling-A-004"')[1].split('id="ruling-A-005"')[0]
    for part in ("supply-demand", "无法判定：缺少供需研判结论。", "换一种口径会怎样", "open_beds", "什么会改变结论", "补充供需研判结论", "8.7 ≤ 9", "不适用的规则", "须确认"):
        assert part in one, part


def test_the_page_is_light(folder: Path) -> None:
    assert (folder / "report.html").stat().st_size < 3_000_000


def test_the_same_run_gives_the_same_bytes_and_english_opens_in_english(scene: Scene, imprint: Imprint) -> None:
    assert page_bytes(scene, imprint) == page_bytes(scene, imprint)
    assert b'data-show="en"' in page_bytes(scene, imprint, lang="en")


def test_a_page_without_applications_boundaries_or_places_is_whole() -> None:
    import attrs

    run, city = invented.run(applications=False), invented.city(applications=False, polygons=False, streets=False)
    run = attrs.evolve(run, options=attrs.evolve(run.options, places=(), covered_before=None, covered_after=None))
    reader = Reader()
    reader.feed(page_bytes(Scene(run, city), Imprint(run, city)).decode())
    assert reader.open == []
    assert "本期没有待审查的申请。" in reader.texts


@pytest.mark.parametrize(("application", "name"), [("A-1", "A-1.json"), ("../x/y", "_x_y.json"), ("申请 1", "申请_1.json"), ("..", "_.json")])
def test_receipts_get_file_names_that_stay_in_their_folder(application: str, name: str) -> None:
    assert receipt_name(application) == name

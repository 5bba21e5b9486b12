"""Charts and matrices: an absent value is said in words, a band is drawn, a judgement keeps its word beside its colour."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal

from dingdian.report.charts import Bar, chart, sorted_bars
from dingdian.report.imprint import Imprint
from dingdian.report.matrix import gap_matrix, opening_matrix
from dingdian.terms import Text


def name(text: str) -> Text:
    return Text(text, text)


BARS = [
    Bar(name("甲区"), Decimal("11.5"), Decimal("8.5"), Decimal("9"), "over"), Bar(name("乙区"), Decimal("8"), Decimal("8.5"), Decimal("9"), "short"),
    Bar(name("<戊县>"), None, reason=Text("缺少床位数", "beds are missing")),
]


def test_bars_are_in_proportion_and_an_absent_value_is_words() -> None:
    markup = chart(name("床位"), name("张"), BARS, places=2)
    svg = ET.fromstring(re.search(r"<svg.*</svg>", markup)[0])  # type: ignore[index]
    lengths = [float(r.attrib["width"]) for r in svg.iter("rect") if "rx" in r.attrib]
    assert len(lengths) == 2
    assert abs(lengths[0] / lengths[1] - 11.5 / 8) < 0.01
    texts = ["".join(t.itertext()) for t in svg.iter("text")]
    assert any(text.startswith("—（缺少床位数）") for text in texts)
    assert any(text.startswith("<戊县>") for text in texts)
    assert "甲区 11.5" in svg.attrib["aria-label"]


def test_a_share_above_the_axis_does_not_leave_the_drawing() -> None:
    markup = chart(name("占比"), name("%"), [Bar(name("甲"), Decimal(140), None, Decimal(120))], places=0, whole=100.0)
    assert max(float(x) + float(w) for x, w in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', markup)) <= 460


def test_nothing_to_draw_is_no_figure_and_absent_bars_come_last() -> None:
    assert chart(name("床位"), name("张"), [], places=2) == ""
    assert [bar.name.zh for bar in sorted_bars([BARS[2], BARS[1], BARS[0]])] == ["甲区", "乙区", "<戊县>"]


def test_the_gap_matrix_has_every_unit_and_a_reason_for_what_is_unknown(imprint: Imprint) -> None:
    matrix = gap_matrix(imprint)
    cells = {unit: dict(zip([c.title.zh for c in matrix.columns], row)) for unit, row in matrix.rows}
    assert set(cells) == {"甲区", "乙区", "丙区", "丁县", "戊县", "新城功能区"}
    assert cells["丁县"]["千名参保人床位数"].below.zh == "−2.7"
    assert cells["戊县"]["定点床位数"].text.zh == "—（缺少床位数（beds 表））"
    assert cells["戊县"]["定点床位数"].code == "undetermined"


def test_the_opening_matrix_shows_state_and_room(imprint: Imprint) -> None:
    matrix = opening_matrix(imprint)
    assert [c.title.zh for c in matrix.columns] == ["三级住院机构", "二级住院机构", "一级住院机构", "零售药店"]
    second = dict(matrix.rows)["乙区"]
    assert [(cell.text.zh, cell.below.zh) for cell in second[:2]] == [("关闭", ""), ("开放", "余 134 张")]

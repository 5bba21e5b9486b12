"""The annual plan: read with python-docx, and through LibreOffice as people will see it."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from dingdian.report.document import document_bytes
from dingdian.report.imprint import Imprint
from dingdian.report.mapping.scene import Scene
from report import invented
from report.programs import program

pytestmark = pytest.mark.slow

HEADINGS = [
    "一、总体情况", "二、资源配置目标与现状", "三、各区县开放与关闭的类别、等级", "四、分项计划", "五、择优排序", "六、申请审查结论一览",
    "七、重点支持方向", "八、口径与数据说明", "九、合成数据声明",
]


@pytest.fixture(scope="session")
def plan(folder: Path) -> Any:
    return docx.Document(str(folder / "annual-plan.docx"))


def everything(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_plan_follows_the_order_of_a_public_document(plan: Any) -> None:
    assert [p.text for p in plan.paragraphs if p.style.name == "Heading 1"] == HEADINGS


def test_the_plan_says_numbers_clauses_readings_dates_and_what_is_unknown(plan: Any) -> None:
    said = everything(plan)
    for part in ("7.4874 张/千名参保人", "8.5–9", "二（一）1", "JN-A1", "2026-06-30", "缺少床位数（beds 表）", "二（三）3", "OpenStreetMap", "床位数 × 1000 ÷ 参保人数",
                 "征求意见稿", "合成数据", "A-003", "不予新增※", "暂不纳入", "A-002 与 A-007"):
        assert part in said, part
    assert "None" not in said


def test_page_style_and_typefaces_are_those_of_a_chinese_document(plan: Any) -> None:
    section = plan.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    for name, typeface in (("Normal", "仿宋"), ("Heading 1", "黑体"), ("Table Text", "仿宋"), ("Title", "方正小标宋简体")):
        fonts = plan.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == typeface
    assert "PAGE" in section.footer._element.xml
    assert "合成数据" in section.header.paragraphs[0].text


def test_tables_repeat_their_headings_and_pictures_have_descriptions(plan: Any) -> None:
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in plan.tables)
    assert [shape._inline.docPr.get("descr") for shape in plan.inline_shapes] == [
        "各区县千名参保人床位数与目标的差值", "城区定点零售药店、建议新增位置与申请",
    ]


def test_fallback_typefaces_are_named(folder: Path) -> None:
    with zipfile.ZipFile(folder / "annual-plan.docx") as archive:
        assert "FangSong" in archive.read("word/fontTable.xml").decode()
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 20, 0, 0, 0)}


def test_the_same_run_gives_the_same_bytes(scene: Scene, imprint: Imprint) -> None:
    assert document_bytes(scene, imprint) == document_bytes(scene, imprint)


def test_a_plan_in_force_and_a_city_of_facts_carry_no_warning() -> None:
    import attrs

    run = invented.run(final=True)
    run = attrs.evolve(run, city=attrs.evolve(run.city, synthetic=()))
    city = invented.city()
    city = city.evolve(meta=attrs.evolve(city.meta, synthetic=()))
    document = docx.Document(io.BytesIO(document_bytes(Scene(run, city), Imprint(run, city))))
    said = everything(document)
    assert "合成数据声明" not in said
    assert "征求意见稿" not in said


def test_a_year_without_applications_says_so() -> None:
    run, city = invented.run(applications=False), invented.city(applications=False)
    said = everything(docx.Document(io.BytesIO(document_bytes(Scene(run, city), Imprint(run, city)))))
    assert "本期没有待审查的申请。" in said
    assert "本期没有符合规划、需要排序的申请。" in said


@pytest.mark.office
def test_libreoffice_prints_the_plan_with_its_numbers(folder: Path, tmp_path: Path) -> None:
    office = program("soffice", "libreoffice")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(folder / "annual-plan.docx")],
        check=True, capture_output=True, timeout=180,
    )
    reader = pypdf.PdfReader(tmp_path / "annual-plan.pdf")
    said = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for part in ("7.4874", "8.5–9", "17,221", "征求意见稿", "合成数据", "九、合成数据声明"):
        assert part in said, part
    assert len(reader.pages) >= 4

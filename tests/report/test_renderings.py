"""Four renderings of one ruling say the same, promise nothing, and show outsiders nobody else.

The golden files under ``tests/golden`` were read by a person. After a deliberate change of wording, write them anew with
``GOLDEN=write pytest tests/report/test_renderings.py`` and read the difference before committing it.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs
import docx
import pypdf
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from dingdian.city.model import City
from dingdian.cli import main
from dingdian.loop.decide import changes, check
from dingdian.loop.receipts import intact
from dingdian.plans.load import load_plan
from dingdian.plans.model import Plan
from dingdian.problems import BadData
from dingdian.provisions.finding import Finding, Judgement, Missing
from dingdian.report.renderings import (
    RENDERINGS,
    Context,
    Tree,
    context_of,
    files,
    public,
    rendered,
    tree_of,
    trees,
    write,
)
from dingdian.report.renderings.clerk import clerk_html
from dingdian.report.renderings.letter import NO_PROMISE, letter_docx
from dingdian.report.renderings.masking import PERSONAL_KINDS, is_personal, letter_veil, plain_words
from dingdian.report.renderings.tree import PARTS
from dingdian.terms import OUTCOMES, Text
from report.programs import program
from small_city import META, away, clinic, corner, for_clinic, pharmacy, small_city
from small_city import application as for_pharmacy

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent.parent / "golden"
NEIGHBOURS = {"C1": "李四诊所", "C2": "王五中医诊所", "P1": "近邻大药房", "P2": "对门大药房", "P3": "隔壁大药房",
              "C3": "西街社区卫生服务站"}
CASES = ("refused-clinic", "refused-pharmacy", "review-doubt", "review-no-place", "eligible", "eligible-exempt", "relocating")


@lru_cache(maxsize=1)
def plan() -> Plan:
    return load_plan(str(GOLDEN / "pack"))


@lru_cache(maxsize=1)
def city() -> City:
    """Two clinics and three pharmacies around the origin; one application for each situation."""
    east, north = corner(1)
    place = (round(east, 6), round(north, 6))  # as a person would state it, so that the golden files hold no last digits
    return small_city(
        meta=attrs.evolve(META, synthetic=("providers", "applications")),
        more_providers=[
            clinic("C1", corner(4), name=NEIGHBOURS["C1"]), clinic("C2", corner(-6), name=NEIGHBOURS["C2"]),
            pharmacy("P1", 300, name=NEIGHBOURS["P1"]), pharmacy("P2", 679.7, name=NEIGHBOURS["P2"]),
            pharmacy("P3", 796, 270, name=NEIGHBOURS["P3"], accuracy_m=30),
            clinic("C3", corner(3), name=NEIGHBOURS["C3"], kind="community_health_station", ownership="public"),
            clinic("OWN-7", corner(12), name="搬家诊所"),
        ],
        applications=[
            for_clinic("refused-clinic", place, name="张三诊所"),
            for_pharmacy("refused-pharmacy", name="新开大药房", accuracy_m=30),
            for_pharmacy("review-doubt", away(1100), name="存疑大药房", accuracy_m=30),
            for_pharmacy("review-no-place", None, name="无址大药房"),
            for_pharmacy("eligible", corner(-14), name="偏远大药房"),
            for_clinic("eligible-exempt", place, name="东区社区卫生服务站", kind="community_health_station", ownership="public"),
            for_clinic("relocating", place, name="赵六诊所", provider="OWN-7"),
        ],
    )


@lru_cache(maxsize=16)
def tree(case: str) -> Tree:
    return trees([check(city(), plan(), case)], city(), plan())[0]


@pytest.fixture(scope="module", params=CASES)
def each(request: pytest.FixtureRequest) -> Tree:
    return tree(request.param)


def said(one: Tree, rendering: str, lang: str = "zh") -> str:
    return rendered(one, rendering, lang).text


def everything(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    heads = [p.text for section in document.sections for p in section.header.paragraphs]
    return "\n".join([*(p.text for p in document.paragraphs), *cells, *heads])


def for_outsiders(one: Tree) -> Iterator[str]:
    """Everything that leaves the office, in every form and language."""
    for lang in ("zh", "en"):
        yield said(one, "letter", lang)
        yield everything(letter_docx(one, lang))
        yield said(one, "public", lang)


# --- the cases are what their names say ----------------------------------------------------------------------------


def test_every_situation_is_among_the_cases() -> None:
    assert [tree(case).outcome for case in CASES] == ["refused", "refused", "review", "review", "eligible", "eligible", "refused"]
    assert {tree(case).robust for case in CASES} == {True, False}
    assert [node.provision for node in tree("eligible-exempt").deciding] == ["primary-care"]
    assert tree("eligible").deciding == ()


# --- the tree ------------------------------------------------------------------------------------------------------


def test_what_decided_comes_first_and_what_does_not_apply_last(each: Tree) -> None:
    order = [list(PARTS).index(node.part) for node in each.nodes]
    assert order == sorted(order)
    assert len(each.nodes) == len(each.receipt["ruling"]["findings"])


def test_the_tree_names_those_whom_the_ruling_mentions_and_nobody_else() -> None:
    assert dict(tree("refused-clinic").others) == {"C1": NEIGHBOURS["C1"], "C2": NEIGHBOURS["C2"]}
    assert set(tree("refused-pharmacy").others) == {"P1", "P2", "P3"}
    assert tree("review-no-place").others == {}


def test_the_applicants_own_code_is_no_third_party() -> None:
    assert "OWN-7" not in tree("relocating").others


# --- all four say the same -----------------------------------------------------------------------------------------


def test_all_four_name_the_same_outcome_and_the_same_deciding_clauses(each: Tree) -> None:
    locators = {node.locator for node in each.deciding}
    for rendering in ("clerk", "letter", "public"):
        for lang in ("zh", "en"):
            text = said(each, rendering, lang)
            assert OUTCOMES.label(each.outcome, lang).lower() in text.lower(), rendering
            assert all(locator in text for locator in locators), rendering
    voucher = json.loads(said(each, "audit"))
    assert voucher["outcome"] == each.outcome
    assert {entry["clause"] for entry in voucher["index"] if entry["part"] == "deciding"} == locators


def test_letter_and_public_piece_give_no_clause_as_reason_that_did_not_decide(each: Tree) -> None:
    others = {node.locator for node in each.nodes} - {node.locator for node in each.deciding}
    reasons = said(each, "letter").split("二、")[1].split("三、")[0]
    assert not any(locator in reasons for locator in others)


def test_each_says_that_data_are_invented_that_the_plan_is_a_draft_and_that_a_person_confirms(each: Tree) -> None:
    for rendering in RENDERINGS:
        text = said(each, rendering)
        assert "合成数据" in text, rendering
        assert "征求意见稿" in text, rendering
        assert ("须由工作人员确认" in text) == (not each.robust), rendering
    for data in (files(each, "clerk")["docx"], files(each, "letter")["docx"]):
        assert "合成数据" in everything(data)
    assert "Synthetic data" in said(each, "public", "en")


def test_a_plan_of_another_pooling_area_is_for_comparison_only() -> None:
    elsewhere = attrs.evolve(plan(), pooling_area="330600")
    one = trees([check(city(), elsewhere, "eligible")], city(), elsewhere)[0]
    assert all("结果仅供比较" in said(one, rendering) for rendering in RENDERINGS)


def test_a_final_plan_on_a_city_of_facts_needs_no_warning() -> None:
    real, final = small_city(applications=[for_pharmacy("A1", corner(-14))]), attrs.evolve(plan(), status="final")
    one = trees([check(real, final, "A1")], real, final)[0]
    assert one.notices == ()
    assert "合成数据" not in said(one, "public")
    assert "尚未正式发布" not in said(one, "letter")


# --- nobody else, no place, no promise -----------------------------------------------------------------------------


def test_outsiders_read_no_name_and_no_code_of_another_provider(each: Tree) -> None:
    for text in for_outsiders(each):
        assert not any(name in text for name in NEIGHBOURS.values())
        assert not re.search(r"\b(C1|C2|C3|P1|P2|P3|OWN-7)\b", text)


def test_count_and_distance_of_the_others_stay() -> None:
    for text in (said(tree("refused-clinic"), "letter"), said(tree("refused-clinic"), "public")):
        assert "已有 2 家同类型定点机构（最近：某机构，300.0 米）" in text
        assert "还差 735 米" in text


def test_outsiders_read_no_code_of_a_provision_a_reading_or_a_column(each: Tree) -> None:
    codes = {node.provision for node in each.nodes if "-" in node.provision}
    codes |= {reading for node in each.nodes for reading in node.judgement.readings}
    for text in for_outsiders(each):
        assert not any(re.search(rf"\b{re.escape(code)}\b", text) for code in codes)
        assert not re.search(r"[a-z]+_[a-z]+|facts\.|providers\.", re.sub(r"<[^>]*>", "", text))


def test_the_public_piece_holds_no_coordinate(each: Tree) -> None:
    for lang in ("zh", "en"):
        text = said(each, "public", lang)
        for value in (each.lon, each.lat):
            assert value is None or (repr(value) not in text and f"{value:.3f}" not in text)


@pytest.mark.parametrize("case", ["refused-clinic", "relocating"])
def test_a_clinics_name_may_be_a_persons_and_is_masked(case: str) -> None:
    one = tree(case)
    text = said(one, "public")
    assert one.name not in text
    assert "东区某诊所" in text
    assert one.name in said(one, "letter")


@pytest.mark.parametrize(("kind", "ownership", "masked"), [
    *((kind, "private", True) for kind in PERSONAL_KINDS), ("clinic", "public", False), ("pharmacy", "private", False),
    ("general_hospital", "private", False), (None, "private", True),
])
def test_whose_name_is_masked(kind: str | None, ownership: str, masked: bool) -> None:
    one = tree("refused-clinic")
    case = {**one.receipt["case"], "ownership": ownership}
    assert is_personal(attrs.evolve(one, kind=kind, receipt={**one.receipt, "case": case})) is masked


def test_what_is_masked_is_recorded_in_the_piece_and_handed_on(each: Tree) -> None:
    fragment = public(each)
    fields = [one.field for one in fragment.masked]
    assert re.findall(r'data-field="([^"]+)"', fragment.html) == fields
    assert "已隐去" in fragment.html
    assert all(one.reason.zh and one.reason.en for one in fragment.masked)
    assert [one["field"] for one in fragment.as_json()["masked"]] == fields


def test_only_what_was_there_is_said_to_be_masked() -> None:
    assert {"case.lon", "case.lat", "findings.others"}.isdisjoint(m.field for m in public(tree("review-no-place")).masked)
    fields = {m.field for m in public(tree("relocating")).masked}
    assert {"case.name", "case.lon", "case.lat", "case.provider", "findings.others", "findings.evidence", "receipt"} <= fields
    assert "case.name" not in {m.field for m in public(tree("refused-pharmacy")).masked}


def test_letter_and_public_piece_promise_nothing(each: Tree) -> None:
    for lang in ("zh", "en"):
        if each.would_change:
            assert NO_PROMISE(lang) in said(each, "letter", lang)
    assert "不构成承诺" in said(each, "public")
    assert "不构成" in said(each, "letter") or each.outcome == "review"
    for text in for_outsiders(each):
        assert not re.search("即可纳入|保证|必将|一定(能|会|可)|will be (admitted|designated)", text)


def test_the_letter_says_how_to_object_and_that_it_is_a_draft(each: Tree) -> None:
    text = said(each, "letter")
    assert "可在收到本告知书之日起向经办机构说明情况、补充材料" in text
    assert "本告知书为草稿" in text


@pytest.mark.parametrize("rendering", ["public", "clerk"])
def test_html_runs_nothing_and_asks_for_nothing(each: Tree, rendering: str) -> None:
    for lang in ("zh", "en"):
        text = (said(each, "public", lang) if rendering == "public" else clerk_html(each, lang)).lower()
        assert not any(word in text for word in ("<script", "http", "<link", "<img", "<iframe", "@import", "url(", " on"  "click"))


def test_a_hostile_name_stays_a_name() -> None:
    hostile = small_city(applications=[for_pharmacy("A<1>", corner(-14), name="<script>alert(1)</script>大药房")])
    one = trees([check(hostile, plan(), "A<1>")], hostile, plan())[0]
    for text in (said(one, "public"), clerk_html(one)):
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_the_public_piece_is_accessible(each: Tree) -> None:
    html = said(each, "public")
    label = re.search(r'aria-labelledby="([^"]+)"', html)
    assert label is not None
    assert f'<h2 id="{label[1]}"' in html
    assert 'lang="zh-CN"' in html
    assert all(html.count(f"<{name}") == html.count(f"</{name}>") for name in ("article", "section", "ul", "dl", "dt", "dd", "p", "h3"))


@pytest.mark.parametrize("application", ["A001", "A005", "A013", "A017", "A024", "A027", "A032"])
def test_no_provider_of_the_demo_city_is_named_to_outsiders(demo_city: City, jinan: Plan, application: str) -> None:
    one = trees([check(demo_city, jinan, application)], demo_city, jinan)[0]
    text = "\n".join(said(one, rendering, lang) for rendering in ("letter", "public") for lang in ("zh", "en"))
    rows = demo_city.tables["providers"]
    own = one.own.get("provider")
    foreign = rows[(rows["provider"] != own) & (rows["name"] != one.name)]
    text = text.replace(one.name, "")
    assert [code for code in foreign["provider"] if code in text] == []
    assert [name for name in foreign["name"] if name in text] == []


# --- masking -------------------------------------------------------------------------------------------------------

NAMES = st.text(alphabet="甲乙丙丁戊", min_size=2, max_size=5)


@given(names=st.lists(NAMES, min_size=1, max_size=4), codes=st.lists(st.from_regex(r"\A[A-Z][0-9]{1,4}\Z"), min_size=1, max_size=3))
def test_no_hidden_name_or_code_survives_in_any_sentence(names: list[str], codes: list[str]) -> None:
    one = attrs.evolve(tree("refused-clinic"), others={**dict.fromkeys(codes, ""), **{f"N{i}": n for i, n in enumerate(names)}})
    text = f"最近：{'、'.join(names)}，与 {'、'.join(codes)} 的距离 464.5 米"
    masked = letter_veil(one)(Text(text, text)).zh
    assert not any(name in masked for name in names)
    assert not any(re.search(rf"\b{code}\b", masked) for code in codes)
    assert "464.5 米" in masked


def test_a_code_of_digits_hides_the_code_and_not_the_quantity() -> None:
    one = attrs.evolve(tree("refused-clinic"), others={"800": ""})
    text = Text("与 800 的距离 796.3 米在 800 米误差带内", "the distance to 800 is within 800 m")
    assert letter_veil(one)(text) == Text("与 某机构 的距离 796.3 米在 800 米误差带内", "the distance to another provider is within 800 m")


def test_a_neighbours_name_inside_the_applicants_own_is_not_masked() -> None:
    one = attrs.evolve(tree("refused-clinic"), name="张三诊所分部", others={"C9": "张三诊所"})
    assert letter_veil(one)(Text("张三诊所分部与张三诊所相距 5 米", "")).zh == "张三诊所分部与某机构相距 5 米"


@pytest.mark.parametrize(("before", "after"), [
    ("需签批文件（facts.exemption_sign_off）", "需签批文件"), ("发布日期（publication）未定", "发布日期未定"), ("缺少床位数（beds 表）", "缺少床位数"),
    ("步行 1,035 米（15 分钟）", "步行 1,035 米（15 分钟）"), ("省级文件（示例〔2026〕1号）", "省级文件（示例〔2026〕1号）"),
])
def test_names_of_columns_are_for_clerks_only(before: str, after: str) -> None:
    assert plain_words(Text(before, "")).zh == after


# --- the clerk's table ---------------------------------------------------------------------------------------------


def test_the_clerk_sees_every_provision_with_clause_margin_readings_and_neighbours(each: Tree) -> None:
    html = clerk_html(each)
    for node in each.nodes:
        assert node.provision in html
        assert node.locator in html
    assert all(code in html for code in each.others)


def test_the_clerk_is_told_what_to_do_next() -> None:
    assert "核对数据，向申请人说明条款和差距" in clerk_html(tree("refused-clinic"))
    assert "补充：" in clerk_html(tree("review-no-place"))
    assert "核对例外的依据材料并归档" in clerk_html(tree("eligible-exempt"))
    assert "核对 第三条 例外的依据材料" in clerk_html(tree("eligible-exempt"))


def test_the_clerks_document_has_a_chinese_typeface_and_the_same_bytes_each_time() -> None:
    one = tree("refused-clinic")
    data = files(one, "clerk")["docx"]
    assert data == files(one, "clerk")["docx"]
    assert "不符合" in everything(data)


def test_the_letter_is_set_in_chinese_typefaces() -> None:
    data = letter_docx(tree("refused-clinic"))
    assert data == letter_docx(tree("refused-clinic"))
    styles = docx.Document(io.BytesIO(data)).styles
    assert styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"
    assert styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    assert styles["Title"].element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "0"


@pytest.mark.office
def test_libreoffice_prints_the_letter(tmp_path: Path) -> None:
    office = program("soffice", "libreoffice")
    (tmp_path / "letter.docx").write_bytes(letter_docx(tree("refused-clinic")))
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path),
         str(tmp_path / "letter.docx")], check=True, capture_output=True, timeout=180)
    pages = pypdf.PdfReader(tmp_path / "letter.pdf").pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    assert "不构成承诺" in text
    assert "第六条" in text
    assert len(pages) <= 3


# --- the voucher ---------------------------------------------------------------------------------------------------


def test_the_voucher_holds_the_receipt_as_it_is(each: Tree) -> None:
    voucher = json.loads(said(each, "audit"))
    assert voucher["receipt"] == json.loads(json.dumps(each.receipt))
    assert intact(voucher["receipt"])
    assert said(each, "audit") == said(each, "audit", "en")


def test_the_index_leads_to_the_finding_the_digests_and_the_rows(each: Tree) -> None:
    voucher = json.loads(said(each, "audit"))
    receipt = voucher["receipt"]
    for entry in voucher["index"]:
        number = int(re.fullmatch(r"receipt\.ruling\.findings\[(\d+)\]", entry["at"])[1])  # type: ignore[index]
        finding = receipt["ruling"]["findings"][number]
        assert (finding["provision"], finding["status"], finding["clause"]) == (entry["provision"], entry["status"], entry["clause"])
        assert f"clauses.{entry['clause_id']}" in entry["digests"]
        assert all(receipt["plan"]["digests"][key] == digest for key, digest in entry["digests"].items())
        assert all(receipt["city"]["rows"][row["row"]] == row["digest"] for row in entry["rows"] if "digest" in row)


def test_the_index_names_rows_as_the_manifest_does() -> None:
    from dingdian.city.fingerprint import manifest_lines

    known = {f"{table}[{key}]" for table, key, _ in manifest_lines(city())}
    named = {row["row"] for case in CASES for entry in json.loads(said(tree(case), "audit"))["index"] for row in entry["rows"]}
    assert named <= known
    assert {"providers[C1]", "providers[P2]", "fund[370103/2026/employee]"} <= named


# --- what would change it ------------------------------------------------------------------------------------------


def _finding(**said: Any) -> Finding:
    judgement = Judgement(**{"status": "fails", "sentence": Text("不符合。", "fails."), "operator": "<=", **said})
    return Finding(provision="p", kind="k", effect="gate", clause="c", locator="第一条", requirements=(), normally=False, judgement=judgement)


def test_a_deciding_provision_that_names_nothing_nearer_gives_its_distance_to_the_threshold() -> None:
    found = changes("refused", ("p",), (_finding(value=5, threshold=3, margin=-2),))
    assert [line.zh for line in found] == ["第一条：距标准还差 2（实际 5，标准 ≤ 3）"]


@pytest.mark.parametrize("said", [
    {"value": 3, "threshold": 3, "margin": 0}, {"value": "surplus", "threshold": "surplus"}, {"margin": None},
])
def test_without_a_negative_margin_there_is_no_distance(said: dict[str, Any]) -> None:
    assert changes("refused", ("p",), (_finding(**said),)) == ()


def test_a_nearer_threshold_or_missing_evidence_stands_for_the_distance() -> None:
    near = _finding(value=5, threshold=3, margin=-2, would_change=(Text("还差 120 米", "120 m short"),))
    assert [line.zh for line in changes("refused", ("p",), (near,))] == ["第一条：还差 120 米"]
    lacks = _finding(value=5, threshold=3, margin=-2, missing=(Missing(table="beds", subject="x", column="y", phrase=Text("床位", "beds")),))
    assert [line.zh for line in changes("review", ("p",), (lacks,))] == ["补充证据：床位"]


# --- files and the command line ------------------------------------------------------------------------------------


def test_files_are_named_by_application_and_rendering(tmp_path: Path) -> None:
    one = attrs.evolve(tree("eligible"), application="甲/乙:1")
    names = [name for rendering in RENDERINGS for name in write([one], rendering, tmp_path)]
    assert names == ["甲_乙_1-clerk.txt", "甲_乙_1-clerk.docx", "甲_乙_1-clerk.html", "甲_乙_1-letter.txt", "甲_乙_1-letter.docx",
                     "甲_乙_1-audit.json", "甲_乙_1-public.html", "甲_乙_1-public.json"]
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())


def test_two_applications_never_share_a_file(tmp_path: Path) -> None:
    pair = [attrs.evolve(tree("eligible"), application=name) for name in ("a/1", "A:1")]
    with pytest.raises(BadData) as raised:
        write(pair, "audit", tmp_path / "out")
    assert raised.value.problems[0].code == "output_in_use"
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_check_renders_as_text_and_into_a_folder(tmp_path: Path) -> None:
    asked = ["check", "jinan-demo", "--plan", "jinan-2026", "--application", "A017", "--render"]
    shown = CliRunner().invoke(main, [*asked, "letter"])
    assert shown.exit_code == 1
    assert shown.stdout.startswith("定点医药机构资源配置审查告知书\n")
    made = CliRunner().invoke(main, [*asked, "public", "--out", str(tmp_path), "--json"])
    assert json.loads(made.stdout) == {"written": ["A017-public.html", "A017-public.json"]}
    assert json.loads((tmp_path / "A017-public.json").read_text(encoding="utf-8"))["masked"][0]["field"] == "case.name"
    both = json.loads(CliRunner().invoke(main, [*asked, "public", "--json"]).stdout)["renderings"]
    assert both[0]["masked"]
    assert both[0]["text"] == (tmp_path / "A017-public.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("wrong", [["--out", "x"], ["--plan", "jinan-2026", "--render", "letter"]])
def test_render_takes_one_plan_and_out_takes_render(wrong: list[str]) -> None:
    assert CliRunner().invoke(main, ["check", "jinan-demo", "--plan", "jinan-2026", "--application", "A017", *wrong]).exit_code == 2


def test_a_city_without_names_can_still_be_rendered() -> None:
    ruling = check(city(), plan(), "refused-clinic")
    bare = tree_of(ruling, Context(plan=Text("规划", "plan"), city="市"))
    assert set(bare.others) == {"C1", "C2"}
    assert context_of(city(), plan()).others["C1"] == NEIGHBOURS["C1"]


# --- golden files --------------------------------------------------------------------------------------------------


def stable(text: str) -> str:
    """``text`` without digests and version, which change with every version of the software."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", text)
    text = re.sub(r'"[0-9a-f]{16}"', '"<digest>"', text)
    return re.sub(r'("name": "dingdian",\s+"version": )"[^"]+"', r'\1"<version>"', text)


@pytest.mark.parametrize(("case", "rendering", "lang"), [
    ("refused-clinic", "letter", "zh"), ("refused-clinic", "letter", "en"), ("review-doubt", "letter", "zh"), ("eligible-exempt", "letter", "zh"),
    ("refused-clinic", "public", "zh"), ("refused-clinic", "public", "en"), ("refused-clinic", "clerk", "zh"), ("refused-clinic", "audit", "zh"),
])
def test_the_rendering_is_the_one_that_was_read(case: str, rendering: str, lang: str) -> None:
    suffix = {"audit": "json", "public": "html"}.get(rendering, "txt")
    path = GOLDEN / f"{case}-{rendering}-{lang}.{suffix}"
    text = stable(said(tree(case), rendering, lang))
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")

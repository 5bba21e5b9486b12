"""A siting as it is shown: certificate, coverage and gains in page, document, map and at the terminal; a sheet of its own."""

from __future__ import annotations

import io
import warnings
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import pytest
from attrs import evolve

from dingdian.loop.options import RELEASE, Certificate, LeftOut, LimitNote, Options
from dingdian.loop.results import Run
from dingdian.loop.site import Sited
from dingdian.report import siting_words
from dingdian.report.document import document_bytes
from dingdian.report.imprint import Imprint
from dingdian.report.mapping import panels
from dingdian.report.mapping.scene import Scene
from dingdian.report.mapping.site_sheet import site_png
from dingdian.report.page import page_bytes
from dingdian.report.site_files import as_run
from dingdian.report.site_view import site_lines
from dingdian.terms import Text
from report import invented

pytestmark = pytest.mark.slow

SENTENCE = Text("模型内任选 3 处，新增覆盖都不超过 25,000 人；本方案新增 23,700 人（94.8%）。",
                "In the model no choice of 3 can add more than 25,000 people; this one adds 23,700 (94.8 %).")


def proven(**changes: Any) -> Options:
    """The invented run's places with a certificate."""
    options = invented.run().options
    before = options.covered_before or 0
    places, covered = [], before
    for place in options.places:
        covered += place.gain
        places.append(evolve(place, covered_after=covered, candidate=f"n{place.rank}"))
    proof = Certificate(counts="persons", status="feasible", sentence=SENTENCE, value=Decimal(covered - before), bound=Decimal(25_000),
                        gap=Decimal("0.052"), verified=True)
    shown = evolve(options, places=tuple(places), covered_after=covered, certificate=proof, walk_m=Decimal("1035"), present_before=40,
                   present_after=43, left_out=(LeftOut(count=7, provision="circle", reason=Text("距离在误差以内", "a distance within its error")),),
                   not_modelled=(LimitNote(provision="fund", locator="三(一)", title=Text("基金约束", "fund gate"), rule=Text("…", "…")),))
    return evolve(shown, **changes)


def sited(options: Options) -> Sited:
    run = invented.run()
    return Sited(plan=run.plan, city=run.city, date_on=date(2026, 9, 1), options=options)


def as_shown(options: Options) -> tuple[Run, Scene, Imprint]:
    run, city = evolve(invented.run(), options=options), invented.city()
    return run, Scene(run, city, frozenset(options.uncovered)), Imprint(run, city)


def printed(options: Options, lang: str) -> str:
    from rich.console import Console

    console = Console(file=io.StringIO(), width=200)
    for part in site_lines(sited(options), lang):
        console.print(part)
    return console.file.getvalue()  # type: ignore[attr-defined]


# --- in a run's own outputs ---------------------------------------------------------------------------------------------


def test_the_page_shows_certificate_coverage_and_gains() -> None:
    _, scene, imprint = as_shown(proven())
    page = page_bytes(scene, imprint).decode()
    for said in (SENTENCE.zh, SENTENCE.en, "已另行复核", "机构由 40 家到 43 家", "其后覆盖人口"):
        assert said in page, said


def test_the_annual_plan_shows_them_too() -> None:
    _, scene, imprint = as_shown(proven())
    paper = docx.Document(io.BytesIO(document_bytes(scene, imprint)))
    text = "\n".join(p.text for p in paper.paragraphs)
    for said in (SENTENCE.zh, "已另行复核", "机构由 40 家到 43 家"):
        assert said in text, said
    table = next(t for t in paper.tables if t.rows[0].cells[0].text == "次序" and "新增覆盖人口" in [c.text for c in t.rows[0].cells])
    assert "其后覆盖人口" in [cell.text for cell in table.rows[0].cells]


def test_without_a_certificate_nothing_is_claimed() -> None:
    assert siting_words.proof(invented.run().options) == ()


def test_a_second_look_that_fails_is_never_hidden() -> None:
    options = proven()
    assert options.certificate is not None
    failed = proven(certificate=evolve(options.certificate, verified=False))
    assert siting_words.proof(failed)[-1].en == "The second look does not agree: do not use this result."


@pytest.mark.parametrize(("before", "share"), [(0, "0.00%"), (1, "33.33%"), (2, "66.66%"), (3, "100.00%")])
def test_shares_are_rounded_down_so_that_all_means_all(before: int, share: str) -> None:
    assert f"（{share}）" in siting_words.coverage(proven(considered=3, covered_before=before)).zh


# --- the map ------------------------------------------------------------------------------------------------------------


def entries(options: Options) -> list[str]:
    return [entry.words.zh for entry in panels.core_entries(as_shown(options)[1])]


def test_cells_that_come_within_reach_are_told_apart_from_those_that_do_not() -> None:
    cells = tuple(str(cell) for cell in invented.city().tables["population"]["cell"])
    shown = entries(proven(uncovered=cells[:4], gained=cells[:1]))
    assert {"15分钟服务圈外的人口格网", "新增后进入服务圈的人口格网", "建议新增位置（按次序编号）"} <= set(shown)
    assert "新增后进入服务圈的人口格网" not in entries(proven(uncovered=cells[:4]))
    _, scene, _ = as_shown(proven(uncovered=cells[:4], gained=cells[:1]))
    assert (len(scene.uncovered), len(scene.gained)) == (3, 1)


def test_those_to_leave_out_are_called_so() -> None:
    cells = tuple(str(cell) for cell in invented.city().tables["population"]["cell"])
    shown = entries(proven(mode=RELEASE, gained=cells[:2]))
    assert {"可退出的机构（按次序编号）", "退出后失去服务的人口格网"} <= set(shown)


def test_the_sheet_is_drawn_without_boxes_and_twice_the_same() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for options in (proven(), proven(mode=RELEASE), proven(places=()), Options(provider_class="pharmacy", reason=Text("缺少路网", "no streets"))):
            run, city = as_run(sited(options)), invented.city()
            pictures = [site_png(Scene(run, city), Imprint(run, city), dpi=40) for _ in range(2)]
            assert pictures[0] == pictures[1]
            assert b"tIME" not in pictures[0]


# --- at the terminal ----------------------------------------------------------------------------------------------------


def test_the_terminal_says_who_was_left_out_and_what_is_left_to_the_ruling() -> None:
    said = printed(proven(), "en")
    for word in (SENTENCE.en, "Left out: 7, a distance within its error", "三(一) fund gate", "SYNTHETIC", "n1"):
        assert word in said, word
    assert "合成数据" in printed(proven(), "zh")


def test_an_answer_that_was_cut_short_is_not_called_best() -> None:
    from dingdian.loop.site import words

    for said in (words.most_people(10, 10, 90, 100, "time_limit"), words.fewest_places(94, 93, Decimal("0.95"), "time_limit"),
                 words.least_loss(3, 3, 20, 10, "time_limit")):
        assert "cut short by its time limit" in said.en
        assert "已证明" not in said.zh


def test_the_sentences_of_the_three_questions() -> None:
    from dingdian.loop.site import words

    assert words.most_people(10, 10, 12_300, 12_345, "feasible").en == (
        "In the model no choice of 10 can add more than 12,345 people; this one adds 12,300 (99.6 %).")
    assert words.fewest_places(94, 93, Decimal("0.95"), "feasible").en == (
        "In the model at least 93 additions are needed for 95 %; these 94 suffice: at most 1 too many.")
    assert words.fewest_places(94, 94, Decimal("0.95"), "optimal").en.endswith("these 94 suffice: none too many.")
    assert words.least_loss(3, 3, 20, 12, "feasible").en.endswith("this choice (3) loses 20: at most 8 too many.")


def test_why_there_is_no_answer_stands_alone() -> None:
    said = printed(Options(provider_class="pharmacy", reason=Text("缺少路网", "the streets are missing")), "en")
    assert "Undetermined: the streets are missing." in said
    assert "rank" not in said

"""Documents of an application: known by code or name, each missing one named at once, and never a refusal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdian.provisions.base import Scope
from dingdian.provisions.fields import specs
from dingdian.provisions.finding import Judgement
from dingdian.provisions.kinds.materials import Materials, handed_in
from provisions.judging import judge, lacking, with_provisions
from small_city import application, for_clinic, small_city

FORM = {"id": "form", "zh": "申请表", "en": "application form"}
LICENCE = {"id": "drug_licence", "zh": "药品经营许可证", "en": "drug licence", "also": ["许可证"], "classes": ["pharmacy"]}


def listing(*documents: dict[str, Any]) -> Materials:
    return Materials(id="materials", clause="fund-gate", effect="information", scope=Scope(),
                     documents=specs(Materials)["documents"][0].parse(list(documents or (FORM, LICENCE))))


def ask(provision: Materials, documents: str | None, **columns: Any) -> Judgement:
    return judge(small_city(applications=[application(documents=documents, **columns)]), "materials", plan=with_provisions(provision))


@pytest.mark.parametrize("documents", ["form;drug_licence", "申请表；许可证", "申请表、药品经营许可证", " form , drug_licence "])
def test_a_document_is_known_by_its_code_or_a_name(documents: str) -> None:
    assert ask(listing(), documents).status == "holds"


def test_every_missing_document_is_named_at_once() -> None:
    said = ask(listing(), "营业执照")
    assert lacking(said) == {("applications", "documents")}
    assert [("申请表" in m.phrase.zh, "药品经营许可证" in m.phrase.zh) for m in said.missing] == [(True, False), (False, True)]
    assert said.evidence["unknown_names"] == ["营业执照"]


def test_one_that_is_missing_is_named_alone() -> None:
    said = ask(listing(), "申请表")
    assert said.sentence.zh == "尚未提交：药品经营许可证，须通知补正。"
    assert [m.phrase.zh for m in said.missing] == ["申请 A1 未交“药品经营许可证”（drug_licence）"]
    assert said.evidence["handed_in"] == ["form"]


def test_an_application_that_says_nothing_of_documents_is_asked() -> None:
    assert lacking(ask(listing(), None)) == {("applications", "documents")}


def test_a_document_of_another_class_is_not_asked_for() -> None:
    city = small_city(applications=[for_clinic(documents="form")])
    assert judge(city, "materials", plan=with_provisions(listing())).status == "holds"
    assert judge(city, "materials", plan=with_provisions(listing(LICENCE))).status == "not_applicable"


@pytest.mark.parametrize("documents", [[], [FORM, FORM], [FORM, {**LICENCE, "also": ["申请表"]}]])
def test_a_list_that_is_empty_or_names_a_document_twice_is_refused(documents: list[dict[str, Any]]) -> None:
    made = Materials(id="m", clause="c", effect="information", documents=specs(Materials)["documents"][0].parse(documents))
    assert len(list(made.problems())) == 1


def test_one_name_may_serve_two_classes() -> None:
    other = {"id": "practice_licence", "zh": "执业许可证", "en": "practice licence", "also": ["许可证"], "classes": ["inpatient"]}
    assert list(listing(LICENCE, other).problems()) == []


def test_it_reads_itself_back() -> None:
    said = listing().read_back()
    assert said.zh == "申请时提交：申请表；药品经营许可证（零售药店）；缺项的通知补正。"
    assert said.en.endswith(".")


@given(st.lists(st.sampled_from(["form", "drug_licence", "其他"]), max_size=5))
@settings(max_examples=20, deadline=None)
def test_only_the_full_set_holds_whatever_the_order(names: list[str]) -> None:
    said = ask(listing(), ";".join(names) or None)
    assert (said.status == "holds") == ({"form", "drug_licence"} <= set(names))


@given(st.text(alphabet="ab;；、 ", max_size=20))
def test_names_are_never_blank(cell: str) -> None:
    assert all(name and name == name.strip() for name in handed_in(cell))

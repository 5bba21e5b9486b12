"""What the loader of packs refuses, all at once and by line, and what a plan answers to dates and readings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from dingdian.plans.load import find_pack, load_plan, pack_ids
from dingdian.plans.model import Plan
from dingdian.problems import BadData, Problem

PACK = """\
id: test-2026
revision: 1
title: {zh: 测试规划, en: a plan for tests}
pooling_area: "370100"
status: draft
valid_from: 2026-01-01
valid_until: 2027-12-31
legal_bases: [某令第2号]
source: {zh: 测试, en: a test}
dates:
  publication: {title: {zh: 发布日期, en: publication}, value: }
clauses:
  beds: {locator: 一1, says: {zh: 床位区间, en: a band of beds}}
  radius: {locator: 二1, says: {zh: 半径, en: a radius}}
  free: {locator: 三1, says: {zh: 例外, en: an exemption}}
readings:
  WALK:
    question: {zh: 步速, en: speed}
    default: speed
    options:
      speed: {meaning: {zh: 快, en: brisk}, parameters: {minutes: 15, metres_per_second: 1.15}}
      slow: {meaning: {zh: 慢, en: slow}, parameters: {minutes: 15, metres_per_second: 1.0}}
provisions:
  - id: bed-total
    kind: bed_norm
    clause: beds
    requirements: [T-01]
    scope: {provider_class: [inpatient]}
    per: insured
    by: 2027-12-31
    low: 8.5
    high: 9.0
    readings: {beds: {option: insured_beds}, band: {option: band_free}}
  - id: radius
    kind: radius_cap
    clause: radius
    radius_m: 800
    caps: {dense: 3, other: 2}
    counts: [pharmacy]
    readings:
      distance: {option: straight_line}
      density: {option: percentile, percentile: 90}
      centre: {option: applicant}
      doubt: {option: band, metres: 20}
  - id: served
    kind: coverage
    clause: radius
    effect: information
    counts: [pharmacy]
    readings: {walk: WALK, outside: {option: undetermined}}
  - id: free
    kind: exemption
    clause: free
    effect: exemption
    rank: 2
    scope: {kinds: [village_clinic]}
    excepts: [bed-total, radius]
    readings: {counting: {option: counted}, who: {option: as_scoped}, fund: {option: never}}
  - id: quota
    kind: release_quota
    clause: beds
    effect: quota
    rank: 3
    bed_norm: bed-total
    excepts: [bed-total]
    readings: {ratio: {option: share, ratio: 1}, limit: {option: capped_by_gap}}
records:
  - {clause: free, requirements: [T-02], type: casework, reason: {zh: 办理, en: casework}}
"""

Refused = Callable[..., list[Problem]]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def write(text: str | bytes) -> Path:
        (tmp_path / "plan.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


@pytest.fixture
def refused(folder: Callable[[str | bytes], Path]) -> Refused:
    """Problems of the pack after some replacements, each of which must change it."""

    def load(*changes: tuple[str, str]) -> list[Problem]:
        text = PACK
        for old, new in changes:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        with pytest.raises(BadData) as raised:
            load_plan(folder(text))
        assert all(p.row is not None and p.file and p.message.en and p.remedy.zh for p in raised.value.problems)
        return list(raised.value.problems)

    return load


def line_of(words: str, text: str = PACK) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def codes(problems: list[Problem]) -> set[str]:
    return {problem.code for problem in problems}


# --- what is accepted ------------------------------------------------------------------------------------------------


def test_the_pack_of_these_tests_is_good(folder: Callable[[str | bytes], Path]) -> None:
    plan = load_plan(folder(PACK))
    assert [p.kind for p in plan.provisions] == ["bed_norm", "radius_cap", "coverage", "exemption", "release_quota"]
    assert plan.provision("bed-total").low == Decimal("8.5")  # type: ignore[attr-defined]
    assert plan.provision("free").rank == 2
    assert plan.sha256 == hashlib.sha256(PACK.encode()).hexdigest()


def test_shipped_packs_are_good() -> None:
    assert "jinan-2026" in pack_ids()
    for name in pack_ids():
        assert load_plan(name).id == name


def test_a_pack_is_found_by_id_by_folder_and_by_file(folder: Callable[[str | bytes], Path]) -> None:
    place = folder(PACK)
    assert find_pack(place) == find_pack(place / "plan.yaml") == place
    assert load_plan(place / "plan.yaml").sha256 == load_plan(place).sha256


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_line_ends_and_a_byte_order_mark_do_not_matter(change: Callable[[str], str], folder: Callable[[str | bytes], Path]) -> None:
    assert load_plan(folder(change(PACK))).provision("free").rank == 2


def test_line_ends_do_not_change_the_digest(folder: Callable[[str | bytes], Path]) -> None:
    assert load_plan(folder(PACK.replace("\n", "\r\n"))).sha256 == hashlib.sha256(PACK.encode()).hexdigest()


def test_what_a_plan_holds_cannot_be_changed(folder: Callable[[str | bytes], Path]) -> None:
    plan = load_plan(folder(PACK))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        plan.status = "final"  # type: ignore[misc]
    with pytest.raises(TypeError):
        plan.readings["NEW"] = plan.readings["WALK"]  # type: ignore[index]
    with pytest.raises(TypeError):
        plan.provision("radius").caps["dense"] = Decimal(9)  # type: ignore[attr-defined]


def test_every_part_has_a_digest_of_its_own(folder: Callable[[str | bytes], Path]) -> None:
    one, two = load_plan(folder(PACK)), load_plan(folder(PACK.replace("radius_m: 800", "radius_m: 801")))
    assert {k for k in one.digests if one.digests[k] != two.digests[k]} == {"provisions.radius"}


# --- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "near"), [
    ("revision: 1", "revisoin: 1\nrevision: 1", "revision"),
    ("    radius_m: 800", "    radius_m: 800\n    radus: 800", "radius_m"),
    ("locator: 一1,", "locator: 一1, locater: 一1,", "locator"),
    ("    default: speed", "    default: speed\n    toches: [T-01]", "touches"),
    ("scope: {kinds: [village_clinic]}", "scope: {kinds: [village_clinic], kind: [clinic]}", "kinds"),
    ("{walk: WALK,", "{walk: WALK, wlak: WALK,", "walk"),
    ("type: casework,", "type: casework, tpe: x,", "type"),
])
def test_an_unknown_key_is_refused_with_the_nearest_known_one(old: str, new: str, near: str, refused: Refused) -> None:
    problem, = refused((old, new))
    assert problem.code == "unknown_key"
    assert near in problem.remedy.en


def test_a_key_that_stands_twice_is_refused_at_its_second_line(refused: Refused) -> None:
    problem, = refused(("    high: 9.0", "    high: 9.0\n    low: 8.0"))
    assert (problem.code, problem.row) == ("duplicate_key", line_of("high: 9.0") + 1)


@pytest.mark.parametrize("key", ["id: test-2026", "title: {zh: 测试规划, en: a plan for tests}", "valid_from: 2026-01-01", "source: {zh: 测试, en: a test}"])
def test_a_missing_key_of_the_head_is_named(key: str, refused: Refused) -> None:
    problems = refused((key + "\n", ""))
    assert "missing_key" in codes(problems)
    assert key.split(":")[0] in {p.value for p in problems}


@pytest.mark.parametrize("field", ["    radius_m: 800\n", "    caps: {dense: 3, other: 2}\n", "    per: insured\n"])
def test_a_missing_field_of_a_kind_is_named(field: str, refused: Refused) -> None:
    problem, = refused((field, ""))
    assert (problem.code, problem.value) == ("missing_key", field.split(":")[0].strip())


# --- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "sign"), [
    ("status: draft", "status：draft", "："), ("    low: 8.5", "    low： 8.5", "："),
    ("counts: [pharmacy]", "counts: ［pharmacy］", "［"), ("kinds: [village_clinic]", "kinds: [village_clinic，clinic]", "，"),
    ("  - id: radius", "  － id: radius", "－"),
])
def test_a_full_width_sign_where_syntax_is_meant_is_named_on_its_line(old: str, new: str, sign: str, refused: Refused) -> None:
    problems = refused((old, new))
    problem = next(p for p in problems if p.code == "full_width_syntax")
    assert problem.row == line_of(old)
    assert sign in problem.message.zh


def test_full_width_signs_inside_sentences_are_nobodys_mistake(folder: Callable[[str | bytes], Path]) -> None:
    text = PACK.replace("zh: 床位区间", "zh: 床位区间：8.5，含两端；不含其他")
    assert "：" in load_plan(folder(text)).clauses["beds"].paraphrase.zh


def test_a_syntax_error_in_a_line_of_chinese_is_not_blamed_on_its_commas(refused: Refused) -> None:
    problem, = refused(("{zh: 床位区间, en: a band of beds}", "{zh: 床位，区间, en: a: band}"))
    assert (problem.code, problem.row) == ("yaml_syntax", line_of("床位区间"))


@pytest.mark.parametrize(("old", "new", "code"), [
    ("rank: 2", "rank: 02", "octal_number"), ("rank: 2", "rank: 0o2", "octal_number"),
    ("radius_m: 800", "radius_m: 13:20", "sexagesimal_number"), ("locator: 一1", "locator: 60:25:15", "sexagesimal_number"),
    ("    clause: free\n", "    clause: free\n    normally: yes\n", "boolean_word"),
    ("    clause: free\n", "    clause: free\n    normally: Off\n", "boolean_word"),
    ("    clause: free\n", "    clause: free\n    kinds_or_tags: n\n", "boolean_word"),
])
def test_what_yaml_would_read_as_something_else_is_refused(old: str, new: str, code: str, refused: Refused) -> None:
    assert code in codes(refused((old, new)))


@pytest.mark.parametrize(("old", "new"), [
    ("title: {zh", "title: &t {zh"), ("    caps: {dense: 3, other: 2}", "    caps: &c {dense: 3, other: 2}\n    counts: *c"),
    ("status: draft", "status: !!str draft"), ("status: draft", "status: !!python/object/apply:os.system [echo]"),
    ("clauses:", "clauses:\n  <<: *x"),
])
def test_anchors_aliases_and_tags_are_refused(old: str, new: str, refused: Refused) -> None:
    assert codes(refused((old, new))) == {"yaml_shorthand"}


def test_a_document_of_aliases_is_refused_before_it_grows(folder: Callable[[str | bytes], Path]) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(BadData) as raised:
        load_plan(folder("\n".join(lines)))
    assert {p.code for p in raised.value.problems} == {"yaml_shorthand"}
    assert raised.value.problems[0].row == 1


@pytest.mark.parametrize("sign", ["*", "&", "!"])
def test_the_same_signs_in_quotes_are_text(sign: str, folder: Callable[[str | bytes], Path]) -> None:
    plan = load_plan(folder(PACK.replace("locator: 一1", f'locator: "{sign}一1"')))
    assert plan.clauses["beds"].locator == f"{sign}一1"


@pytest.mark.parametrize(("text", "code"), [
    ("", "bad_shape"), ("\n# nothing\n", "bad_shape"), ("[]", "bad_shape"), ("just words", "bad_shape"), ("5", "bad_shape"),
    ("[" * 2000, "yaml_syntax"), ("a: 1\n---\nb: 2\n", "yaml_syntax"), ("a: 'open\n", "yaml_syntax"), ("? [a]\n: b\n", "bad_key"),
    ("a:\n\tb: 1\n", "yaml_syntax"),
])
def test_a_file_that_is_no_pack_is_refused(text: str, code: str, folder: Callable[[str | bytes], Path]) -> None:
    with pytest.raises(BadData) as raised:
        load_plan(folder(text))
    assert code in {p.code for p in raised.value.problems}


@pytest.mark.parametrize("content", [PACK.encode("gb18030"), PACK.encode("utf-16"), b"\xff\xfe\x00", b"id: \x80"])
def test_only_utf8_is_read(content: bytes, folder: Callable[[str | bytes], Path]) -> None:
    with pytest.raises(BadData) as raised:
        load_plan(folder(content))
    assert raised.value.problems[0].code == "encoding"
    assert "UTF-8" in raised.value.problems[0].remedy.zh


def test_a_control_character_is_refused(folder: Callable[[str | bytes], Path]) -> None:
    with pytest.raises(BadData):
        load_plan(folder(PACK.replace("测试规划", "测试\x00规划")))


@pytest.mark.parametrize("name", ["nowhere-2026", "", ".", "/nonexistent/folder"])
def test_a_pack_that_is_not_there_is_refused_with_those_that_are(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadData, match="jinan-2026"):
        load_plan(name)


# --- references ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "code", "near"), [
    ("    clause: beds\n", "    clause: bed\n", "unknown_clause", "beds"),
    ("    kind: bed_norm\n", "    kind: bed_norms\n", "unknown_kind", "bed_norm"),
    ("    kind: bed_norm\n", "", "unknown_kind", ""),
    ("    kind: bed_norm\n", "    kind: [bed_norm]\n", "unknown_kind", "bed_norm"),
    ("excepts: [bed-total, radius]", "excepts: [bed-total, radios]", "unknown_provision", "radius"),
    ("excepts: [bed-total, radius]", "excepts: [bed-total]\n    signed_excepts: [fund]", "unknown_provision", ""),
    ("bed_norm: bed-total", "bed_norm: bed-totl", "unknown_provision", "bed-total"),
    ("bed_norm: bed-total", "bed_norm: radius", "bad_value", ""),
    ("walk: WALK", "walk: WLAK", "unknown_reading", "WALK"), ("walk: WALK", "walk: 5", "unknown_reading", ""),
    ("walk: WALK", "walk: [WALK]", "unknown_reading", "WALK"),
    ("band: {option: band_free}", "band: {option: free}", "unknown_option", "band_free"),
    ("    default: speed", "    default: quick", "unknown_option", "speed"),
    ("{clause: free, requirements", "{clause: fre, requirements", "unknown_clause", "free"),
])
def test_a_name_that_leads_nowhere_is_refused(old: str, new: str, code: str, near: str, refused: Refused) -> None:
    problems = [p for p in refused((old, new)) if p.code == code]
    assert problems
    assert near in problems[0].remedy.en


@pytest.mark.parametrize(("old", "code"), [("    clause: beds\n", "missing_clause"), ("id: bed-total\n    ", "missing_id")])
def test_every_provision_has_an_id_and_a_clause(old: str, code: str, refused: Refused) -> None:
    assert code in codes(refused((old, "")))


def test_two_provisions_of_one_id_are_refused_at_the_second(refused: Refused) -> None:
    problem, = refused(("- id: served", "- id: radius"))
    assert (problem.code, problem.row) == ("duplicate_id", line_of("- id: served"))


def test_a_reference_is_placed_on_its_own_line_although_one_before_it_is_broken(refused: Refused) -> None:
    problems = refused(("    radius_m: 800\n", "    radius_m: eight\n"), ("    rank: 2\n", "    rank: 2\n    normally: true\n"),
                       ("[bed-total, radius]", "[bed-total, nothing]"))
    lost = next(p for p in problems if p.code == "unknown_provision")
    assert lost.row == line_of("excepts: [bed-total, radius]") + 1


def test_naming_a_provision_that_is_itself_broken_is_no_further_mistake(refused: Refused) -> None:
    assert codes(refused(("radius_m: 800", "radius_m: eight"))) == {"bad_value"}


# --- readings at their slots -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "code", "value"), [
    ("    readings: {walk: WALK, outside: {option: undetermined}}", "    readings: {walk: WALK}", "missing_reading", ""),
    ("outside: {option: undetermined}", "outside: {option: straight_line}", "missing_parameter", ""),
    ("{option: band, metres: 20}", "{metres: 20}", "missing_key", "option"),
    ("{option: band, metres: 20}", "{option: band, metres: 20, feet: 60}", "unknown_key", "feet"),
    ("{option: band, metres: 20}", "{option: exact, metres: 20}", "unknown_key", "metres"),
    ("{option: band, metres: 20}", "{option: band, metres: twenty}", "bad_value", "twenty"),
    ("{option: band, metres: 20}", '{option: band, metres: "20"}', "bad_value", "20"),
    ("{option: band, metres: 20}", "{option: band, metres: true}", "bad_value", "True"),
    ("{option: band, metres: 20}", "{option: band, metres: -0.1}", "bad_value", "-0.1"),
    ("parameters: {minutes: 15, metres_per_second: 1.0}", "parameters: {minutes: -1, metres_per_second: 1.0}", "bad_value", ""),
    ("parameters: {minutes: 15, metres_per_second: 1.0}", "parameters: {minutes: 15}", "missing_parameter", ""),
    ("parameters: {minutes: 15, metres_per_second: 1.0}", "parameters: {minutes: 15, metres_per_second: 1.0, miles: 1}", "unknown_key", "miles"),
    ("parameters: {minutes: 15, metres_per_second: 1.0}", "parameters: {minutes: 15, metres_per_second: slow}", "bad_value", ""),
    ("      slow: {meaning", "      crawl: {meaning", "unknown_option", "crawl"),
])
def test_a_slot_is_filled_with_what_it_asks_for(old: str, new: str, code: str, value: str, refused: Refused) -> None:
    found = [p for p in refused((old, new)) if p.code == code]
    assert found
    assert value in {p.value for p in found} or value == ""


def test_a_number_that_one_slot_asks_for_may_stand_beside_those_of_another(folder: Callable[[str | bytes], Path]) -> None:
    """One reading may fill two slots; what either of them asks for is not superfluous."""
    both = PACK.replace("doubt: {option: band, metres: 20}", "doubt: ERROR").replace(
        "readings:\n  WALK:", "readings:\n  ERROR:\n    question: {zh: 误差, en: error}\n    default: band\n    options:\n"
        "      band: {meaning: {zh: 带, en: band}, parameters: {metres: 20}}\n      exact: {meaning: {zh: 无, en: none}}\n  WALK:")
    assert load_plan(folder(both)).option("ERROR").parameters["metres"] == 20


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), [
    ("revision: 1", "revision: 0"), ("revision: 1", "revision: 1.5"), ("revision: 1", "revision: true"), ('pooling_area: "370100"', "pooling_area: 370100"),
    ("status: draft", "status: maybe"), ("valid_from: 2026-01-01", "valid_from: 2026-13-01"), ("valid_from: 2026-01-01", 'valid_from: "2026-01-01"'),
    ("legal_bases: [某令第2号]", "legal_bases: 某令第2号"), ("legal_bases: [某令第2号]", "legal_bases: [2]"),
    ("title: {zh: 测试规划, en: a plan for tests}", "title: 测试规划"), ("title: {zh: 测试规划, en: a plan for tests}", "title: {zh: 测试规划}"),
    ("title: {zh: 测试规划, en: a plan for tests}", 'title: {zh: 测试规划, en: ""}'), ("value: }", "value: soon}"),
    ("rank: 2", "rank: 1.5"), ("rank: 2", "rank: first"), ("rank: 2", "rank: true"), ("rank: 2", "rank: "),
    ("requirements: [T-01]", "requirements: T-01"), ("requirements: [T-01]", "requirements: [1]"), ("requirements: [T-01]", "requirements: {T: 1}"),
    ("scope: {provider_class: [inpatient]}", "scope: inpatient"), ("scope: {provider_class: [inpatient]}", "scope: {provider_class: inpatient}"),
    ("scope: {provider_class: [inpatient]}", "scope: {provider_class: [hospital]}"), ("scope: {provider_class: [inpatient]}", "scope: [inpatient]"),
    ("    readings: {walk: WALK, outside: {option: undetermined}}", "    readings: [WALK]"),
    ("low: 8.5", 'low: "8.5"'), ("low: 8.5", "low: eight"), ("low: 8.5", "low: -1"), ("low: 8.5", "low: true"), ("low: 8.5", "low: [8.5]"),
    ("low: 8.5", "low: 8.5张"), ("low: 8.5", "low: 1e1"), ("caps: {dense: 3, other: 2}", "caps: 3"), ("caps: {dense: 3, other: 2}", "caps: {dense: 3, thin: 2}"),
    ("caps: {dense: 3, other: 2}", "caps: {dense: three, other: 2}"), ("caps: {dense: 3, other: 2}", "caps: {}"),
    ("counts: [pharmacy]", "counts: pharmacy"), ("counts: [pharmacy]", "counts: [shop]"), ("excepts: [bed-total, radius]", "excepts: bed-total"),
    ("excepts: [bed-total, radius]", "excepts: [1]"), ("bed_norm: bed-total", "bed_norm: 5"), ("effect: information", "effect: advice"),
    ("    clause: free\n", "    clause: free\n    normally: 1\n"), ("type: casework", "type: chore"),
    ("    default: speed", "    default: 5"), ("    options:\n", "    options: []\n    spare:\n"),
])
def test_a_value_of_the_wrong_sort_is_refused(old: str, new: str, refused: Refused) -> None:
    problems = refused((old, new))
    assert "bad_value" in codes(problems)


@pytest.mark.parametrize(("old", "new", "code"), [
    ("    effect: exemption\n", "", "bad_effect"), ("    effect: exemption\n", "    effect: gate\n", "bad_effect"),
    ("    excepts: [bed-total, radius]\n", "", "bad_provision"), ("    excepts: [bed-total, radius]\n", "    excepts: []\n", "bad_provision"),
    ("    low: 8.5\n", "    low: 9.5\n", "bad_provision"), ("caps: {dense: 3, other: 2}", "caps: {dense: 3}", "bad_provision"),
    ("    counts: [pharmacy]\n    readings: {walk", "    counts: []\n    readings: {walk", "bad_provision"),
    ("    counts: [pharmacy]\n    readings:\n", "    counts: []\n    readings:\n", "bad_provision"),
])
def test_a_provision_that_makes_no_sense_is_refused(old: str, new: str, code: str, refused: Refused) -> None:
    assert codes(refused((old, new))) == {code}


@pytest.mark.parametrize("shares", ["{tertiary: 60, secondary: 25}", "{tertiary: 60, secondary: 25, primary: 16}",
                                    "{tertiary: 60, secondary: 25, primary: 10, ungraded: 5}"])
def test_shares_are_of_the_three_groups_of_levels_and_add_up(shares: str, refused: Refused) -> None:
    mix = f"  - {{id: mix, kind: tier_mix, clause: beds, shares: {shares}, readings: {{beds: {{option: open}}, tolerance: {{option: exact}}}}}}\n"
    assert codes(refused(("records:\n", mix + "records:\n"))) == {"bad_provision"}


@pytest.mark.parametrize(("old", "new"), [
    ("provisions:\n", "provisions: 5\nspare:\n"), ("provisions:\n", "provisions: {a: 1}\nspare:\n"), ("provisions:\n", "provisions: words\nspare:\n"),
    ("records:\n", "records: 5\nspare:\n"), ("clauses:\n", "clauses: [a]\nspare:\n"), ("readings:\n  WALK:\n", "readings: words\nspare:\n  WALK:\n"),
    ("dates:\n", "dates: [a]\nspare:\n"), ("  beds: {locator: 一1, says: {zh: 床位区间, en: a band of beds}}", "  beds: 5"),
    ("      slow: {meaning: {zh: 慢, en: slow}, parameters: {minutes: 15, metres_per_second: 1.0}}", "      slow: 5"),
    ("parameters: {minutes: 15, metres_per_second: 1.0}", "parameters: [15]"), ("  - id: bed-total\n", "  - 5\n  - id: bed-total\n"),
    ("  - id: bed-total\n", "  - null\n  - id: bed-total\n"), ("  - id: bed-total\n", "  - [a]\n  - id: bed-total\n"),
    ("  - {clause: free, requirements", "  - 5\n  - {clause: free, requirements"),
    ("  publication: {title: {zh: 发布日期, en: publication}, value: }", "  publication: 2026-06-15"),
])
def test_a_part_of_the_wrong_shape_is_refused_without_falling_over(old: str, new: str, refused: Refused) -> None:
    assert codes(refused((old, new))) & {"bad_shape", "bad_value"}


# --- all at once -----------------------------------------------------------------------------------------------------


def test_everything_wrong_is_said_at_once_each_on_its_line(refused: Refused) -> None:
    problems = refused(
        ("revision: 1", "revision: none"), ("locator: 一1,", "locater: 一1,"), ("    low: 8.5", "    low: low"), ("    kind: radius_cap", "    kind: radius"),
        ("walk: WALK", "walk: WALKS"), ("rank: 2", "rank: second"), ("type: casework", "type: chore"), ("    rank: 3\n", "    rank: 3\n    extra: 1\n"),
    )
    found = {(p.code, p.row) for p in problems}
    assert {
        ("bad_value", line_of("revision: 1")), ("unknown_key", line_of("locator: 一1")), ("missing_key", line_of("locator: 一1")),
        ("bad_value", line_of("low: 8.5")), ("unknown_kind", line_of("kind: radius_cap")), ("unknown_reading", line_of("walk: WALK")),
        ("bad_value", line_of("rank: 2")), ("unknown_key", line_of("rank: 3") + 1), ("bad_value", line_of("type: casework") + 1),
    } <= found


def test_a_problem_fits_on_one_line_with_file_line_value_and_remedy(refused: Refused) -> None:
    problem, = refused(("rank: 2", "rank: second"))
    line = problem.line("en")
    assert "\n" not in line
    assert f"plan.yaml:{line_of('rank: 2')}:provisions.3.rank: second: " in line


# --- dates and readings ------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(folder: Callable[[str | bytes], Path]) -> Plan:
    return load_plan(folder(PACK))


def test_an_open_date_may_be_set_and_opened_again(plan: Plan) -> None:
    set_to = plan.with_dates(publication=date(2026, 6, 15))
    assert set_to.dates["publication"].value == date(2026, 6, 15)
    assert set_to.with_dates(publication=None).dates["publication"].value is None
    assert plan.dates["publication"].value is None
    assert set_to.sha256 == plan.sha256


@pytest.mark.parametrize("value", ["2026-06-15", 20260615, datetime(2026, 6, 15), True])
def test_a_date_that_is_no_day_is_refused(value: Any, plan: Plan) -> None:
    with pytest.raises(BadData) as raised:
        plan.with_dates(publication=value)
    assert raised.value.problems[0].code == "bad_value"


def test_unknown_dates_are_refused_with_those_that_are_known(plan: Plan) -> None:
    with pytest.raises(BadData) as raised:
        plan.with_dates(published=date(2026, 1, 1), signed=date(2026, 1, 1))
    assert [p.value for p in raised.value.problems] == ["published", "signed"]
    assert all("publication" in p.remedy.en for p in raised.value.problems)


def test_readings_may_be_chosen_and_chosen_again(plan: Plan) -> None:
    slow = plan.with_readings({"WALK": "slow"})
    assert (slow.option("WALK").code, slow.option("WALK").parameters["metres_per_second"]) == ("slow", 1)
    assert slow.with_readings({"WALK": "speed"}).option("WALK").code == "speed"
    assert slow.with_readings({}).option("WALK").code == "slow"
    assert plan.option("WALK").code == "speed"
    assert plan.readings["WALK"].alternatives == ("slow",)


def test_unknown_readings_and_options_are_refused_together(plan: Plan) -> None:
    with pytest.raises(BadData) as raised:
        plan.with_readings({"WLAK": "slow", "WALK": "crawl"})
    assert [(p.code, p.value) for p in raised.value.problems] == [("unknown_reading", "WLAK"), ("unknown_option", "crawl")]
    assert "slow" in raised.value.problems[1].remedy.en


def test_a_provision_that_is_not_there_is_a_key_error(plan: Plan) -> None:
    with pytest.raises(KeyError, match="nothing"):
        plan.provision("nothing")


def test_what_could_not_be_translated_is_listed(folder: Callable[[str | bytes], Path]) -> None:
    plan = load_plan(folder(PACK.replace("type: casework", "type: untranslated")))
    assert [record.clause for record in plan.untranslated] == ["free"]

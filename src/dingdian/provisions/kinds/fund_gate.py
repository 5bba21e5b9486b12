"""No additions while the fund that would pay is in deficit, or while a warning letter is in force.

Which deficit is meant is the plan's to say: of the current period, of last year, the cumulative one, or a forecast one. Each is
tested for each scheme; a scheme whose account is not on file is undetermined, never in balance.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.alert import ALERT, QUIET, SHORT, Alert, lacking, of_rows, raised
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, UNDETERMINED, Input, Judgement, Measure, Missing
from dingdian.provisions.forward import classes_of
from dingdian.provisions.forward_rules import FundStop
from dingdian.provisions.fund_conditions import (
    AMOUNTS,
    CUMULATIVE,
    CURRENT,
    EVEN,
    FORECAST_BALANCE,
    FORECAST_FLOW,
    LAST_YEAR,
    MEASURES,
    STATED,
    Tested,
    tested,
)
from dingdian.provisions.ground import Choices, Ground
from dingdian.provisions.probe import AREA, Probe, application_for
from dingdian.terms import FUND_CONDITIONS, SCHEMES, Text

RUNNING, CLOSED = "running_year", "last_closed_year"
ACCOUNT, POOL = "accounting_unit", "pooling_area"


@frozen(kw_only=True)
class Account:
    """One scheme's account as the gate reads it; ``balance`` in yuan, None when nothing is on file."""

    scheme: str
    unit: str
    year: int | None
    through: date | None
    income: Decimal | None
    expenditure: Decimal | None
    beside: Decimal | None = None  # the last closed year's balance, shown beside a running year

    @property
    def balance(self) -> Decimal | None:
        return None if self.income is None or self.expenditure is None else self.income - self.expenditure

    def as_evidence(self) -> dict[str, Any]:
        return {"scheme": self.scheme, "unit": self.unit, "year": self.year, "through": self.through,
                "income": self.income, "expenditure": self.expenditure, "balance": self.balance,
                "last_closed_year_balance": self.beside}


@kind_of_provision
@frozen(kw_only=True)
class FundGate(Provision):
    """A deficit of any of ``schemes``, or a warning letter in force, stops additions."""

    kind: ClassVar[str] = "fund_gate"
    title: ClassVar[Text] = Text("基金约束", "fund gate")
    comparison: ClassVar[str] = ">="
    nature: ClassVar[str] = "fund"
    needs: ClassVar[tuple[str, ...]] = ("fund",)
    slots: ClassVar = {
        "period": Slot(Text("“当期”指哪一期", "which period is current"), {
            RUNNING: Text("本年度截至最近结账月份；本年尚无结账月份时看上一年度",
                          "the running year to the last closed month; where none is closed, the last closed year"),
            CLOSED: Text("上一个结账年度", "the last closed year"),
        }, otherwise=RUNNING),
        "area": Slot(Text("看哪一级账户", "whose account decides"), {
            ACCOUNT: Text("申请地所属核算单元", "the internal accounting unit of the place"),
            POOL: Text("统筹区", "the pooling area"),
        }),
        "forecast": Slot(Text("预计数以什么为准", "whose forecast decides"), {
            STATED: Text("医保部门报送的预测数", "the bureau's own forecast"),
            EVEN: Text("按本年已结账月份匀速推算", "the closed months of the year, carried on evenly"),
        }, otherwise=STATED),
    }

    schemes: tuple[str, ...] = fields.code_list(SCHEMES, "险种", "schemes")
    warning_letters: bool = fields.boolean("预警函是否停止新增", "whether warning letters stop additions")
    conditions: tuple[str, ...] = fields.code_list(FUND_CONDITIONS, "哪些赤字停止新增", "which deficits stop additions", default=(CURRENT,))

    def problems(self) -> Iterable[tuple[tuple[str | int, ...], Text, Text]]:
        if self.schemes and not self.conditions:
            yield (("conditions",), Text("没有写明哪种赤字停止新增", "no deficit is named"), Text("至少写一种", "name one at least"))

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        if not case.district:
            return undetermined([_no_unit(case)], readings=choices.used)
        unit = self._account_unit(ground, choices, case.district)
        accounts = [self._account(ground, choices, unit, scheme) for scheme in self.schemes] if CURRENT in self.conditions else []
        others = [self._tested(ground, choices, unit, c, scheme) for c in self.conditions if c != CURRENT for scheme in self.schemes]
        return self._judgement(ground, choices, unit, accounts, others, self._letters(ground, case.district))

    def _tested(self, ground: Ground, choices: Choices, unit: str, condition: str, scheme: str) -> Tested:
        forecast = choices["forecast"].option if condition.startswith("forecast") else STATED
        return tested(ground, condition, unit, scheme, forecast)

    def _account_unit(self, ground: Ground, choices: Choices, unit: str) -> str:
        """The unit whose account decides: the nearest one upwards that keeps one, or the pooling area."""
        snapshot = ground.snapshot
        if choices["area"].option == POOL:
            return snapshot.pooling_area
        return next((u for u in (unit, *snapshot.ancestors(unit)) if snapshot.fund_rows(u)), snapshot.pooling_area)

    def _account(self, ground: Ground, choices: Choices, unit: str, scheme: str) -> Account:
        rows = {row["year"]: row for row in ground.snapshot.fund_rows(unit) if row["scheme"] == scheme}
        year = ground.on.year
        closed = max((y for y in rows if y < year and _complete(rows[y])), default=None)
        running = rows.get(year)
        usable = running is not None and _complete(running) and running["through"] is not None and running["through"] <= ground.on
        chosen = year if usable and choices["period"].option == RUNNING else closed
        if chosen is None:
            return Account(scheme=scheme, unit=unit, year=None, through=None, income=None, expenditure=None)
        row = rows[chosen]
        beside = None if closed is None or chosen == closed else _yuan(rows[closed]["income"]) - _yuan(rows[closed]["expenditure"])
        return Account(
            scheme=scheme, unit=unit, year=chosen, through=row["through"] or date(chosen, 12, 31),
            income=_yuan(row["income"]), expenditure=_yuan(row["expenditure"]), beside=beside,
        )

    def _letters(self, ground: Ground, unit: str) -> list[dict[str, Any]] | None:
        """Letters in force for the unit or a unit above it; None when the city has no table of them."""
        if not self.warning_letters:
            return []
        if "warnings" not in ground.snapshot.city.tables:
            return None
        units = (unit, *ground.snapshot.ancestors(unit))
        return [letter for u in units for letter in ground.snapshot.warnings_in_force(u)]

    def _judgement(
        self, ground: Ground, choices: Choices, unit: str, accounts: list[Account], others: list[Tested],
        letters: list[dict[str, Any]] | None,
    ) -> Judgement:
        found = [*(_as_tested(ground, a) for a in accounts), *others]
        deficits, common = [t for t in found if t.fails], self._common(choices, accounts, others, found, letters)
        if letters and not deficits:  # what decides is what is compared: the letters, not a balance that is in order
            common |= {"value": len(letters), "operator": "<=", "threshold": 0, "margin": -len(letters), "unit_of_measure": "",
                       "as_of": common["as_of"] or ground.on}
        if deficits or letters:
            return Judgement(status=FAILS, sentence=_why(ground, deficits, letters or []),
                             would_change=(_lifting(deficits, letters or []),), **common)
        missing = [*(item for t in found if t.amount is None for item in t.missing), *([] if letters is not None else [_no_letters()])]
        if missing:
            return undetermined(missing, **common)
        return Judgement(status=HOLDS, sentence=self._in_order(ground.snapshot.unit_name(unit)), **common)

    def _common(
        self, choices: Choices, accounts: list[Account], others: list[Tested], found: list[Tested], letters: list[dict[str, Any]] | None
    ) -> dict[str, Any]:
        lowest = min((t.amount for t in found if t.amount is not None), default=None)
        formula = " and ".join(_FORMULAS[c] for c in self.conditions)
        evidence = {"accounts": [a.as_evidence() for a in accounts], "warning_letters": letters,
                    "formula": f"{formula} for every scheme, and no warning letter in force"}
        if others:
            evidence["conditions"] = [t.as_evidence() for t in others]
        return {
            "value": lowest, "operator": ">=", "threshold": 0, "margin": lowest, "unit_of_measure": "yuan", "readings": choices.used,
            "as_of": max((t.as_of for t in found if t.as_of), default=None), "evidence": evidence,
        }

    def _in_order(self, name: str) -> Text:
        letters = Text("，无有效预警函", ", and no warning letter is in force") if self.warning_letters else Text("", "")
        if self.conditions == (CURRENT,):
            return Text(f"{name}各险种统筹基金当期未出现收不抵支{letters.zh}。",
                        f"No scheme's pooled fund of {name} runs a current deficit{letters.en}.")
        zh, en = self._conditions_in_words()
        return Text(f"{name}各险种统筹基金均未出现{zh}{letters.zh}。", f"No scheme's pooled fund of {name} shows a {en}{letters.en}.")

    def _conditions_in_words(self) -> tuple[str, str]:
        return ("、".join(FUND_CONDITIONS.label(c) for c in self.conditions),
                " or a ".join(FUND_CONDITIONS.label(c, "en") for c in self.conditions))

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            for scheme in self.schemes:
                for condition in self.conditions:
                    if condition == CURRENT:
                        yield self._row(ground, choices, unit, self._account(ground, choices, unit, scheme))
                    else:
                        yield _other_row(ground, choices, unit, self._tested(ground, choices, unit, condition, scheme))

    def _row(self, ground: Ground, choices: Choices, unit: str, account: Account) -> Measure:
        letters = self._letters(ground, unit)
        known = account.balance is not None
        need = None if account.balance is None else max(account.balance, Decimal(0))  # nothing is short of a surplus
        note = Text(
            "有效预警函：" + "、".join(str(item["reference"] or item["issued_on"]) for item in letters),
            "warning letter in force: " + ", ".join(str(item["reference"] or item["issued_on"]) for item in letters),
        ) if letters else None
        return Measure(
            measure="fund_balance", unit=unit,
            title=Text(f"{SCHEMES.label(account.scheme)}统筹基金当期收支差",
                       f"current balance of the pooled fund, {SCHEMES.label(account.scheme, 'en')}"),
            unit_name=ground.snapshot.unit_name(unit), subject=account.scheme, unit_of_measure="yuan",
            formula="income - expenditure", need=need, need_low=0 if known else None,
            supply=account.balance, gap=None if account.balance is None or need is None else account.balance - need, readings=choices.used, as_of=account.through,
            inputs=(
                Input(name="income", value=account.income, unit_of_measure="yuan", as_of=account.through, source="fund.income"),
                Input(name="expenditure", value=account.expenditure, unit_of_measure="yuan", as_of=account.through,
                      source="fund.expenditure"),
                Input(name="last_closed_year_balance", value=account.beside, unit_of_measure="yuan", source="fund"),
            ),
            status="measured" if known else "undetermined", note=note,
            reason=None if known else _no_account(ground, account).phrase,
        )

    def alerts(self, ground: Ground, lead_days: int) -> Iterable[Alert]:
        """Every condition of every scheme in each unit that keeps an account, and the warning letters in force."""
        choices = ground.choices(self)
        units = (ground.snapshot.pooling_area, *ground.snapshot.districts)
        accounting = {self._account_unit(ground, choices, unit) for unit in units}
        rows = (row for row in self.measure(ground) if row.unit in accounting)
        yield from of_rows(rows, {MEASURES[condition]: {SHORT: None} for condition in self.conditions}, ground.on)
        if self.warning_letters:
            yield from _letter_alerts(ground, units)

    def forward(self, ground: Ground, choices: Choices) -> FundStop:
        closed = CURRENT in self.conditions and choices["period"].option == CLOSED
        return FundStop(provision=self.id, classes=classes_of(self), schemes=self.schemes, conditions=self.conditions,
                        of_area=choices["area"].option == POOL, closed_year=closed, readings=choices.used)

    def read_back(self) -> Text:
        schemes_zh = "或".join(SCHEMES.label(s) for s in self.schemes)
        schemes_en = " or ".join(SCHEMES.label(s, "en") for s in self.schemes)
        normally_zh, normally_en = ("原则上", "normally ") if self.normally else ("", "")
        letters_zh, letters_en = ("，或收到上级医保部门基金运行预警函且未解除", ", or a warning letter is in force") if self.warning_letters else ("", "")
        if self.conditions != (CURRENT,):
            zh, en = self._conditions_in_words()
            return Text(
                f"{schemes_zh}统筹基金出现{zh}任一情形{letters_zh}的，{normally_zh}不再新增（{self.scope.phrase().zh}）；收支或结余恰为零不算赤字。",
                f"While the pooled fund of the {schemes_en} shows a {en}{letters_en}, {normally_en}nothing is added "
                f"({self.scope.phrase().en}); exactly zero is no deficit.")
        return Text(
            f"{schemes_zh}统筹基金当期收入少于支出{letters_zh}的，{normally_zh}不再新增（{self.scope.phrase().zh}）。",
            f"While the pooled fund of the {schemes_en} takes in less than it spends{letters_en}, "
            f"{normally_en}nothing is added ({self.scope.phrase().en}).",
        )

    def probes(self, choices: Choices) -> Iterable[Probe]:
        """Each condition alone a fen below, at and above zero; no account at all; a warning letter alone."""
        for condition in self.conditions if self.schemes else ():
            for position, fen, expect in (("below", -1, FAILS), ("at", 0, HOLDS), ("above", 1, HOLDS)):
                yield self._probe(position, expect, note=condition, fund=self._probed(condition, Decimal(fen) / 100))
        if self.schemes:
            yield self._probe("missing", UNDETERMINED)
        if self.warning_letters:
            letter = {"unit": AREA, "issued_on": date(2026, 1, 1), "reference": "L"}
            yield self._probe("other", FAILS, fund=self._probed("", Decimal(0)), warnings=[letter], note="warning letter")

    def _probe(self, position: str, expect: str, *, note: str = "", **tables: list[Any]) -> Probe:
        return Probe(position=position, expect=expect, application=application_for(self), tables=tables, note=note,
                     known_empty=() if "warnings" in tables else ("warnings",))

    def _probed(self, condition: str, amount: Decimal) -> list[dict[str, Any]]:
        """Accounts in balance, but for the first scheme's amounts on which one condition may rest."""
        return [row for scheme in self.schemes for row in _probe_accounts(scheme, condition, amount if scheme == self.schemes[0] else Decimal(0))]


def _probe_accounts(scheme: str, condition: str, amount: Decimal) -> list[dict[str, Any]]:
    """Last year and the running year to 30 June; the amounts that another reading would look at are off too."""
    def off(*conditions: str) -> Decimal:
        return amount if condition in conditions else Decimal(0)

    common = {"unit": AREA, "scheme": scheme, "expenditure": 1000, "forecast_expenditure": 1000}
    return [
        {**common, "year": 2025, "income": 1000 + off(CURRENT, LAST_YEAR), "closing_balance": off(FORECAST_BALANCE)},
        {**common, "year": 2026, "income": 1000 + off(CURRENT, FORECAST_FLOW), "closing_balance": off(CUMULATIVE),
         "forecast_income": 1000 + off(FORECAST_FLOW), "forecast_closing_balance": off(FORECAST_BALANCE), "through": date(2026, 6, 30)},
    ]


_FORMULAS = {
    CURRENT: "income - expenditure >= 0", LAST_YEAR: "income - expenditure of last year >= 0", CUMULATIVE: "closing_balance >= 0",
    FORECAST_FLOW: "forecast_income - forecast_expenditure >= 0", FORECAST_BALANCE: "forecast_closing_balance >= 0",
}


def _as_tested(ground: Ground, account: Account) -> Tested:
    """The current deficit in the shape of the other conditions."""
    return Tested(condition=CURRENT, scheme=account.scheme, unit=account.unit, amount=account.balance, year=account.year,
                  as_of=account.through, missing=() if account.balance is not None else (_no_account(ground, account),))


def _other_row(ground: Ground, choices: Choices, unit: str, found: Tested) -> Measure:
    known, name = found.amount is not None, AMOUNTS[found.condition]
    need = None if found.amount is None else max(found.amount, Decimal(0))
    inputs = [Input(name="amount", value=found.amount, unit_of_measure="yuan", as_of=found.as_of, source="fund")]
    inputs += [Input(name=key, value=value, unit_of_measure="yuan", source="fund") for key, value in found.beside.items()]
    return Measure(
        measure=MEASURES[found.condition], unit=unit, unit_name=ground.snapshot.unit_name(unit), subject=found.scheme,
        title=Text(f"{SCHEMES.label(found.scheme)}统筹基金{name.zh}", f"{name.en} of the pooled fund, {SCHEMES.label(found.scheme, 'en')}"),
        unit_of_measure="yuan", formula=found.formula.removesuffix(" >= 0"), need=need, need_low=0 if known else None, supply=found.amount,
        gap=None if found.amount is None or need is None else found.amount - need, readings=choices.used, as_of=found.as_of,
        inputs=tuple(inputs), status="measured" if known else "undetermined", reason=None if known else found.missing[0].phrase,
    )


def _complete(row: dict[str, Any]) -> bool:
    return row["income"] is not None and row["expenditure"] is not None


def _letter_alerts(ground: Ground, units: tuple[str, ...]) -> Iterable[Alert]:
    """Each unit's own letters; one line for all of them where there is none, or where nobody keeps the table."""
    area, title = ground.snapshot.pooling_area, Text("基金运行预警函", "warning letters")
    none = Alert(trigger="warning_letter", title=title, state=QUIET, unit=area, unit_name=ground.snapshot.unit_name(area), value=0, operator="<=",
                 threshold=0, since=ground.on, sentence=Text(f"截至 {ground.on} 没有有效的预警函。", f"No warning letter is in force on {ground.on}."))
    if "warnings" not in ground.snapshot.city.tables:
        yield lacking(none, [_no_letters()])
        return
    letters = [(unit, letter) for unit in units for letter in ground.snapshot.warnings_in_force(unit)]
    yield from (_letter_alert(none, unit, ground.snapshot.unit_name(unit), letter) for unit, letter in letters)
    if not letters:
        yield none


def _letter_alert(none: Alert, unit: str, name: str, letter: dict[str, Any]) -> Alert:
    day, reference = letter["issued_on"], str(letter["reference"] or letter["issued_on"])
    return raised(none, ALERT, unit=unit, unit_name=name, subject=reference, since=day, value=1, sentence=Text(
        f"{name} {day} 收到的基金运行预警函（{reference}）仍有效。", f"The warning letter of {day} to {name} ({reference}) is in force."),
        evidence=(Input(name="issued_on", value=day.isoformat(), as_of=day, source="warnings"),))


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _no_unit(case: Case) -> Missing:
    return Missing(table="applications", subject=case.application, column="unit",
                   phrase=Text(f"申请 {case.application} 缺少所属规划单元", f"application {case.application} lacks its unit"))


def _no_account(ground: Ground, account: Account) -> Missing:
    name = ground.snapshot.unit_name(account.unit)
    return Missing(table="fund", subject=account.unit, column="income",
                   phrase=Text(f"缺少{name}{SCHEMES.label(account.scheme)}基金收支",
                               f"the account of the {SCHEMES.label(account.scheme, 'en')} of {name} is missing"))


def _no_letters() -> Missing:
    return Missing(table="warnings", subject="", column="issued_on",
                   phrase=Text("缺少预警函台账（warnings 表；确无预警函的，在 city.yaml 的 known_empty 中写明）",
                               "the table of warning letters is missing (when there are none, say so under known_empty in city.yaml)"))


def _why(ground: Ground, deficits: list[Tested], letters: list[dict[str, Any]]) -> Text:
    zh = [f"{ground.snapshot.unit_name(t.unit)}{SCHEMES.label(t.scheme)}统筹基金{t.phrase('zh')} {_short(t)} 元" for t in deficits]
    en = [_deficit_en(ground, t) for t in deficits]
    zh += [f"{item['issued_on']} 收到的基金运行预警函（{item['reference'] or '无文号'}）仍有效" for item in letters]
    en += [f"the warning letter of {item['issued_on']} ({item['reference'] or 'no reference'}) is in force" for item in letters]
    return Text("；".join(zh) + "，不再新增定点。", "; ".join(en) + ": no additions.")


def _deficit_en(ground: Ground, found: Tested) -> str:
    who = f"the pooled fund of the {SCHEMES.label(found.scheme, 'en')} of {ground.snapshot.unit_name(found.unit)} is"
    if found.condition == CURRENT:
        return f"{who} {_short(found)} yuan in deficit at {found.as_of}"
    return f"{who} {found.phrase('en')} ({_short(found)} yuan)"


def _short(found: Tested) -> str:
    return show(-(found.amount or 0))


def _lifting(deficits: list[Tested], letters: list[dict[str, Any]]) -> Text:
    zh = [f"{SCHEMES.label(t.scheme)}统筹基金{_LIFTED[t.condition]}转为平衡或结余（尚差 {_short(t)} 元）" for t in deficits]
    en = [f"a balanced {SCHEMES.label(t.scheme, 'en')} ({_short(t)} yuan short)" for t in deficits]
    zh += ["预警函书面解除"] if letters else []
    en += ["the warning letter lifted in writing"] if letters else []
    return Text("；".join(zh), "; ".join(en))


_LIFTED = {CURRENT: "当期收支", LAST_YEAR: "上年度收支", CUMULATIVE: "累计结余", FORECAST_FLOW: "预计全年收支", FORECAST_BALANCE: "预计年末结余"}

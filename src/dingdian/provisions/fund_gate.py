"""No additions while the fund that would pay is in deficit, or while a warning letter is in force.

Looks at income minus expenditure of each scheme. A scheme whose account is not on file is undetermined, never in balance.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from attrs import frozen

from dingdian.provisions import fields
from dingdian.provisions.base import Provision, Slot, kind_of_provision, undetermined
from dingdian.provisions.case import Case
from dingdian.provisions.counting import show
from dingdian.provisions.finding import FAILS, HOLDS, Input, Judgement, Measure, Missing
from dingdian.provisions.ground import Choices, Ground
from dingdian.terms import SCHEMES, Text

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
        }),
        "area": Slot(Text("看哪一级账户", "whose account decides"), {
            ACCOUNT: Text("申请地所属核算单元", "the internal accounting unit of the place"),
            POOL: Text("统筹区", "the pooling area"),
        }),
    }

    schemes: tuple[str, ...] = fields.code_list(SCHEMES, "险种", "schemes")
    warning_letters: bool = fields.boolean("预警函是否停止新增", "whether warning letters stop additions")

    def judge(self, case: Case, ground: Ground) -> Judgement:
        outside = self.applies(case)
        if outside is not None:
            return outside
        choices = ground.choices(self)
        if not case.district:
            return undetermined([_no_unit(case)], readings=choices.used)
        unit = self._account_unit(ground, choices, case.district)
        accounts = [self._account(ground, choices, unit, scheme) for scheme in self.schemes]
        letters = self._letters(ground, case.district)
        return self._judgement(ground, choices, unit, accounts, letters)

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
        self, ground: Ground, choices: Choices, unit: str, accounts: list[Account], letters: list[dict[str, Any]] | None
    ) -> Judgement:
        deficits = [a for a in accounts if a.balance is not None and a.balance < 0]
        known = [a.balance for a in accounts if a.balance is not None]
        common: dict[str, Any] = {
            "value": min(known) if known else None, "operator": ">=", "threshold": 0,
            "margin": min(known) if known else None, "unit_of_measure": "yuan", "readings": choices.used,
            "as_of": max((a.through for a in accounts if a.through), default=None),
            "evidence": {"accounts": [a.as_evidence() for a in accounts], "warning_letters": letters,
                         "formula": "income - expenditure >= 0 for every scheme, and no warning letter in force"},
        }
        if letters and not deficits:  # what decides is what is compared: the letters, not a balance that is in order
            common |= {"value": len(letters), "operator": "<=", "threshold": 0, "margin": -len(letters), "unit_of_measure": "",
                       "as_of": common["as_of"] or ground.on}
        if deficits or letters:
            return Judgement(status=FAILS, sentence=_why(ground, deficits, letters or []),
                             would_change=(_lifting(deficits, letters or []),), **common)
        missing = [*(_no_account(ground, a) for a in accounts if a.balance is None), *([] if letters is not None else [_no_letters()])]
        if missing:
            return undetermined(missing, **common)
        name = ground.snapshot.unit_name(unit)
        return Judgement(status=HOLDS, sentence=Text(
            f"{name}各险种统筹基金当期未出现收不抵支，无有效预警函。",
            f"No scheme's pooled fund of {name} runs a current deficit, and no warning letter is in force.",
        ), **common)

    def measure(self, ground: Ground) -> Iterable[Measure]:
        choices = ground.choices(self)
        for unit in (ground.snapshot.pooling_area, *ground.snapshot.districts):
            for scheme in self.schemes:
                account = self._account(ground, choices, unit, scheme)
                yield self._row(ground, choices, unit, account)

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

    def read_back(self) -> Text:
        schemes_zh = "或".join(SCHEMES.label(s) for s in self.schemes)
        schemes_en = " or ".join(SCHEMES.label(s, "en") for s in self.schemes)
        normally_zh, normally_en = ("原则上", "normally ") if self.normally else ("", "")
        letters_zh, letters_en = ("，或收到上级医保部门基金运行预警函且未解除", ", or a warning letter is in force") if self.warning_letters else ("", "")
        return Text(
            f"{schemes_zh}统筹基金当期收入少于支出{letters_zh}的，{normally_zh}不再新增（{self.scope.phrase().zh}）。",
            f"While the pooled fund of the {schemes_en} takes in less than it spends{letters_en}, "
            f"{normally_en}nothing is added ({self.scope.phrase().en}).",
        )


def _complete(row: dict[str, Any]) -> bool:
    return row["income"] is not None and row["expenditure"] is not None


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


def _why(ground: Ground, deficits: list[Account], letters: list[dict[str, Any]]) -> Text:
    zh = [f"{ground.snapshot.unit_name(a.unit)}{SCHEMES.label(a.scheme)}统筹基金截至 {a.through} 收不抵支 {show(-(a.balance or 0))} 元"
          for a in deficits]
    en = [f"the pooled fund of the {SCHEMES.label(a.scheme, 'en')} of {ground.snapshot.unit_name(a.unit)} is "
          f"{show(-(a.balance or 0))} yuan in deficit at {a.through}" for a in deficits]
    zh += [f"{item['issued_on']} 收到的基金运行预警函（{item['reference'] or '无文号'}）仍有效" for item in letters]
    en += [f"the warning letter of {item['issued_on']} ({item['reference'] or 'no reference'}) is in force" for item in letters]
    return Text("；".join(zh) + "，不再新增定点。", "; ".join(en) + ": no additions.")


def _lifting(deficits: list[Account], letters: list[dict[str, Any]]) -> Text:
    zh = [f"{SCHEMES.label(a.scheme)}统筹基金当期收支转为平衡或结余（尚差 {show(-(a.balance or 0))} 元）" for a in deficits]
    en = [f"a balanced {SCHEMES.label(a.scheme, 'en')} ({show(-(a.balance or 0))} yuan short)" for a in deficits]
    zh += ["预警函书面解除"] if letters else []
    en += ["the warning letter lifted in writing"] if letters else []
    return Text("；".join(zh), "; ".join(en))

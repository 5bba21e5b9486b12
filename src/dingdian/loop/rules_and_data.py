"""What of a difference comes from the rules and what from the data: one city under two plans, or two cities under two plans.

Only measures that both plans make in the same way are set against each other: the same measure, class, level and subject, counted in
the same unit by the same formula. Insured persons and residents are never mixed, and what cannot be compared is listed with its
reason. Knows no kind of provision and prefers no plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import frozen

from dingdian.loop.results import CityNote, Measures
from dingdian.provisions.finding import Measure, Number
from dingdian.terms import Text

Key = tuple[str, ...]
QUANTITIES = ("need_low", "need_high", "supply", "gap")


# --- effects -------------------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Effect:
    """One quantity of one measure under two plans (P, Q), on one city or on two (C, D).

    ``values`` are P on C, Q on C and, with a second city, P on D, Q on D. ``rules`` and ``data`` are the means of the two orders
    (Shapley): together they are the whole difference Q on D − P on C, exactly. ``interaction`` is what the two orders differ by.
    With one city the data are held fixed: ``rules`` is the whole difference.
    """

    quantity: str
    values: tuple[Number, ...]

    @property
    def _exact(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(value) for value in self.values)

    @property
    def rules_first(self) -> tuple[Number, Number] | None:
        """(rules, data), the rules changed before the data: Q − P on C, then D − C under Q."""
        if len(self.values) == 2:
            return None
        pc, qc, _, qd = self._exact
        return _number(qc - pc), _number(qd - qc)

    @property
    def data_first(self) -> tuple[Number, Number] | None:
        """(rules, data), the data changed before the rules: D − C under P, then Q − P on D."""
        if len(self.values) == 2:
            return None
        pc, _, pd, qd = self._exact
        return _number(qd - pd), _number(pd - pc)

    @property
    def rules(self) -> Number:
        if len(self.values) == 2:
            return _number(self._exact[1] - self._exact[0])
        pc, qc, pd, qd = self._exact
        return _number(((qc - pc) + (qd - pd)) / 2)

    @property
    def data(self) -> Number | None:
        if len(self.values) == 2:
            return None
        pc, qc, pd, qd = self._exact
        return _number(((pd - pc) + (qd - qc)) / 2)

    @property
    def interaction(self) -> Number | None:
        if len(self.values) == 2:
            return None
        pc, qc, pd, qd = self._exact
        return _number(qd - qc - pd + pc)

    @property
    def total(self) -> Number:
        return _number(self._exact[-1] - self._exact[0])

    def as_json(self) -> dict[str, Any]:
        names = ("first_plan", "second_plan", "first_plan_other_city", "second_plan_other_city")
        orders = {name: None if pair is None else {"rules": pair[0], "data": pair[1]}
                  for name, pair in (("rules_first", self.rules_first), ("data_first", self.data_first))}
        return {"quantity": self.quantity, **dict(zip(names, self.values)), "total": self.total, "rules": self.rules, "data": self.data,
                "interaction": self.interaction, **orders}


def _number(value: Fraction) -> Number:
    """An exact number of the fractions that halves of decimals make."""
    return int(value) if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)


@frozen(kw_only=True)
class Compared:
    """One measure that both plans make in the same way, with the effects in each of its quantities."""

    rows: tuple[Measure, Measure]
    effects: tuple[Effect, ...]

    @property
    def moved_by_rules(self) -> bool:
        return any(effect.rules for effect in self.effects)

    def as_json(self) -> dict[str, Any]:
        row = self.rows[0]
        return {
            "measure": row.measure, "title": row.title, "unit": row.unit, "unit_name": row.unit_name, "zone": row.zone,
            "provider_class": row.provider_class, "level": row.level, "subject": row.subject, "unit_of_measure": row.unit_of_measure,
            "clauses": [one.locator for one in self.rows], "effects": [effect.as_json() for effect in self.effects],
        }


@frozen(kw_only=True)
class Incomparable:
    """A measure that both plans make, but not in the same way, or that one of the cities cannot tell."""

    row: Measure
    reason: Text

    def as_json(self) -> dict[str, Any]:
        row = self.row
        return {"measure": row.measure, "title": row.title, "unit": row.unit, "unit_name": row.unit_name, "provider_class": row.provider_class,
                "level": row.level, "subject": row.subject, "reason": self.reason}


@frozen(kw_only=True)
class RulesAndData:
    """Every measure of two plans that can be compared, taken apart; ``cities`` has one note where the data are held fixed."""

    cities: tuple[CityNote, ...]
    compared: tuple[Compared, ...]
    not_comparable: tuple[Incomparable, ...]
    only: tuple[tuple[Text, ...], tuple[Text, ...]]

    @property
    def moved(self) -> tuple[Compared, ...]:
        """Those that the rules move."""
        return tuple(row for row in self.compared if row.moved_by_rules)

    def as_json(self) -> dict[str, Any]:
        return {
            "cities": [note.as_json() for note in self.cities], "data_held_fixed": len(self.cities) == 1,
            "compared": [row.as_json() for row in self.compared], "not_comparable": [row.as_json() for row in self.not_comparable],
            "only_first": list(self.only[0]), "only_second": list(self.only[1]),
        }


def taken_apart(
    first: Measures, second: Measures, other: tuple[Measures, Measures] | None = None, areas: tuple[str, str] | None = None
) -> RulesAndData:
    """Measures of one city under two plans, or of two cities under two plans.

    Parameters
    ----------
    first, second
        The city under either plan.
    other
        Another city under either plan; then only measures of the whole pooling area are compared, as units of two cities are not the same.
    areas
        The pooling areas of both cities, where there are two.
    """
    tables = [_by_key(measures, None if areas is None else areas[i // 2]) for i, measures in enumerate((first, second, *(other or ())))]
    compared, refused = [], []
    for key, row in tables[0].items():
        if key not in tables[1]:
            continue
        found = _compared(row, [table.get(key) for table in tables[1:]])
        if isinstance(found, Compared):
            compared.append(found)
        else:
            refused.append(Incomparable(row=row, reason=found))
    titles = [{key[0]: row.title for key, row in table.items()} for table in tables[:2]]
    only = (_without(titles[0], titles[1]), _without(titles[1], titles[0]))
    cities = (first.city,) if other is None else (first.city, other[0].city)
    return RulesAndData(cities=cities, compared=tuple(compared), not_comparable=tuple(refused), only=only)


def _without(one: Mapping[str, Text], two: Mapping[str, Text]) -> tuple[Text, ...]:
    """Titles of measures that only the first has."""
    return tuple(dict.fromkeys(title for name, title in one.items() if name not in two))


def _by_key(measures: Measures, area: str | None) -> dict[Key, Measure]:
    """Rows by what makes them the same thing; a second row of the same thing is numbered. ``area``: rows of that unit alone, unnamed."""
    found: dict[Key, Measure] = {}
    for row in measures.rows:
        if area is not None and (row.unit != area or row.zone):
            continue
        key: Key = (row.measure, "" if area is not None else row.unit, row.zone, row.provider_class, row.level, row.subject)
        number = 0
        while (*key, str(number)) in found:
            number += 1
        found[*key, str(number)] = row
    return found


def _compared(row: Measure, others: Sequence[Measure | None]) -> Compared | Text:
    rows = [row, *(other for other in others if other is not None)]
    if len(rows) <= len(others):
        return Text("另一城市没有这项指标", "the other city has no such measure")
    if len({one.unit_of_measure for one in rows}) > 1:
        return Text("计量单位不同", "counted in different units of measure")
    if len({one.formula.en for one in rows}) > 1:
        return Text("算法不同（口径或分母不一致）", "worked out differently (another convention or denominator)")
    effects = tuple(_effects(rows))
    if not effects:
        return next((one.reason for one in rows if one.reason is not None), Text("没有可比的数值", "no values to compare"))
    return Compared(rows=(rows[0], rows[1]), effects=effects)


def _effects(rows: Sequence[Measure]) -> Iterator[Effect]:
    """Each quantity that every one of the rows states."""
    for name in QUANTITIES:
        values = tuple(getattr(row, name) for row in rows)
        if all(value is not None for value in values):
            yield Effect(quantity=name, values=values)

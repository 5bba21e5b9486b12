"""How alerts are told to people: the most pressing first, and what nobody can tell for one and the same reason told once."""

from __future__ import annotations

from collections.abc import Iterable

from dingdian.provisions.alert import STATES, UNDETERMINED, Alert
from dingdian.terms import Text

_ORDER = tuple(STATES)
_NAMED = 5  # units named of those that share a reason


def gathered(alerts: Iterable[Alert]) -> list[tuple[Alert, Text]]:
    """Each alert with its sentence, by state; undetermined lines of one trigger that lack the same share the first one's place."""
    groups: dict[tuple[object, ...], list[Alert]] = {}
    for number, alert in enumerate(sorted(alerts, key=lambda one: _ORDER.index(one.state))):
        key = (alert.provision, alert.trigger, alert.missing) if alert.state == UNDETERMINED else (number,)
        groups.setdefault(key, []).append(alert)
    return [(found[0], found[0].sentence if len(found) == 1 else _together(found)) for found in groups.values()]


def _together(alerts: list[Alert]) -> Text:
    """One sentence for all that lack the same."""
    first, names = alerts[0], [alert.subject_name or alert.unit_name for alert in alerts]
    more = "…" if len(names) > _NAMED else ""
    zh, en = "；".join(text.zh for text in first.missing), "; ".join(text.en for text in first.missing)
    return Text(f"{first.title.zh}无法判定：{zh}（{len(names)} 处：{'、'.join(names[:_NAMED])}{more}）。",
                f"{first.title.en}: undetermined ({en}) in {len(names)} cases: {', '.join(names[:_NAMED])}{more}.")

"""Measures and alerts as flat tables, and one row explained in words. Adds no number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dingdian import canonical
from dingdian.loop.results import Measures
from dingdian.provisions.counting import show
from dingdian.provisions.finding import Measure
from dingdian.terms import UNITS_OF_MEASURE

if TYPE_CHECKING:
    import pandas as pd

    from dingdian.loop.alerts import Alerts

_NESTED = ("title", "inputs", "reading", "reason", "note", "requirements")


def measures_table(measures: Measures) -> pd.DataFrame:
    """One row per measure; nested values as JSON text, numbers as floats, texts in Chinese."""
    import pandas as pd

    return pd.DataFrame([flat(row) for row in measures.rows])


def flat(row: Measure) -> dict[str, Any]:
    """One measure as scalars."""
    said = canonical.plain(row.as_json())
    said["title"] = row.title.zh
    said["reason"] = row.reason.zh if row.reason else None
    said["note"] = row.note.zh if row.note else None
    said["requirements"] = ";".join(row.requirements)
    for key in ("inputs", "reading"):
        said[key] = canonical.write(said[key], indent=None).strip()
    for key in ("need", "need_low", "need_high", "supply", "gap"):
        said[key] = None if said[key] is None else float(said[key])
    return said  # type: ignore[no-any-return]


def alerts_table(alerts: Alerts) -> pd.DataFrame:
    """One row per line that is watched, with its change since the date before where it has one."""
    import pandas as pd

    rows = []
    for alert, shown in zip(alerts.rows, alerts.as_json()["alerts"]):
        said = canonical.plain(shown)
        for key in ("title", "sentence", "follows", "formula"):
            text = getattr(alert, key)
            said[key] = None if text is None else text.zh
        said["missing"] = "；".join(text.zh for text in alert.missing)
        said["requirements"] = ";".join(alert.requirements)
        for key in ("evidence", "reading"):
            said[key] = canonical.write(said[key], indent=None).strip()
        for key in ("value", "threshold", "change"):
            number = shown[key]
            said[key] = None if number is None or isinstance(number, (str, bool)) else float(number)
        rows.append(said)
    return pd.DataFrame(rows)


def explain(row: Measure, lang: str = "zh") -> str:
    """Everything behind a number, line by line."""
    zh = lang != "en"
    lines = [
        f"{row.unit_name} · {row.title(lang)}: {show(row.supply)} {UNITS_OF_MEASURE.label(row.unit_of_measure, lang)}",
        f"{'公式' if zh else 'formula'}: {row.formula(lang)}",
    ]
    for item in row.inputs:
        dated = f" ({item.as_of})" if item.as_of else ""
        lines.append(f"  {item.name} = {show(item.value) if not isinstance(item.value, str) else item.value} "
                     f"{UNITS_OF_MEASURE.label(item.unit_of_measure, lang)}{dated} ← {item.source}")
    if row.need_low is not None or row.need_high is not None:
        lines.append(f"{'所需' if zh else 'need'}: {show(row.need_low)} – {show(row.need_high)}; "
                     f"{'差值' if zh else 'gap'}: {show(row.gap)}")
    lines += [f"{'口径' if zh else 'reading'}: {reading} = {option}" for reading, option in row.readings.items()]
    lines.append(f"{'条款' if zh else 'clause'}: {row.locator} ({row.provision})")
    if row.reason:
        lines.append(f"{'无法判定' if zh else 'undetermined'}: {row.reason(lang)}")
    if row.note:
        lines.append(row.note(lang))
    return "\n".join(lines)

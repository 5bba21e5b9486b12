"""What a finding about data is: severity, count, examples, why it matters and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen

from dingdian.city.model import City
from dingdian.terms import Text

EXAMPLES = 5
SEVERITIES = ("warning", "information", "undetermined")


@frozen(kw_only=True)
class QualityRow:
    """One finding about the data.

    Attributes
    ----------
    severity
        ``warning`` (mend it), ``information`` (know it) or ``undetermined`` (could not be checked).
    examples
        Up to five codes of the rows meant.
    """

    check: str
    severity: str
    count: int
    examples: tuple[str, ...]
    message: Text
    why: Text
    remedy: Text
    table: str = ""

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        return {
            "check": self.check, "severity": self.severity, "table": self.table, "count": self.count,
            "examples": list(self.examples), "message": self.message(lang), "why": self.why(lang),
            "remedy": self.remedy(lang),
        }


@frozen(kw_only=True)
class Advice:
    """Why a check matters and what to do, once for all its rows."""

    check: str
    table: str
    why: Text
    remedy: Text

    def row(self, message: Text, rows: Sequence[str], severity: str = "warning", count: int | None = None) -> QualityRow:
        return QualityRow(
            check=self.check, table=self.table, severity=severity, count=len(rows) if count is None else count,
            examples=tuple(rows[:EXAMPLES]), message=message, why=self.why, remedy=self.remedy,
        )

    def undetermined(self, reason: Text) -> QualityRow:
        return self.row(reason, (), severity="undetermined")


Check = Callable[[City], Iterator[QualityRow]]


def codes_where(frame: pd.DataFrame, column: str, mask: Any) -> list[str]:
    """The codes of the rows where ``mask`` holds, in order."""
    chosen = np.asarray(pd.Series(mask).fillna(False), dtype=bool)
    return [str(code) for code in frame[column].to_numpy(dtype=object)[chosen]]

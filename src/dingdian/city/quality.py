"""What may be wrong with data that break no rule: duplicates, misplaced points, stale or mismatched figures.

Every check says why it matters and what to do, counts, and names up to five examples. It changes nothing and
refuses nothing; where its evidence is missing it says ``undetermined`` and why.
"""

from __future__ import annotations

from dingdian.city.model import City
from dingdian.city.quality_figures import FIGURE_CHECKS
from dingdian.city.quality_places import PLACE_CHECKS
from dingdian.city.quality_rows import SEVERITIES, QualityRow

__all__ = ["QualityRow", "quality"]


def quality(city: City) -> tuple[QualityRow, ...]:
    """Every finding about ``city``, warnings first; the same city gives the same rows."""
    found = [row for check in (*PLACE_CHECKS, *FIGURE_CHECKS) for row in check(city)]
    return tuple(sorted(found, key=lambda row: SEVERITIES.index(row.severity)))

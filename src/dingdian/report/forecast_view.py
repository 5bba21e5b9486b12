"""A forecast at the terminal: the values with their bands, how the method was chosen, what was dropped and why."""

from __future__ import annotations

from collections.abc import Sequence

from dingdian.methods.forecast import ChosenForecast
from dingdian.terms import Text


def forecast_lines(name: str, ahead: Sequence[int], found: ChosenForecast, lang: str = "zh") -> list[str]:
    """Lines of text, the forecast first."""
    levels = sorted(found.bounds)
    lines = [f"{name} · {found.model}", f"{Text('公式', 'formula')(lang)}: {found.formula(lang)}"]
    for i, year in enumerate(ahead):
        bands = "  ".join(f"{level:.0%} [{found.bounds[level][0][i]:,.6g}, {found.bounds[level][1][i]:,.6g}]" for level in levels)
        lines.append(f"  {year}  {found.forecast[i]:,.6g}  {bands}".rstrip())
    lines.append(Text("回测（MASE，越小越好）：", "backtest (MASE, less is better):")(lang))
    lines += [f"  {one.method:8} {one.error:.3f}  {one.model}" for one in found.candidates]
    lines += [f"  {code:8} {Text('未采用', 'dropped')(lang)}: {reason(lang)}" for code, reason in sorted(found.dropped.items())]
    return [*lines, *(note(lang) for note in found.notes)]

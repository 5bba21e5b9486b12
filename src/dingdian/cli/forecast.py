"""``dingdian forecast``: a yearly series carried on, with intervals and the methods that were tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dingdian.cli.shared import FINE, common, echo_json, say, working

if TYPE_CHECKING:
    from dingdian.methods.forecast import ChosenForecast


@click.command(help=say("预测：按年数列向前推算，给出区间与各方法的回测", "a yearly series carried on, with intervals and the backtest of each method"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--years", type=click.IntRange(1, 30), default=5, show_default=True, help=say("向前几年", "years ahead"))
@click.option("--column", default="", help=say("数值在哪一列", "which column has the values"))
@click.option("--method", help=say("只用一种方法，如 gm11", "one method only, such as gm11"))
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help=say("另存折线图（PNG）", "write a plot (PNG)"))
@common
def forecast(file: Path, years: int, column: str, method: str | None, plot: Path | None, as_json: bool, lang: str) -> int:
    from dingdian.city.series import read_series
    from dingdian.methods.forecast import METHODS
    from dingdian.methods.forecast import forecast as carry_on
    from dingdian.problems import BadData, Problem
    from dingdian.terms import Text

    if method and method not in METHODS:
        raise click.BadParameter(say(f"可用：{'、'.join(METHODS)}", f"one of: {', '.join(METHODS)}"), param_hint="--method")
    name, history = read_series(file, column)
    with working(say("回测", "backtesting")):
        try:
            found = carry_on(list(history.values()), years, methods=(method,) if method else None)
        except ValueError as error:
            raise BadData([Problem(
                code="series", file=str(file), column=name, value=str(len(history)), message=Text(f"不能预测：{error}", f"no forecast: {error}"),
                remedy=Text("补充更早的年份，或改用其他方法", "supply earlier years, or take another method"))]) from error
    ahead = [max(history) + 1 + i for i in range(years)]
    if plot is not None:
        from dingdian.report.plots import forecast_plot

        plot.write_bytes(forecast_plot(history, found, name, f"{file.name} · {found.model}", lang=lang))
    if as_json:
        echo_json(_as_json(name, ahead, found))
    else:
        _show(name, ahead, found, lang)
    return FINE


def _as_json(name: str, ahead: list[int], found: ChosenForecast) -> dict[str, Any]:
    from dingdian.methods.rounding import round_half_even

    def plain(value: float) -> Any:
        return round_half_even(float(value), 6)

    rows = [{"year": year, "value": plain(value), "intervals": {f"{level:g}": [plain(low[i]), plain(high[i])] for level, (low, high) in found.bounds.items()}}
            for i, (year, value) in enumerate(zip(ahead, found.forecast))]
    tried = [{"method": one.method, "model": one.model, "mase": plain(one.error), "origins": one.origins} for one in found.candidates]
    return {"series": name, "method": found.method, "model": found.model, "formula": found.formula, "forecast": rows, "tried": tried,
            "dropped": dict(sorted(found.dropped.items())), "notes": list(found.notes)}


def _show(name: str, ahead: list[int], found: ChosenForecast, lang: str) -> None:
    from dingdian.report.forecast_view import forecast_lines

    click.echo("\n".join(forecast_lines(name, ahead, found, lang)))

"""What a forecast says: values ahead, how far they may be off, and where they come from.

An interval that cannot be stated is absent, never of zero width.
"""

from __future__ import annotations

from attrs import field, frozen

from dingdian.methods.forecast.series import Array
from dingdian.terms import Text


@frozen(eq=False, kw_only=True)
class Forecast:
    """A forecast of one series.

    Attributes
    ----------
    method : str
        Name of the method, as in `METHODS`.
    formula : Text
    parameters : dict
        What was fitted, by its usual name.
    fitted : float array, shape (n,)
        One step predictions within the series (for GM(1,1) the curve); a first value that nothing predicts stands as it is.
    forecast : float array, shape (horizon,)
        In the unit of the series.
    bounds : dict of level to (low, high), float arrays of shape (horizon,)
        Empty where no interval can be stated; ``notes`` then says why.
    notes : tuple of Text
        What a reader must know beside the numbers.
    """

    method: str
    formula: Text
    parameters: dict[str, float]
    fitted: Array
    forecast: Array
    bounds: dict[float, tuple[Array, Array]] = field(factory=dict)
    notes: tuple[Text, ...] = ()

    def interval(self, level: float) -> tuple[Array, Array]:
        """Low and high ends at ``level`` (0.8, 0.95), one for each value ahead.

        Raises
        ------
        ValueError
            The forecast states no interval at that level.
        """
        if level not in self.bounds:
            raise ValueError(f"no interval at level {level:g}; there are {sorted(self.bounds) or 'none'}")
        return self.bounds[level]

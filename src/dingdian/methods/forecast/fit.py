"""One model fitted to one series: what it says, and how far off it expects to be."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from dingdian.methods.forecast.series import Array, exponential


@frozen(eq=False, kw_only=True)
class Fit:
    """One model on one series.

    Attributes
    ----------
    model : str
        Its usual name, such as ETS(A,A,N).
    fitted : float array, shape (n,)
        One-step predictions within the series, in its unit; a first value that nothing predicts stands as it is.
    centre, scale : float array, shape (horizon,)
        Middle and spread of the error to expect, for Student's t; of the logarithm where ``logged``. The spread is zero where the model
        follows the series exactly.
    freedom : int
        Degrees of freedom of Student's t.
    parameters : dict
    aicc : float
        Corrected Akaike criterion; minus infinity for an exact fit, infinity where the series is too short for it.
    logged : bool
        Whether the error is taken to be relative rather than absolute.
    """

    model: str
    fitted: Array
    centre: Array
    scale: Array
    freedom: int
    parameters: dict[str, float]
    aicc: float = np.inf
    logged: bool = False

    @property
    def forecast(self) -> Array:
        """The values ahead, in the unit of the series."""
        return exponential(self.centre) if self.logged else self.centre

    @property
    def exact(self) -> bool:
        """Whether it follows the series without any error, and so knows nothing of errors to come."""
        return not self.scale.any()

"""Inequality: how unevenly a resource lies among people, or over the land, in the measures of the field.

Levels stand for heads or for areas, and every figure says which, and in which convention. Refuses missing and negative
numbers, and never calls it even where nobody has any. Choosing what an uneven share means is the reader's business.
"""

from dingdian.methods.inequality.atkinson import atkinson
from dingdian.methods.inequality.concentration import concentration_conventions, concentration_index
from dingdian.methods.inequality.conventions import Convention, LogConvention
from dingdian.methods.inequality.density_index import hrdi, hrdi_conventions, location_quotient
from dingdian.methods.inequality.lorenz import (
    Curve,
    concentration_curve,
    dissimilarity,
    gini,
    gini_forms,
    lorenz,
)
from dingdian.methods.inequality.theil import Theil, TheilGroup, theil, theil_conventions

__all__ = [
    "Convention", "Curve", "LogConvention", "Theil", "TheilGroup", "atkinson", "concentration_conventions",
    "concentration_curve", "concentration_index", "dissimilarity", "gini", "gini_forms", "hrdi", "hrdi_conventions",
    "location_quotient", "lorenz", "theil", "theil_conventions",
]

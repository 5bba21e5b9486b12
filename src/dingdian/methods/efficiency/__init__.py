"""Efficiency of comparable units: data envelopment analysis, slacks-based measure, scale, Malmquist productivity.

`dingdian.methods.peers` tells who stands clearly apart by one indicator; here several inputs and outputs are looked at together.
"""

from dingdian.methods.efficiency.advice import enough_units
from dingdian.methods.efficiency.economies import Scale, scale
from dingdian.methods.efficiency.envelopment import dea
from dingdian.methods.efficiency.productivity import Malmquist, Means, malmquist
from dingdian.methods.efficiency.result import Efficiency
from dingdian.methods.efficiency.second import Checked, check_sample
from dingdian.methods.efficiency.slack_based import SlackBased, sbm

__all__ = [
    "Checked", "Efficiency", "Malmquist", "Means", "Scale", "SlackBased", "check_sample", "dea", "enough_units", "malmquist", "sbm", "scale",
]  # fmt: skip

"""Siting: where to add places, how far from best an answer may be, and which limit stands in the way."""

from dingdian.space.siting.center import p_center as p_center
from dingdian.space.siting.cover import max_cover as max_cover
from dingdian.space.siting.limits import Cap as Cap
from dingdian.space.siting.limits import Limits as Limits
from dingdian.space.siting.median import p_median as p_median
from dingdian.space.siting.model import Siting as Siting
from dingdian.space.siting.release import release as release
from dingdian.space.siting.set_cover import set_cover as set_cover

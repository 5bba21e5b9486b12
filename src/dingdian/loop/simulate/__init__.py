"""推演: years to come under a plan and a seed — exits, what they free, quotas, admissions, people, funds — with intervals.

A plan is played forward before it is adopted. What is drawn and what is carried on from the past is said in the result; nothing here
decides about anybody.
"""

from dingdian.loop.simulate.answer import simulate
from dingdian.loop.simulate.forward import Forward

__all__ = ["Forward", "simulate"]

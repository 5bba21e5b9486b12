"""动态调整: the quota ledger, in which what exits free is published, reserved, used and expired, each bed and place once.

Pure accounting: it knows no rule of any plan and no clock; who may be admitted is said elsewhere.
"""

from dingdian.loop.adjust.entries import Account, Entry
from dingdian.loop.adjust.ledger import Ledger
from dingdian.loop.adjust.refusals import Refused

__all__ = ["Account", "Entry", "Ledger", "Refused"]

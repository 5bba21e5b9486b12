"""选址: where to add providers, how many are needed, or whom the city can best spare, inside the plan's own limits.

``ask`` what is wanted · ``demand`` who is to be reached · ``choices`` where one might stand · ``rules`` what the plan allows there ·
``solve`` the search · ``verify`` the same worked out again · ``proof`` certificates · ``words`` sentences · ``adding``, ``sparing``
the two questions · ``answer`` all of it together.
"""

from dingdian.loop.site.answer import Sited as Sited
from dingdian.loop.site.answer import site as site

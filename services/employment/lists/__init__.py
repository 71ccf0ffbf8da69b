"""The standing lists of employment: who should be in and is not, who is in and should not be, what contradicts itself.

Who should be in and is not are those whom the indicators miss.
"""

from services.employment.lists.contradictions import CONTRADICTIONS
from services.employment.lists.irregular import IRREGULAR
from services.employment.lists.missing import MISSING

LISTS = (*MISSING, *IRREGULAR, *CONTRADICTIONS)

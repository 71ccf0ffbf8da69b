"""The standing lists of housing: who should be in and is not, who is in and should not be, what is irregular."""

from services.housing.lists.dwellings import DWELLING_LISTS
from services.housing.lists.renovation import RENOVATION_LISTS
from services.housing.lists.subsidy import SUBSIDY_LISTS
from services.housing.procedures import PROCEDURES
from shared.procedures.lists import back_dated_postings

LISTS = (*DWELLING_LISTS, *RENOVATION_LISTS, *SUBSIDY_LISTS, back_dated_postings(PROCEDURES, source="Y22"))

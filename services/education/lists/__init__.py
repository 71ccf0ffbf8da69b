"""The standing lists of education: schooling first, then aid."""

from services.education.lists.aid import AID_LISTS
from services.education.lists.schooling import SCHOOLING_LISTS
from shared.standing_lists import StandingList

LISTS: tuple[StandingList, ...] = (*SCHOOLING_LISTS, *AID_LISTS)

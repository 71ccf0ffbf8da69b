"""The standing lists of care: the disabled, children, those left behind."""

from services.civil_affairs.lists.disability import DISABILITY_LISTS
from services.civil_affairs.lists.wards import WARD_LISTS
from shared.standing_lists import StandingList

CARE_LISTS: tuple[StandingList, ...] = (*DISABILITY_LISTS, *WARD_LISTS)

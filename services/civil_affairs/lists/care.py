"""The standing lists of care: the disabled, children, those left behind, facilities."""

from services.civil_affairs.lists.disability import DISABILITY_LISTS
from services.civil_affairs.lists.facilities import FACILITY_LISTS
from services.civil_affairs.lists.wards import WARD_LISTS
from shared.standing_lists import StandingList

CARE_LISTS: tuple[StandingList, ...] = (*DISABILITY_LISTS, *WARD_LISTS, *FACILITY_LISTS)

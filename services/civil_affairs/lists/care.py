"""The standing lists of care: the disabled, children, those left behind."""

from shared.standing_lists import StandingList

CARE_LISTS: tuple[StandingList, ...] = ()

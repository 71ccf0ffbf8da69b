"""The standing lists of social assistance: dibao, tekun, temporary relief."""

from shared.standing_lists import StandingList

ASSISTANCE_LISTS: tuple[StandingList, ...] = ()

"""The standing lists of civil affairs: assistance first, then care."""

from services.civil_affairs.lists.assistance import ASSISTANCE_LISTS
from services.civil_affairs.lists.care import CARE_LISTS

LISTS = (*ASSISTANCE_LISTS, *CARE_LISTS)

"""The standing lists of civil affairs: assistance first, then care."""

from services.civil_affairs.lists.assistance import ASSISTANCE_LISTS
from services.civil_affairs.lists.care import CARE_LISTS
from services.civil_affairs.procedures import PROCEDURES
from shared.procedures.lists import back_dated_postings

LISTS = (*ASSISTANCE_LISTS, *CARE_LISTS, back_dated_postings(PROCEDURES, source="M09"))

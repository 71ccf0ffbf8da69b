"""The standing lists of social assistance: dibao, tekun, temporary relief."""

from services.civil_affairs.lists.dibao import (
    ASSISTED_NOT_REGISTERED,
    BACKSTOP_MISSING,
    CATEGORY_DIFFERS,
    DIBAO_AGAINST_INCOME,
    DIBAO_AND_TEKUN,
    DIBAO_SHOULD_BE_IN,
    DIBAO_SHOULD_NOT_BE_IN,
    DIBAO_TWICE,
    HIGHEST_NOT_GRANTED,
    KEY_PERSONS_NOT_RAISED,
)
from shared.standing_lists import StandingList

ASSISTANCE_LISTS: tuple[StandingList, ...] = (
    ASSISTED_NOT_REGISTERED,
    DIBAO_SHOULD_BE_IN,
    BACKSTOP_MISSING,
    DIBAO_SHOULD_NOT_BE_IN,
    DIBAO_TWICE,
    DIBAO_AGAINST_INCOME,
    CATEGORY_DIFFERS,
    DIBAO_AND_TEKUN,
    HIGHEST_NOT_GRANTED,
    KEY_PERSONS_NOT_RAISED,
)

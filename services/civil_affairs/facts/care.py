"""What care says of a household: the disabled, children, those left behind."""

from services.civil_affairs.facts.said import Said
from services.civil_affairs.facts.situation import Situation


def care(situation: Situation) -> Said:
    return Said()

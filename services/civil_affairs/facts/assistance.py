"""What social assistance says of a household: dibao, tekun and temporary relief."""

from services.civil_affairs.facts.said import Said
from services.civil_affairs.facts.situation import Situation


def assistance(situation: Situation) -> Said:
    return Said()

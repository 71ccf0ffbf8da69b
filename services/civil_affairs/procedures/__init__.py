"""The procedures of civil affairs: dibao, tekun, temporary relief, protection of persons in danger."""

from services.civil_affairs.procedures.dibao import DIBAO
from services.civil_affairs.procedures.protection import PROTECTION
from services.civil_affairs.procedures.relief import RELIEF
from services.civil_affairs.procedures.tekun import TEKUN

PROCEDURES = (DIBAO, TEKUN, RELIEF, PROTECTION)

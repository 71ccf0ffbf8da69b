"""Records of social assistance. The cases of dibao, tekun and temporary relief come with their procedures."""

from services.civil_affairs.records.deaths import DEATHS
from services.civil_affairs.records.edge_households import EDGE_HOUSEHOLDS
from services.civil_affairs.records.focus_persons import FOCUS_PERSONS
from shared.records import RecordType

ASSISTANCE_RECORD_TYPES: tuple[RecordType, ...] = (FOCUS_PERSONS, EDGE_HOUSEHOLDS, DEATHS)

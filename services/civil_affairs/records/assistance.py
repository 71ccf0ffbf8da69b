"""Records of social assistance: dibao, tekun, temporary relief and the economic check before them."""

from services.civil_affairs.records.focus_persons import FOCUS_PERSONS
from shared.records import RecordType

ASSISTANCE_RECORD_TYPES: tuple[RecordType, ...] = (FOCUS_PERSONS,)

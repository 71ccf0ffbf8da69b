"""What civil affairs keeps: assistance (dibao, tekun, relief) and care (the disabled, children, those left behind)."""

from services.civil_affairs.records.assistance import ASSISTANCE_RECORD_TYPES
from services.civil_affairs.records.care import CARE_RECORD_TYPES

RECORD_TYPES = (*ASSISTANCE_RECORD_TYPES, *CARE_RECORD_TYPES)

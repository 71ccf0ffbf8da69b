"""The rates that civil affairs answers for: assistance first, then care."""

from services.civil_affairs.indicators.assistance import ASSISTANCE_INDICATORS
from services.civil_affairs.indicators.care import CARE_INDICATORS

INDICATORS = (*ASSISTANCE_INDICATORS, *CARE_INDICATORS)

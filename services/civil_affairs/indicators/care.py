"""The rates of care: the disabled, children, those left behind, facilities, legal aid."""

from services.civil_affairs.indicators.disability import DISABILITY_INDICATORS
from services.civil_affairs.indicators.facilities import FACILITY_INDICATORS
from services.civil_affairs.indicators.legal_aid import LEGAL_AID
from services.civil_affairs.indicators.protection import PROTECTION_RESPONSE
from services.civil_affairs.indicators.wards import WARD_INDICATORS
from shared.indicators import Indicator

CARE_INDICATORS: tuple[Indicator, ...] = (
    *DISABILITY_INDICATORS,
    *WARD_INDICATORS,
    *FACILITY_INDICATORS,
    PROTECTION_RESPONSE,
    LEGAL_AID,
)

"""Records of care: the disabled, children, those left behind, facilities, legal aid."""

from services.civil_affairs.records.care_contacts import CARE_CONTACTS
from services.civil_affairs.records.care_facilities import CARE_FACILITIES
from services.civil_affairs.records.care_partners import CARE_PARTNERS
from services.civil_affairs.records.disability_subsidies import DISABILITY_SUBSIDIES
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS
from services.civil_affairs.records.distressed_children import DISTRESSED_CHILDREN
from services.civil_affairs.records.facility_stays import FACILITY_STAYS
from services.civil_affairs.records.guardianships import GUARDIANSHIPS
from services.civil_affairs.records.left_behind_persons import LEFT_BEHIND_PERSONS
from services.civil_affairs.records.legal_aid_cases import LEGAL_AID_CASES
from shared.records import RecordType

CARE_RECORD_TYPES: tuple[RecordType, ...] = (
    DISABLED_PERSONS,
    DISABILITY_SUBSIDIES,
    DISTRESSED_CHILDREN,
    LEFT_BEHIND_PERSONS,
    GUARDIANSHIPS,
    CARE_CONTACTS,
    CARE_PARTNERS,
    CARE_FACILITIES,
    FACILITY_STAYS,
    LEGAL_AID_CASES,
)

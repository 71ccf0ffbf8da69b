"""What the health department keeps, one file a record type."""

from services.health.records.chronic_contracts import CHRONIC_CONTRACTS
from services.health.records.chronic_patients import CHRONIC_PATIENTS
from services.health.records.chronic_screenings import CHRONIC_SCREENINGS
from services.health.records.doctor_contracts import DOCTOR_CONTRACTS
from services.health.records.free_screenings import FREE_SCREENINGS
from services.health.records.fund_payments import FUND_PAYMENTS
from services.health.records.health_cards import HEALTH_CARDS
from services.health.records.institutions import INSTITUTIONS
from services.health.records.insurance_enrolments import INSURANCE_ENROLMENTS
from services.health.records.package_benefits import PACKAGE_BENEFITS
from services.health.records.physical_examinations import PHYSICAL_EXAMINATIONS
from services.health.records.publicity_visits import PUBLICITY_VISITS
from services.health.records.rehabilitations import REHABILITATIONS
from services.health.records.serious_illness_cases import SERIOUS_ILLNESS_CASES
from services.health.records.settlement_bills import SETTLEMENT_BILLS

RECORD_TYPES = (
    INSURANCE_ENROLMENTS,
    DOCTOR_CONTRACTS,
    PHYSICAL_EXAMINATIONS,
    CHRONIC_SCREENINGS,
    CHRONIC_PATIENTS,
    CHRONIC_CONTRACTS,
    SERIOUS_ILLNESS_CASES,
    SETTLEMENT_BILLS,
    HEALTH_CARDS,
    FREE_SCREENINGS,
    REHABILITATIONS,
    PACKAGE_BENEFITS,
    FUND_PAYMENTS,
    PUBLICITY_VISITS,
    INSTITUTIONS,
)

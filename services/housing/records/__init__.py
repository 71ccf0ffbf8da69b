"""What the housing department keeps, one file a record type; renovations are the cases of a procedure."""

from services.housing.records.appraisals import APPRAISALS
from services.housing.records.dwellings import DWELLINGS
from services.housing.records.house_checks import HOUSE_CHECKS
from services.housing.records.relocations import RELOCATIONS
from services.housing.records.renovations import RENOVATIONS
from services.housing.records.satisfaction_surveys import SATISFACTION_SURVEYS
from services.housing.records.subsidy_payments import SUBSIDY_PAYMENTS

__all__ = ["RECORD_TYPES", "RENOVATIONS"]

RECORD_TYPES = (DWELLINGS, APPRAISALS, RELOCATIONS, SUBSIDY_PAYMENTS, SATISFACTION_SURVEYS, HOUSE_CHECKS)

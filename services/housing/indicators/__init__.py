"""The rates that the housing department answers for, in the order of the plans."""

from services.housing.indicators.checks import CENSUS, EXITED_CURRENT, RECTIFICATION
from services.housing.indicators.renovation import KEY_GROUP_RENOVATION, RENOVATION_ACCEPTED, RENOVATION_STARTED
from services.housing.indicators.safety import APPRAISAL, SAFE_HOUSING
from services.housing.indicators.satisfaction import BASIC_SANITATION, SATISFACTION
from services.housing.indicators.subsidy import SUBSIDY_IN_TIME, SUBSIDY_PAID

INDICATORS = (
    APPRAISAL,
    CENSUS,
    RECTIFICATION,
    EXITED_CURRENT,
    SAFE_HOUSING,
    KEY_GROUP_RENOVATION,
    RENOVATION_STARTED,
    RENOVATION_ACCEPTED,
    SUBSIDY_IN_TIME,
    SUBSIDY_PAID,
    SATISFACTION,
    BASIC_SANITATION,
)

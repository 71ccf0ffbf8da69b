"""The rates that the employment department answers for, in the order of the plans."""

from services.employment.indicators.support import (
    ACTIVITY_REACH,
    EMPLOYER_AWARD,
    OLDER_LABOUR,
    PROFILES,
    START_UPS,
)
from services.employment.indicators.training import ONE_SKILL, SKILL_OF_WILLING, TRAINED_INCOME, TRAINING
from services.employment.indicators.work import (
    REFERRAL_SUCCESS,
    REGISTERED_FIRST,
    STABLE_WORK,
    WILLING_PLACED,
    WORK_OFFERED,
    WORKING_HOUSEHOLDS,
)

INDICATORS = (
    PROFILES,
    WILLING_PLACED,
    WORK_OFFERED,
    REGISTERED_FIRST,
    REFERRAL_SUCCESS,
    STABLE_WORK,
    WORKING_HOUSEHOLDS,
    TRAINING,
    SKILL_OF_WILLING,
    ONE_SKILL,
    TRAINED_INCOME,
    OLDER_LABOUR,
    START_UPS,
    ACTIVITY_REACH,
    EMPLOYER_AWARD,
)

"""What the employment department keeps, one file a record type."""

from services.employment.records.activities import ACTIVITY_PARTICIPATIONS, EMPLOYMENT_ACTIVITIES
from services.employment.records.employer_awards import EMPLOYER_AWARDS
from services.employment.records.employers import EMPLOYERS
from services.employment.records.employment_bases import EMPLOYMENT_BASES
from services.employment.records.labour_profiles import LABOUR_PROFILES
from services.employment.records.placements import PLACEMENTS
from services.employment.records.public_welfare_posts import PUBLIC_WELFARE_POSTS
from services.employment.records.referrals import REFERRALS
from services.employment.records.start_up_supports import START_UP_SUPPORTS
from services.employment.records.training_attendances import TRAINING_ATTENDANCES
from services.employment.records.training_sessions import TRAINING_SESSIONS
from services.employment.records.vacancies import VACANCIES
from services.employment.records.work_years import WORK_YEARS

RECORD_TYPES = (
    LABOUR_PROFILES,
    TRAINING_SESSIONS,
    TRAINING_ATTENDANCES,
    EMPLOYERS,
    EMPLOYMENT_BASES,
    VACANCIES,
    REFERRALS,
    PLACEMENTS,
    PUBLIC_WELFARE_POSTS,
    WORK_YEARS,
    EMPLOYER_AWARDS,
    EMPLOYMENT_ACTIVITIES,
    ACTIVITY_PARTICIPATIONS,
    START_UP_SUPPORTS,
)

__all__ = [
    "ACTIVITY_PARTICIPATIONS",
    "EMPLOYERS",
    "EMPLOYER_AWARDS",
    "EMPLOYMENT_ACTIVITIES",
    "EMPLOYMENT_BASES",
    "LABOUR_PROFILES",
    "PLACEMENTS",
    "PUBLIC_WELFARE_POSTS",
    "RECORD_TYPES",
    "REFERRALS",
    "START_UP_SUPPORTS",
    "TRAINING_ATTENDANCES",
    "TRAINING_SESSIONS",
    "VACANCIES",
    "WORK_YEARS",
]

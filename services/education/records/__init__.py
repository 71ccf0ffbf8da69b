"""What the education department keeps, one file a record type."""

from services.education.records.aid_awards import AID_AWARDS
from services.education.records.dropout_cases import DROPOUT_CASES
from services.education.records.enrolments import ENROLMENTS
from services.education.records.home_visits import HOME_VISITS
from services.education.records.kindergarten_needs import KINDERGARTEN_NEEDS
from services.education.records.school_cohorts import SCHOOL_COHORTS
from services.education.records.schools import SCHOOLS
from services.education.records.student_counts import STUDENT_COUNTS
from services.education.records.teacher_exchanges import TEACHER_EXCHANGES
from services.education.records.teacher_pairings import TEACHER_PAIRINGS
from services.education.records.teacher_trainings import TEACHER_TRAININGS

RECORD_TYPES = (
    ENROLMENTS,
    DROPOUT_CASES,
    AID_AWARDS,
    TEACHER_PAIRINGS,
    HOME_VISITS,
    SCHOOLS,
    KINDERGARTEN_NEEDS,
    STUDENT_COUNTS,
    SCHOOL_COHORTS,
    TEACHER_TRAININGS,
    TEACHER_EXCHANGES,
)

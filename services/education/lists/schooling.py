"""Who should be in school and is not, late cases, two schools at once, kindergartens, pairing, poverty by schooling."""

from services.education.indicators.households import NOT_POOR_BY_SCHOOLING
from services.education.indicators.schooling import NO_POVERTY_DROPOUT
from services.education.indicators.teachers import PAIRED
from services.education.populations import (
    AGE_PARAMETERS,
    ATTENDING_SQL,
    FINISHED,
    FULFILLED_SQL,
    TERM_PARAMETERS,
    TODAY,
    compulsory_age,
    in_class_after,
    term_at,
)
from shared.codes import Label
from shared.indicators.populations import ON_REGISTER_SQL, missing_from, recorded
from shared.standing_lists import LineUnit, ListKind, StandingList

SCHOOLING_OUTCOMES = "schooling_outcome"

OUT_OF_SCHOOL = StandingList(
    code="compulsory_age_out_of_school",
    label=Label("适龄未在学人员", "Of compulsory age and not in school"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_BE_IN,
    population=f"""
        SELECT of.member_id::text AS subject_id, of.member_id, of.household_id, of.division,
               jsonb_build_object('situation', of.code, 'reason', of.reason, 'year', of.year, 'term', of.term,
                 'registered', of.household_state IN ({ON_REGISTER_SQL})) AS detail
        FROM ({compulsory_age(TODAY)}) of
        WHERE of.code NOT IN ({FULFILLED_SQL})
          AND (of.late OR of.code NOT IN ('no_enrolment', 'transfer_unconfirmed'))
    """,
    parameters=AGE_PARAMETERS,
    outcomes=SCHOOLING_OUTCOMES,
    source="D26, M21, H22, Y40: every child, registered household or not; without a record once registration is over",
)

DROPOUT_FOR_POVERTY = StandingList(
    code="dropout_for_poverty",
    label=Label("因贫失学辍学学生", "Students of registered households out of school because of poverty"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_BE_IN,
    population=missing_from(NO_POVERTY_DROPOUT),
    parameters=AGE_PARAMETERS,
    outcomes=SCHOOLING_OUTCOMES,
    source="D26 义务教育阶段建档立卡贫困家庭学生的因贫失学辍学情况",
)

DROPOUT_OVERDUE = StandingList(
    code="dropout_case_overdue",
    label=Label("控辍保学逾期未处理", "Children out of class not visited, or not back, in time"),
    unit=LineUnit.CASE,
    kind=ListKind.OVERDUE,
    population=f"""
        SELECT late.id::text AS subject_id, late.member_id, late.household_id, late.division,
               jsonb_build_object('step', late.step, 'reason', late.reason, 'found_on', late.found_on,
                 'due_on', late.due_on, 'days_late', {{today}}::date - late.due_on) AS detail
        FROM (
            SELECT c.id, c.member_id, m.household_id, m.division, c.reason, c.found_on,
                   CASE WHEN c.visited_on IS NULL THEN 'visit' ELSE 'return' END AS step,
                   CASE WHEN c.visited_on IS NULL THEN c.found_on + {{visit}}::numeric::int
                        ELSE greatest(c.found_on + {{back}}::numeric::int, c.lawful_until) END AS due_on
            FROM dropout_case c JOIN roster_member m ON m.member_id = c.member_id
            JOIN roster_household h ON h.household_id = m.household_id
            WHERE c.voided_at IS NULL AND c.returned_on IS NULL AND m.active AND h.active
              AND NOT EXISTS (SELECT FROM dropout_case k WHERE k.member_id = c.member_id AND k.voided_at IS NULL
                AND (k.found_on, k.id) > (c.found_on, c.id))
              AND NOT {in_class_after("coalesce(c.lawful_on, c.found_on)", until=TODAY)}
              AND NOT {recorded("enrolment", f"r.registered_on <= {TODAY} AND {FINISHED}")}
              AND coalesce(m.birth_date + make_interval(years => {{age_to}}::numeric::int + 1) > {TODAY}, true)
        ) late WHERE late.due_on < {{today}}::date
    """,
    parameters={
        "visit": "education.dropout_visit_days",
        "back": "education.dropout_return_days",
        "age_to": AGE_PARAMETERS["age_to"],
    },
    volatile=("days_late",),
    outcomes=SCHOOLING_OUTCOMES,
    source="M21, H22, Y40: found, visited, returned or a lawful reason that still holds; while schooling is a duty",
)

TWO_SCHOOLS = StandingList(
    code="enrolled_in_two_schools",
    label=Label("同时在两所学校就读", "Enrolled in two schools at once"),
    unit=LineUnit.PERSON,
    kind=ListKind.CONTRADICTION,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('year', now.year, 'term', now.term,
                 'schools', string_agg(e.school_code, ', ' ORDER BY e.school_code)) AS detail
        FROM {term_at(TODAY)}
        JOIN enrolment e ON e.year = now.year AND e.term = now.term AND e.voided_at IS NULL
        JOIN roster_member m ON m.member_id = e.member_id
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE e.status IN ({ATTENDING_SQL}) AND m.active AND h.active
        GROUP BY m.member_id, m.household_id, m.division, now.year, now.term HAVING count(*) > 1
    """,
    parameters=TERM_PARAMETERS,
    outcomes=SCHOOLING_OUTCOMES,
    source="M22, M23: one student, one school",
)

KINDERGARTEN_NOT_RECOGNISED = StandingList(
    code="kindergarten_not_recognised",
    label=Label("在园登记为普惠性而该园未获认定", "Taken for an inclusive kindergarten, not recognised"),
    unit=LineUnit.CASE,
    kind=ListKind.CONTRADICTION,
    population=f"""
        SELECT e.id::text AS subject_id, e.member_id, m.household_id, m.division,
               jsonb_build_object('year', e.year, 'term', e.term, 'school_code', e.school_code) AS detail
        FROM {term_at(TODAY)}
        JOIN enrolment e ON e.year = now.year AND e.term = now.term AND e.voided_at IS NULL
        JOIN roster_member m ON m.member_id = e.member_id
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE e.inclusive_kindergarten AND e.status IN ({ATTENDING_SQL}) AND m.active AND h.active
          AND (SELECT bool_or(s.inclusive) FROM school s
               WHERE s.school_code = e.school_code AND s.voided_at IS NULL) IS FALSE
    """,
    parameters=TERM_PARAMETERS,
    source="Y36 经区级以上教育部门认定的普惠性幼儿园: by the register of schools; one that is not in it says nothing",
)

UNPAIRED = StandingList(
    code="student_unpaired",
    label=Label("未结对帮扶学生", "Registered students without a paired teacher"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_BE_IN,
    population=missing_from(PAIRED),
    parameters=TERM_PARAMETERS,
    source="M23 组建精准帮扶对子, M20",
)

POOR_BY_SCHOOLING = StandingList(
    code="poor_by_schooling",
    label=Label("因学致贫返贫户", "Households poor, or back in poverty, because of schooling"),
    unit=LineUnit.HOUSEHOLD,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=missing_from(NOT_POOR_BY_SCHOOLING),
    source="M24 坚决消除因学致贫或因学返贫现象, Y40",
)

SCHOOLING_LISTS = (
    OUT_OF_SCHOOL,
    DROPOUT_FOR_POVERTY,
    DROPOUT_OVERDUE,
    TWO_SCHOOLS,
    KINDERGARTEN_NOT_RECOGNISED,
    UNPAIRED,
    POOR_BY_SCHOOLING,
)

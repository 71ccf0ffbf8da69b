"""Aid: owed and paid, vocational diplomas, senior high school grants, college students (D27, D28, Y36–Y39, H20)."""

from services.education.aid_items import aid_items_sql, same_period_sql, school_year_sql
from services.education.populations import ATTENDING_SQL, DAY_OF_YEAR, TERM_PARAMETERS, standing, students, term_at
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, recorded

OWED_PARAMETERS = {**TERM_PARAMETERS, "owed": "education.aid_items_owed"}

OWED = f"""
    SELECT e.member_id, m.household_id, m.division, item.code AS item, e.stage, now.year, now.term,
           EXISTS (SELECT FROM aid_award a WHERE a.member_id = e.member_id AND a.item = item.code
             AND {same_period_sql("a", "now")} AND a.voided_at IS NULL AND a.paid_on IS NOT NULL) AS paid
    FROM {term_at(DAY_OF_YEAR)}
    CROSS JOIN {standing("r.year = now.year AND r.term = now.term")}
    JOIN {aid_items_sql()} ON item.stage = e.stage AND coalesce(item.boarding = e.boarding, true)
      AND (NOT item.inclusive OR e.inclusive_kindergarten)
    JOIN roster_member m ON m.member_id = e.member_id
    JOIN roster_household h ON h.household_id = m.household_id
    WHERE e.status IN ({ATTENDING_SQL}) AND item.code = ANY({{owed}}::text[]) AND now.year = {{year}}::int
      AND m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
"""
"""Each item that a student of a registered household is owed in the last term that began in the year: until spring
nothing of the year is owed yet, and what is of the autumn before is asked with its own year, whose items hold."""


def _students_owed(condition: str) -> str:
    """Students who are owed something (SQL on `o`); covered when all of it is paid."""
    return f"""
        SELECT o.member_id::text AS subject_id, o.member_id, o.household_id, o.division, bool_and(o.paid) AS covered,
               jsonb_build_object('year', max(o.year), 'term', max(o.term), 'stage', max(o.stage),
                 'unpaid', string_agg(o.item, ', ' ORDER BY o.item) FILTER (WHERE NOT o.paid)) AS detail
        FROM ({OWED}) o WHERE {condition} GROUP BY o.member_id, o.household_id, o.division
    """


AID_TO_HOUSEHOLDS = Share(
    code="education_aid_households",
    label=Label("教育扶贫落实户比例", "Households concerned whose education aid is all paid"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT o.household_id::text AS subject_id, NULL::uuid AS member_id, o.household_id, o.division,
               bool_and(o.paid) AS covered,
               jsonb_build_object('year', max(o.year), 'term', max(o.term), 'owed', count(*),
                 'unpaid', count(*) FILTER (WHERE NOT o.paid)) AS detail
        FROM ({OWED}) o GROUP BY o.household_id, o.division
    """,
    target="education.aid_target",
    parameters=OWED_PARAMETERS,
    source="D27 全区涉及教育的建档立卡贫困户教育扶贫落实情况",
)

AID_TO_STUDENTS = Share(
    code="education_aid_students",
    label=Label("应助学生资助落实率", "Students whose aid of the term is all paid"),
    unit=Unit.PERSON,
    population=_students_owed("true"),
    target="education.aid_target",
    parameters=OWED_PARAMETERS,
    source="H20, M20, M22, Y36, Y37",
)

PRESCHOOL_AID = Share(
    code="preschool_aid",
    label=Label("学前教育资助落实率", "Children of inclusive kindergartens whose aid is paid"),
    unit=Unit.PERSON,
    population=_students_owed("o.item = 'preschool_aid'"),
    target="education.aid_target",
    parameters=OWED_PARAMETERS,
    source="Y36",
)

BOARDING_SUBSIDY = Share(
    code="boarding_subsidy",
    label=Label("寄宿生生活补助落实率", "Boarders of compulsory school whose living subsidy is paid"),
    unit=Unit.PERSON,
    population=_students_owed("o.item = 'boarding_subsidy'"),
    target="education.aid_target",
    parameters=OWED_PARAMETERS,
    source="Y37",
)

VOCATIONAL_SUBSIDY = Share(
    code="vocational_subsidy",
    label=Label("中职学历教育扶贫补助落实率", "Vocational students whose aid of the term is all paid"),
    unit=Unit.PERSON,
    population=_students_owed("o.stage = 'secondary_vocational'"),
    target="education.aid_target",
    parameters=OWED_PARAMETERS,
    source="D28 中职业学历教育扶贫补助落实情况, SYS30 雨露计划",
)

COLLEGE_SUPPORT = Share(
    code="college_support",
    label=Label(
        "大学生助学金或助学贷款覆盖率", "College students with a grant or an origin-place loan in the school year"
    ),
    unit=Unit.PERSON,
    population=students(
        "e.stage IN ('higher_vocational', 'undergraduate')",
        covered=recorded(
            "aid_award",
            f"""r.item IN ('college_grant', 'student_loan') AND r.paid_on IS NOT NULL
                AND {school_year_sql("r")} = now.school_year""",
        ),
        detail="jsonb_build_object('stage', e.stage)",
    ),
    target="education.college_support_target",
    parameters=TERM_PARAMETERS,
    source="Y39, SYS30",
)

SENIOR_HIGH_COVERAGE = Share(
    code="senior_high_aid_coverage",
    label=Label("普通高中助学金资助面", "Students of senior high school with the national grant"),
    unit=Unit.STUDENT,
    population=f"""
        SELECT c.id::text AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, c.division,
               c.aided AS reached, c.students AS due, c.aided >= {{target}}::numeric * c.students AS covered,
               jsonb_build_object('school_code', c.school_code, 'students', c.students, 'aided', c.aided,
                 'short', ceil({{target}}::numeric * c.students) - c.aided) AS detail
        FROM {term_at(DAY_OF_YEAR)}
        JOIN LATERAL (
            SELECT DISTINCT ON (s.school_code) s.* FROM student_count s
            WHERE s.voided_at IS NULL AND s.stage = 'senior_high' AND s.year = {{year}}::int AND s.counted_on <= now.day
            ORDER BY s.school_code, s.counted_on DESC, s.id DESC
        ) c ON true
    """,
    target="education.senior_high_aid_target",
    parameters={**TERM_PARAMETERS, "target": "education.senior_high_aid_target"},
    parts=True,
    source="Y38 保证资助面占在校生的20%: by each school's newest count of the year; the text does not say at least",
)

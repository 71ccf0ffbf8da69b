"""Teachers: paired students, households visited, exchange, training (M23, Y41, H35)."""

from services.education.populations import DAY_OF_YEAR, TERM_PARAMETERS, students, term_at
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import recorded

PAIRED = Share(
    code="students_paired",
    label=Label("教师结对帮扶率", "Registered students paired with a teacher"),
    unit=Unit.PERSON,
    population=students(
        "e.stage NOT IN ('higher_vocational', 'undergraduate', 'postgraduate')",
        covered=recorded("teacher_pairing", "r.paired_on <= now.day AND coalesce(r.ended_on > now.day, true)"),
        detail="jsonb_build_object('stage', e.stage)",
    ),
    target="education.pairing_target",
    parameters=TERM_PARAMETERS,
    source="M23 组建精准帮扶对子, M20: students of schools up to the secondary stage",
)

VISITED = Share(
    code="students_visited",
    label=Label("本学期学生家访率", "Households of registered students visited by a teacher this term"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT s.household_id::text AS subject_id, NULL::uuid AS member_id, s.household_id, s.division,
               EXISTS (SELECT FROM home_visit v CROSS JOIN {term_at(DAY_OF_YEAR)}
                 WHERE v.household_id = s.household_id AND v.voided_at IS NULL
                 AND v.visited_on BETWEEN now.start AND now.day) AS covered, NULL::jsonb AS detail
        FROM (SELECT DISTINCT household_id, division FROM ({students("true", covered="true")}) of) s
    """,
    target="education.visit_target",
    parameters=TERM_PARAMETERS,
    source="M23 走村进户, 定期: once a term",
)


def _schools(covered: str) -> str:
    """Schools of compulsory stage recorded in the area; `covered` is SQL on `s`."""
    return f"""
        SELECT s.id::text AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, s.division,
               {covered} AS covered, jsonb_build_object('school_code', s.school_code, 'kind', s.kind) AS detail
        FROM school s WHERE s.voided_at IS NULL AND extract(year FROM s.assessed_on) <= {{year}}
          AND s.kind IN ('primary_school', 'junior_high', 'nine_year_school')
    """


EXCHANGE = Share(
    code="teacher_exchange",
    label=Label("接受教师交流支援学校比例", "Schools of compulsory stage that teachers of another school support"),
    unit=Unit.INSTITUTION,
    population=_schools("""EXISTS (SELECT FROM teacher_exchange x WHERE x.to_school_code = s.school_code
                 AND x.voided_at IS NULL AND extract(year FROM x.started_on) <= {year}
                 AND coalesce(extract(year FROM x.ended_on) >= {year}, true))"""),
    target="education.exchange_target",
    source="Y41 推动城乡教师合理流动和对口支援",
)

TRAINING = Share(
    code="teacher_training",
    label=Label(
        "开展教师培训学校比例", "Schools of compulsory stage whose teachers were trained in IT or their subject"
    ),
    unit=Unit.INSTITUTION,
    population=_schools("""EXISTS (SELECT FROM teacher_training t WHERE t.school_code = s.school_code
                 AND t.voided_at IS NULL AND extract(year FROM t.started_on) = {year}
                 AND t.subject IN ('information_technology', 'subject_teaching'))"""),
    target="education.training_target",
    source="H35 帮助开展受援地教育师资培训",
)

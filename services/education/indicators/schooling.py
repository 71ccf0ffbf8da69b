"""In school: of those of compulsory age, without drop-outs, kept until they finish (D26, M21, H22, Y40, Y41)."""

from services.education.populations import (
    AGE_PARAMETERS,
    ATTENDING_SQL,
    BEYOND_SQL,
    COMPULSORY_SQL,
    DAY_OF_YEAR,
    FINISHED,
    FULFILLED_SQL,
    TERM_PARAMETERS,
    compulsory_age,
    students,
    term_at,
)
from shared.codes import Label
from shared.indicators import Rise, Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, recorded


def _of_age(covered: str) -> str:
    """Members of registered households who are of compulsory age, `of`."""
    return f"""
        SELECT of.member_id::text AS subject_id, of.member_id, of.household_id, of.division, {covered} AS covered,
               jsonb_build_object('situation', of.code, 'reason', of.reason, 'year', of.year, 'term', of.term) AS detail
        FROM ({compulsory_age(DAY_OF_YEAR)}) of WHERE of.household_state IN ({ON_REGISTER_SQL})
    """


IN_SCHOOL = Share(
    code="compulsory_in_school",
    label=Label("适龄儿童少年义务教育在学率", "Children of compulsory age in school"),
    unit=Unit.PERSON,
    population=_of_age(f"of.code IN ({FULFILLED_SQL})"),
    target="education.in_school_target",
    parameters=AGE_PARAMETERS,
    source="D26, Y05, Y40: lawful home teaching and those who have finished included",
)

NO_POVERTY_DROPOUT = Share(
    code="no_dropout_for_poverty",
    label=Label("未因贫失学辍学比例", "Children of compulsory age not out of school because of poverty"),
    unit=Unit.PERSON,
    population=_of_age(f"NOT (of.code NOT IN ({FULFILLED_SQL}) AND coalesce(of.reason = 'poverty', false))"),
    target="education.no_poverty_dropout_target",
    parameters=AGE_PARAMETERS,
    source="M21, H22, Y40, D26: the list of those missing is that of the drop-outs for poverty",
)

TERM_RECORDED = Share(
    code="enrolment_recorded",
    label=Label("本学期学籍数据交换率", "Children of compulsory age whose schooling this term is recorded"),
    unit=Unit.PERSON,
    population=_of_age("of.code NOT IN ('no_enrolment', 'transfer_unconfirmed')"),
    target="education.enrolment_recorded_target",
    parameters=AGE_PARAMETERS,
    source="M23 定期交流数据: once a term for each child",
)

_IN_AUTUMN = f"(r.year = now.year AND r.term = 'autumn' AND r.status IN ({ATTENDING_SQL}, 'home_teaching'))"

RETENTION = Share(
    code="compulsory_retention",
    label=Label("建档立卡学生义务教育升学留校率", "Registered students of compulsory school who went on in the autumn"),
    unit=Unit.PERSON,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               {recorded("enrolment", f"({_IN_AUTUMN} OR {FINISHED})")} AS covered,
               jsonb_build_object('stage', max(e.stage)) AS detail
        FROM {term_at(DAY_OF_YEAR)}
        JOIN enrolment e ON e.year = now.year AND e.term = 'spring' AND e.voided_at IS NULL
        JOIN roster_member m ON m.member_id = e.member_id
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE now.term = 'autumn' AND now.year = {{year}}::int AND e.stage IN ({COMPULSORY_SQL})
          AND e.status IN ({ATTENDING_SQL}, 'home_teaching')
          AND m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
        GROUP BY m.member_id, m.household_id, m.division, now.year
    """,
    target="education.retention_target",
    parameters=TERM_PARAMETERS,
    source="Y41: students of the spring term who are in school in the autumn, or have finished",
)


def _consolidation(code: str, label: Label, year: str) -> Share:
    """义务教育巩固率: those who finished grade 9, of those who entered and came, less those who moved away."""
    return Share(
        code=code,
        label=label,
        unit=Unit.STUDENT,
        population=f"""
            SELECT of.id::text AS subject_id, NULL::uuid AS member_id, NULL::uuid AS household_id, of.division,
                   of.graduated AS reached, of.due, of.graduated >= {{target}}::numeric * of.due AS covered,
                   jsonb_build_object('year', of.year, 'due', of.due, 'graduated', of.graduated,
                     'short', ceil({{target}}::numeric * of.due) - of.graduated) AS detail
            FROM (SELECT c.*, c.entered + c.moved_in - c.moved_out AS due FROM school_cohort c
                  WHERE c.voided_at IS NULL AND c.year = {year}) of
        """,
        target="education.consolidation_target",
        parameters={"target": "education.consolidation_target"},
        parts=True,
        source="Y41",
    )


CONSOLIDATION = _consolidation(
    "consolidation", Label("九年义务教育巩固率", "Cohort that finished compulsory school"), "{year}::int"
)
CONSOLIDATION_BEFORE = _consolidation(
    "consolidation_before", Label("上一年九年义务教育巩固率", "The cohort of the year before"), "{year}::int - 1"
)
CONSOLIDATION_RISE = Rise(
    code="consolidation_rise",
    label=Label("义务教育巩固率提高幅度", "Rise of the cohort that finished compulsory school"),
    of=CONSOLIDATION,
    over=CONSOLIDATION_BEFORE,
    target="education.consolidation_rise_target",
    source="Y41 提高义务教育巩固率",
)

VOCATIONAL_SCHOOLING = Share(
    code="vocational_schooling",
    label=Label("就读职业院校和技工学校比例", "Students beyond compulsory school in vocational and technical schools"),
    unit=Unit.PERSON,
    population=students(
        f"e.stage IN ({BEYOND_SQL})",
        covered="e.stage IN ('secondary_vocational', 'higher_vocational')",
        detail="jsonb_build_object('stage', e.stage)",
    ),
    target=None,
    parameters=TERM_PARAMETERS,
    source="Y35 鼓励贫困家庭子女积极就读职业院校和技工学校: no target is set",
)

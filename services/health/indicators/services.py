"""What grass-roots health work owes each registered person in a year (D31–D33, M15, M17, Y47, Y51)."""

from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, recorded, registered_persons

_INSURED = recorded("insurance_enrolment", "r.year = {year} AND r.enrolled")
_CONTRACTED = recorded("doctor_contract", "r.year = {year}")
_EXAMINED = recorded("physical_examination", "r.year = {year}")
_SCREENED = recorded("chronic_screening", "r.year = {year}")

DOCTOR_CONTRACT = Share(
    code="doctor_contract",
    label=Label("家庭医生签约率", "Family doctor contracts"),
    unit=Unit.PERSON,
    population=registered_persons(covered=_CONTRACTED),
    target="health.doctor_contract_target",
    source="D31",
)

PHYSICAL_EXAMINATION = Share(
    code="physical_examination",
    label=Label("健康体检率", "Physical examinations"),
    unit=Unit.PERSON,
    population=registered_persons(covered=_EXAMINED),
    target="health.examination_target",
    source="D32, M17",
)

CHRONIC_SCREENING = Share(
    code="chronic_screening",
    label=Label("慢性病筛查率", "Chronic-disease screening"),
    unit=Unit.PERSON,
    population=registered_persons(covered=_SCREENED),
    target="health.chronic_screening_target",
    source="D33",
)

GRASS_ROOTS_COVERAGE = Share(
    code="grass_roots_coverage",
    label=Label("基层健康扶贫工作覆盖率", "Reached by all of grass-roots health work"),
    unit=Unit.PERSON,
    population=registered_persons(
        covered=f"({_INSURED} AND {_CONTRACTED} AND {_EXAMINED} AND {_SCREENED})",
        detail=f"""jsonb_build_object('insured', {_INSURED}, 'doctor_contract', {_CONTRACTED},
                   'physical_examination', {_EXAMINED}, 'chronic_screening', {_SCREENED})""",
    ),
    target="health.grass_roots_coverage_target",
    source="M15: reached by insurance, doctor contract, examination and screening alike",
)

HEALTH_CARD = Share(
    code="health_card",
    label=Label("健康卡持有率", "Persons with a health card"),
    unit=Unit.PERSON,
    population=registered_persons(
        covered=recorded("health_card", "r.status = 'active' AND extract(year FROM r.issued_on) <= {year}")
    ),
    target="health.health_card_target",
    source="Y47",
)

_REHABILITATED = recorded(
    "rehabilitation",
    "extract(year FROM r.started_on) <= {year} AND (r.ended_on IS NULL OR extract(year FROM r.ended_on) >= {year})",
)

REHABILITATION = Share(
    code="rehabilitation",
    label=Label("残疾人康复服务率", "Disabled persons with rehabilitation"),
    unit=Unit.PERSON,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               {_REHABILITATED} AS covered,
               jsonb_build_object('disability_type', person->>'disability_type') AS detail
        FROM roster_household h
        CROSS JOIN LATERAL jsonb_array_elements(h.snapshot->'members') AS person
        JOIN roster_member m ON m.member_id = (person->>'member_id')::uuid
        WHERE m.active AND h.active AND h.state IN ({ON_REGISTER_SQL}) AND person->>'disability_type' IS NOT NULL
    """,
    target=None,
    source="Y51",
)

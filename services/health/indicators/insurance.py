"""Insurance coverage, the preferential policy, the subsidy of the contribution (D29, M16, Y42, H23)."""

from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, recorded, registered_persons

INSURANCE_COVERAGE = Share(
    code="insurance_coverage",
    label=Label("基本医疗保险参保率", "Basic medical insurance coverage"),
    unit=Unit.PERSON,
    population=registered_persons(covered=recorded("insurance_enrolment", "r.year = {year} AND r.enrolled")),
    target="health.insurance_coverage_target",
    source="D29, M16, H23",
)

PREFERENTIAL_POLICY = Share(
    code="preferential_policy",
    label=Label("纳入医保政策倾斜范围比例", "Insured under the preferential policy"),
    unit=Unit.PERSON,
    population=registered_persons(
        covered=recorded("insurance_enrolment", "r.year = {year} AND r.enrolled AND r.preferential_policy")
    ),
    target="health.preferential_policy_target",
    source="M16",
)

CONTRIBUTION_SUBSIDY = Share(
    code="contribution_subsidy",
    label=Label("参保个人缴费补贴率", "Contribution subsidised, of the insured"),
    unit=Unit.PERSON,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               coalesce(r.subsidy, 0) > 0 AS covered,
               jsonb_build_object('subsidy_class', r.subsidy_class) AS detail
        FROM insurance_enrolment r
        JOIN roster_member m USING (member_id)
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE r.voided_at IS NULL AND r.year = {{year}} AND r.enrolled
          AND r.scheme IN ('resident', 'new_rural_cooperative')
          AND m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
    """,
    target="health.contribution_subsidy_target",
    source="Y42",
)

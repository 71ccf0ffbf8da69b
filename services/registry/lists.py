"""The standing lists of the registry: deaths to record, problems after exit, persons who do not qualify (M40, M48)."""

from services.registry.deaths.reported import REPORTED_DEATHS
from services.registry.files.catalogue import FILES_OVERDUE
from shared.codes import Label
from shared.indicators.populations import ON_REGISTER_SQL
from shared.standing_lists import LineUnit, ListKind, StandingList

EXIT_PROBLEMS = StandingList(
    code="exit_problems_unsolved",
    label=Label("“回头看”发现问题未整改户", "Problems found after exit and not solved"),
    unit=LineUnit.CASE,
    kind=ListKind.OVERDUE,
    population="""
        SELECT r.id::text AS subject_id, NULL::uuid AS member_id, r.household_id, r.division,
               jsonb_build_object('year', r.year, 'reviewed_on', r.reviewed_on) AS detail
        FROM exit_review r JOIN roster_household h ON h.household_id = r.household_id
        WHERE r.voided_at IS NULL AND r.result = 'problem' AND r.adjusted_on IS NULL AND h.active
    """,
    source="M40",
)

NOT_QUALIFIED = StandingList(
    code="excluded_still_registered",
    label=Label("比对筛查疑点未排除人员", "Registered persons whom the screening shows as not qualified"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT r.id::text AS subject_id, r.member_id, r.household_id, r.division,
               jsonb_build_object('category', r.category, 'provider', r.provider, 'verdict', r.verdict) AS detail
        FROM screening_hit r JOIN roster_member m ON m.member_id = r.member_id
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE r.voided_at IS NULL AND r.verdict IS DISTINCT FROM 'refuted'
          AND m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
    """,
    source="M46, M48",
)

LISTS = (REPORTED_DEATHS, EXIT_PROBLEMS, NOT_QUALIFIED, FILES_OVERDUE)

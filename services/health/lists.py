"""The standing lists of health: who should be in and is not (D29, M16, H23, M18, Y44)."""

from services.health.indicators.illness import SERIOUS_ILLNESS_FILING
from services.health.indicators.insurance import INSURANCE_COVERAGE
from shared.codes import Label
from shared.indicators.populations import ON_REGISTER_SQL, missing_from
from shared.standing_lists import LineUnit, ListKind, StandingList

UNINSURED = StandingList(
    code="uninsured",
    label=Label("应参保未参保人员", "Registered and not insured"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_BE_IN,
    population=missing_from(INSURANCE_COVERAGE),
    source="D29, M16, H23",
)

_TOLD_BY_ROSTER = f"""
    SELECT m.member_id::text || ':roster' AS subject_id, m.member_id, m.household_id, m.division,
           jsonb_build_object('known_to', 'roster') AS detail
    FROM roster_household h
    CROSS JOIN LATERAL jsonb_array_elements(h.snapshot -> 'members') AS told(member)
    JOIN roster_member m ON m.household_id = h.household_id AND m.member_id::text = told.member ->> 'member_id'
    WHERE h.snapshot @? '$.members[*].health_status[*] ? (@ == "serious_illness")'
      AND told.member -> 'health_status' ? 'serious_illness'
      AND m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
      AND NOT EXISTS (SELECT FROM serious_illness_case c WHERE c.member_id = m.member_id AND c.voided_at IS NULL)
      AND NOT EXISTS (SELECT FROM settlement_bill b WHERE b.member_id = m.member_id AND b.voided_at IS NULL
        AND b.serious_illness IS NOT NULL)
"""
"""Serious illness that only the roster tells of, neither diagnosed nor billed here."""

ILLNESS_UNFILED = StandingList(
    code="serious_illness_unfiled",
    label=Label("大病应建档未建档", "Serious illness that is not filed"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_BE_IN,
    population=f"""
        SELECT told.subject_id, told.member_id, told.household_id, told.division, told.detail
        FROM ({missing_from(SERIOUS_ILLNESS_FILING)}) told
        UNION ALL
        {_TOLD_BY_ROSTER}
    """,
    parameters=SERIOUS_ILLNESS_FILING.parameters,
    source="M18, Y44: diagnosed, told of by a bill, or by the roster",
)

LISTS = (UNINSURED, ILLNESS_UNFILED)

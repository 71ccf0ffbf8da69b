"""The standing lists of health: who should be in and is not (D29, M16, H23, M18, Y44), who is in and should not be
(Y42, Y49), what is recorded twice (D30)."""

from services.health.indicators.illness import SERIOUS_ILLNESS_FILING
from services.health.indicators.insurance import INSURANCE_COVERAGE
from shared.codes import Label, code_list
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

_POOR = f"""(h.state IN ({ON_REGISTER_SQL}) OR h.household_type IN ('dibao', 'tekun')
    OR h.snapshot ->> 'monitoring_category' IS NOT NULL OR h.snapshot @? '$.categories[*]')"""
"""Household `h` is registered, monitored, in dibao or tekun, or on the edge of it, as the roster shows."""

_SINCE_THEN = "(h.state = 'candidate' OR coalesce((h.snapshot ->> 'state_since')::date <= {day}, true))"
"""What was given on a day is judged by the state of household `h` only if it was in that state by then;
`RosterHousehold.state_on` says the same."""

SUBSIDY_NOT_DUE = StandingList(
    code="insurance_subsidy_not_due",
    label=Label("不属资助对象享受参保补贴", "Contribution subsidised, household not of the poor"),
    unit=LineUnit.PERSON,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               jsonb_build_object('subsidy', r.subsidy::text, 'subsidy_class', r.subsidy_class) AS detail
        FROM insurance_enrolment r
        JOIN roster_member m USING (member_id)
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE r.voided_at IS NULL AND r.year = {{year}} AND r.subsidy > 0 AND m.active AND h.active AND NOT {_POOR}
          AND {_SINCE_THEN.format(day="r.enrolled_on")}
    """,
    source="Y42 对贫困人口",
)

_FUNDS = {
    meant_for: ", ".join(
        f"'{one.code}'" for one in code_list("health_fund").items if one.attributes["for"] == meant_for
    )
    for meant_for in ("registered", "others")
}
"""Funds of each kind of household, from the code list."""

FUND_NOT_DUE = StandingList(
    code="fund_payment_not_due",
    label=Label("不属该基金保障对象享受支付", "Paid from a fund that is for other households"),
    unit=LineUnit.CASE,
    kind=ListKind.SHOULD_NOT_BE_IN,
    population=f"""
        SELECT r.id::text AS subject_id, r.member_id, m.household_id, m.division,
               jsonb_build_object('fund', r.fund, 'amount', r.amount::text, 'paid_on', r.paid_on) AS detail
        FROM fund_payment r
        JOIN roster_member m USING (member_id)
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE r.voided_at IS NULL AND extract(year FROM r.paid_on) = {{year}} AND h.active
          AND CASE WHEN h.state IN ({ON_REGISTER_SQL}) THEN r.fund IN ({_FUNDS["others"]})
                   ELSE r.fund IN ({_FUNDS["registered"]}) END
          AND {_SINCE_THEN.format(day="r.paid_on")}
    """,
    source="Y49: posted before the household was known, or before its state was put right",
)

BILL_TWICE = StandingList(
    code="settlement_bill_twice",
    label=Label("同一结算单登记在多人名下", "One settlement bill recorded for several persons"),
    unit=LineUnit.CASE,
    kind=ListKind.DUPLICATE,
    population="""
        SELECT b.id::text AS subject_id, b.member_id, m.household_id, m.division,
               jsonb_build_object('bill_number', b.bill_number, 'institution_code', b.institution_code,
                 'settled_on', b.settled_on, 'self_paid', b.self_paid::text,
                 'also', jsonb_agg(twin.id ORDER BY twin.id)) AS detail
        FROM settlement_bill b
        JOIN settlement_bill twin ON twin.bill_number = b.bill_number AND twin.member_id <> b.member_id
          AND coalesce(twin.institution_code = b.institution_code, true) AND twin.voided_at IS NULL
        JOIN roster_member m ON m.member_id = b.member_id
        JOIN roster_household h ON h.household_id = m.household_id
        WHERE b.voided_at IS NULL AND extract(year FROM b.settled_on) = {year} AND h.active
        GROUP BY b.id, m.member_id
    """,
    source="D30: sent for the wrong person, then for the right one, it counts for both; shown to who may see both",
)

LISTS = (UNINSURED, ILLNESS_UNFILED, SUBSIDY_NOT_DUE, FUND_NOT_DUE, BILL_TWICE)

"""Willing to work and in work, referred, steadily in work; households with somebody in work (D19, M14, Y53)."""

from services.employment.indicators.labour import (
    DAY,
    IN_WORK,
    IS_LABOURER,
    MEMBERS,
    OF_FULL_ABILITY,
    PARAMETERS,
    in_year,
    labourers,
)
from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL, recorded

_WILLING = "p.willing_to_work"
_REASON = "jsonb_build_object('not_working_reason', p.not_working_reason, 'surveyed_in', p.year)"

WILLING_PLACED = Share(
    code="willing_placed",
    label=Label("有就业意愿劳动力就业率", "Willing to work and in work"),
    unit=Unit.PERSON,
    population=labourers(condition=_WILLING, covered=IN_WORK, detail=_REASON),
    target="employment.willing_placed_target",
    parameters=PARAMETERS,
    source="M14",
)

WORK_OFFERED = Share(
    code="work_offered",
    label=Label("有就业意愿劳动力岗位推荐率", "Willing to work and referred or in work"),
    unit=Unit.PERSON,
    population=labourers(
        condition=_WILLING, covered=f"({IN_WORK} OR {in_year('referral', 'referred_on')})", detail=_REASON
    ),
    target="employment.work_offered_target",
    parameters=PARAMETERS,
    source="D19, M14",
)

REFERRAL_SUCCESS = Share(
    code="referral_success",
    label=Label("推荐就业成功率", "Referred in the year and hired"),
    unit=Unit.PERSON,
    population=labourers(
        condition=in_year("referral", "referred_on"),
        covered=recorded("referral", "r.result = 'hired' AND extract(year FROM r.referred_on) = {year}::int"),
    ),
    target=None,
    parameters=PARAMETERS,
    source="D19",
)

REGISTERED_FIRST = Share(
    code="registered_first",
    label=Label("被推荐人员中建档立卡户人员占比", "Of those referred in the year, persons of registered households"),
    unit=Unit.PERSON,
    population=f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               h.state IN ({ON_REGISTER_SQL}) AS covered, jsonb_build_object('state', h.state) AS detail
        FROM roster_member m JOIN roster_household h USING (household_id)
        WHERE m.active AND h.active AND {in_year("referral", "referred_on")}
    """,
    target=None,
    source="D19 优先向企业推荐",
)

_SPELLS = """
    SELECT r.started_on AS first, r.ended_on AS last FROM placement r
    WHERE r.member_id = m.member_id AND r.voided_at IS NULL
    UNION ALL
    SELECT r.started_on, least(r.contract_until, r.ended_on) FROM public_welfare_post r
    WHERE r.member_id = m.member_id AND r.voided_at IS NULL
"""
_MONTHS = f"""coalesce((
    SELECT least(r.work_months + r.post_months, 12) FROM work_year r
    WHERE r.member_id = m.member_id AND r.voided_at IS NULL AND r.year = {{year}}::int
), (SELECT count(DISTINCT month) FROM ({_SPELLS}) s CROSS JOIN LATERAL generate_series(
    date_trunc('month', greatest(s.first, make_date({{year}}::int, 1, 1))), least(s.last, {DAY}), '1 month') AS month
))"""

STABLE_WORK = Share(
    code="stable_work",
    label=Label("稳定就业率", "In work during the year, for the months that count as stable"),
    unit=Unit.PERSON,
    population=f"""
        SELECT worker.member_id::text AS subject_id, worker.member_id, worker.household_id, worker.division,
               worker.months >= {{stable_months}}::numeric AS covered,
               jsonb_build_object('months', worker.months) AS detail
        FROM (SELECT m.member_id, m.household_id, m.division, {_MONTHS} AS months
              FROM roster_member m JOIN roster_household h USING (household_id)
              WHERE m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})) worker
        WHERE worker.months > 0
    """,
    target=None,
    parameters={"stable_months": "employment.stable_work_months"},
    source="M14: months as reported of the year, else months with any work; risk 因务工就业不稳",
)

WORKING_HOUSEHOLDS = Share(
    code="working_households",
    label=Label("有劳动力家庭就业覆盖率", "Households with full labour and somebody in work"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT home.household_id::text AS subject_id, NULL::uuid AS member_id, home.household_id, home.division,
               home.in_work > 0 AS covered, jsonb_build_object('labourers', home.labourers) AS detail
        FROM (SELECT h.household_id, h.division, count(*) FILTER (WHERE {IS_LABOURER}) AS labourers,
                     count(*) FILTER (WHERE {IN_WORK}) AS in_work
              {MEMBERS} GROUP BY h.household_id, h.division) home
        WHERE home.labourers > 0
    """,
    target="employment.working_household_target",
    parameters=OF_FULL_ABILITY,
    source="M14, Y53",
)

"""What the register and the records say against each other about labour (data-quality practice, rules 6, 15 to 20).

Rules 15 to 20 are signals, told of households too of which nothing is recorded here.
"""

from services.employment.indicators.labour import MEMBERS, PLACED
from shared.codes import Label
from shared.indicators.populations import recorded
from shared.standing_lists import LineUnit, ListKind, StandingList
from shared.standing_lists.signals import signal_list

_SIGNALS = "employment_signal"
_BY_REGISTER = "(coalesce((person->>'work_months')::int, 0) > 0)"
_RECORDED = " OR ".join(
    (
        recorded("placement", "true"),
        recorded("public_welfare_post", "true"),
        recorded("work_year", "r.work_months + r.post_months > 0"),
    )
)

CONTRADICTIONS = (
    signal_list(
        _SIGNALS,
        "monitored_without_measure",
        kind=ListKind.OVERDUE,
        unit=LineUnit.HOUSEHOLD,
        source="Rule 15: a month under monitoring without a measure",
    ),
    signal_list(
        _SIGNALS,
        "labour_without_development_measure",
        kind=ListKind.SHOULD_BE_IN,
        unit=LineUnit.HOUSEHOLD,
        source="Rule 16: labour, an open risk, no development measure",
    ),
    signal_list(
        _SIGNALS,
        "unstable_work_contradicted",
        kind=ListKind.CONTRADICTION,
        unit=LineUnit.HOUSEHOLD,
        source="Rule 17",
    ),
    signal_list(
        _SIGNALS,
        "lack_of_labour_contradicted",
        kind=ListKind.CONTRADICTION,
        unit=LineUnit.HOUSEHOLD,
        source="Rule 18",
    ),
    signal_list(
        _SIGNALS,
        "no_labour_without_backstop",
        kind=ListKind.SHOULD_BE_IN,
        unit=LineUnit.HOUSEHOLD,
        source="Rule 19; Y53",
    ),
    signal_list(_SIGNALS, "work_without_labour", kind=ListKind.CONTRADICTION, source="Rule 20"),
    StandingList(
        code="work_unlike_register",
        label=Label("务工记录与档案登记不一致", "Work recorded here and work in the register differ"),
        unit=LineUnit.PERSON,
        kind=ListKind.CONTRADICTION,
        population=f"""
            SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
                   jsonb_build_object('work_months', (person->>'work_months')::int, 'recorded', {_RECORDED}) AS detail
            {MEMBERS} AND CASE WHEN {_BY_REGISTER} THEN NOT ({_RECORDED}) ELSE {PLACED} END
        """,
        source="Rule 6: place and months of work; M14",
    ),
    StandingList(
        code="work_year_unlike_spells",
        label=Label("年度务工上报与就业登记不一致", "Work reported of the year and spells of work differ"),
        unit=LineUnit.PERSON,
        kind=ListKind.CONTRADICTION,
        population="""
            SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
                   jsonb_build_object('work_months', r.work_months, 'post_months', r.post_months,
                     'placed', spells.placed, 'in_post', spells.in_post) AS detail
            FROM work_year r JOIN roster_member m USING (member_id)
            CROSS JOIN LATERAL (SELECT
                EXISTS (SELECT FROM placement p WHERE p.member_id = r.member_id AND p.voided_at IS NULL
                  AND extract(year FROM p.started_on) <= r.year
                  AND (p.ended_on IS NULL OR extract(year FROM p.ended_on) >= r.year)) AS placed,
                EXISTS (SELECT FROM public_welfare_post w WHERE w.member_id = r.member_id AND w.voided_at IS NULL
                  AND extract(year FROM w.started_on) <= r.year
                  AND extract(year FROM least(w.contract_until, w.ended_on)) >= r.year) AS in_post) spells
            WHERE r.voided_at IS NULL AND r.year = {year}::int AND m.active
              AND ((r.work_months > 0) <> spells.placed OR (r.post_months > 0) <> spells.in_post)
        """,
        source="M14, Y33: months worked and place",
    ),
)

"""What the register and the records say against each other about labour (data-quality practice, rules 6, 15 to 20).

Read from register and records alike, so that households of which nothing is recorded here are on them too.
"""

from services.employment.indicators.labour import (
    ABILITY,
    IN_WORK,
    IS_LABOURER,
    MEMBERS,
    OF_FULL_ABILITY,
    PARAMETERS,
    PLACED,
)
from shared.codes import Label, code_list
from shared.standing_lists import LineUnit, ListKind, StandingList

_SIGNALS = code_list("employment_signal")
_BY_REGISTER = "(coalesce((person->>'work_months')::int, 0) > 0)"
_RECORDED = """EXISTS (SELECT FROM placement r WHERE r.member_id = m.member_id AND r.voided_at IS NULL
    UNION ALL SELECT FROM public_welfare_post r WHERE r.member_id = m.member_id AND r.voided_at IS NULL)"""


def _households(condition: str, *, detail: str) -> str:
    """Registered households `home` by the number of their members and labourers."""
    return f"""
        SELECT home.household_id::text AS subject_id, NULL::uuid AS member_id, home.household_id, home.division,
               {detail} AS detail
        FROM (SELECT h.household_id, h.division, h.state, h.household_type, h.snapshot, count(*) AS members,
                     count(*) FILTER (WHERE {IS_LABOURER}) AS labourers,
                     count(*) FILTER (WHERE {_BY_REGISTER} OR {_RECORDED}) AS workers
              {MEMBERS} GROUP BY h.household_id) home
        WHERE {condition}
    """


_COUNTS = "jsonb_build_object('labourers', home.labourers, 'members', home.members)"
_SINCE = "coalesce((home.snapshot->>'state_since')::date, make_date({year}::int, 1, 1))"
_MEASURES = " UNION ALL ".join(
    f"SELECT r.member_id, {last} AS last, {earns} AS earns FROM {table} r WHERE r.voided_at IS NULL AND {condition}"
    for table, last, earns, condition in (
        ("placement", "r.ended_on", "true", "true"),
        ("public_welfare_post", "least(r.contract_until, r.ended_on)", "true", "true"),
        ("start_up_support", "NULL::date", "true", "true"),
        ("training_attendance", "r.completed_on", "false", "r.outcome <> 'dropped_out'"),
        ("referral", "r.referred_on", "false", "true"),
    )
)


def _helped(*, earns: bool) -> str:
    """Whether a measure of employment help (with `earns`: work, a post or a business) goes on, or ended under
    monitoring."""
    kind = "AND measure.earns" if earns else ""
    return f"""EXISTS (SELECT FROM ({_MEASURES}) measure JOIN roster_member m USING (member_id)
        WHERE m.household_id = home.household_id AND m.active {kind}
          AND (measure.last IS NULL OR measure.last >= {_SINCE}))"""


CONTRADICTIONS = (
    StandingList(
        code="monitored_without_measure",
        label=_SIGNALS.label("monitored_without_measure"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.OVERDUE,
        population=_households(
            f"""home.state = 'monitored' AND home.labourers > 0 AND NOT {_helped(earns=False)}
                AND {{today}}::date > {_SINCE} + {{days}}::numeric::int""",
            detail=f"jsonb_build_object('monitored_since', {_SINCE}, 'labourers', home.labourers)",
        ),
        parameters={**PARAMETERS, "days": "employment.monitored_measure_days"},
        source="Rule 15: a month under monitoring without a measure",
    ),
    StandingList(
        code="labour_without_development_measure",
        label=_SIGNALS.label("labour_without_development_measure"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.SHOULD_BE_IN,
        population=_households(
            f"home.state = 'monitored' AND home.labourers > 0 AND NOT {_helped(earns=True)}",
            detail=f"jsonb_build_object('monitored_since', {_SINCE}, 'labourers', home.labourers)",
        ),
        parameters=PARAMETERS,
        source="Rule 16: labour, an open risk, no development measure",
    ),
    StandingList(
        code="unstable_work_contradicted",
        label=_SIGNALS.label("unstable_work_contradicted"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.CONTRADICTION,
        population=_households(
            "home.snapshot->'risks' ? 'unstable_work' AND (home.labourers = 0 OR home.workers = 0)",
            detail=_COUNTS,
        ),
        parameters=PARAMETERS,
        source="Rule 17",
    ),
    StandingList(
        code="lack_of_labour_contradicted",
        label=_SIGNALS.label("lack_of_labour_contradicted"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.CONTRADICTION,
        population=_households(
            """(home.snapshot->'causes' ? 'lack_of_labour' OR home.snapshot->'risks' ? 'lack_of_labour')
               AND home.labourers > {share}::numeric * home.members""",
            detail=_COUNTS,
        ),
        parameters={**OF_FULL_ABILITY, "share": "employment.labour_share_most"},
        source="Rule 18",
    ),
    StandingList(
        code="no_labour_without_backstop",
        label=_SIGNALS.label("no_labour_without_backstop"),
        unit=LineUnit.HOUSEHOLD,
        kind=ListKind.SHOULD_BE_IN,
        population=_households(
            """home.labourers = 0 AND home.snapshot->>'no_labour_guarantee' IS DISTINCT FROM 'true'
               AND NOT home.household_type = ANY({types}::text[])
               AND NOT EXISTS (SELECT FROM jsonb_array_elements(coalesce(home.snapshot->'categories', '[]')) category
                 WHERE category->>'kind' IN ('dibao', 'tekun'))""",
            detail="jsonb_build_object('household_type', home.household_type, 'members', home.members)",
        ),
        parameters={**PARAMETERS, "types": "employment.backstop_types"},
        source="Rule 19; Y53",
    ),
    StandingList(
        code="work_without_labour",
        label=_SIGNALS.label("work_without_labour"),
        unit=LineUnit.PERSON,
        kind=ListKind.CONTRADICTION,
        population=f"""
            SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
                   jsonb_build_object('ability', {ABILITY}, 'recorded', {IN_WORK}) AS detail
            {MEMBERS} AND {ABILITY} IN ('lost', 'none') AND ({IN_WORK} OR ({_BY_REGISTER} AND NOT {_RECORDED}))
        """,
        source="Rule 20",
    ),
    StandingList(
        code="work_unlike_register",
        label=Label("务工记录与档案登记不一致", "Work recorded here and work in the register differ"),
        unit=LineUnit.PERSON,
        kind=ListKind.CONTRADICTION,
        population=f"""
            SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
                   jsonb_build_object('work_months', (person->>'work_months')::int, 'recorded', {_RECORDED}) AS detail
            {MEMBERS} AND CASE WHEN {_BY_REGISTER} THEN NOT {_RECORDED} ELSE {PLACED} END
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

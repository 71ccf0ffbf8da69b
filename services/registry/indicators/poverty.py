"""Who is poor, who is out of poverty, who fell back: persons and households by their dated states (M06, Y02, H11)."""

from shared.codes import Label
from shared.indicators import Rate, Share, Unit
from shared.indicators.people import people_of

DAY = "least(make_date({year}, 12, 31), {today})"
POOR = "('registered', 'proposed_exit', 'returned')"
"""On the register and not out of poverty."""
ABLE = "('ordinary', 'skilled', 'weak')"
"""Codes of `labour_skill` of those who can work."""

_STATE = f"""
    household h JOIN household_state s ON s.household_id = h.household_id AND s.since <= {DAY}
      AND (s.until IS NULL OR s.until > {DAY})
"""
_PERSONS = f"""
    {_STATE} JOIN membership k ON k.household_id = h.household_id AND k.since <= {DAY}
      AND (k.until IS NULL OR k.until > {DAY})
    JOIN member m USING (member_id)
"""
_EVER_EXITED = f"""
    EXISTS (SELECT FROM household_state e WHERE e.household_id = h.household_id AND e.state = 'exited'
            AND e.since <= {DAY})
"""
_OUT_IN_YEAR = f"""
    EXISTS (SELECT FROM household_state o WHERE o.household_id = h.household_id AND o.state IN ('exited', 'monitored')
            AND o.since <= {DAY} AND (o.until IS NULL OR o.until >= make_date({{year}}, 1, 1)))
"""
"""Out of poverty on some day of the year; who fell back before it is counted in the year of the fall."""
_EVER_POOR = f"(s.state IN {POOR} OR s.state = 'exited' OR (s.state = 'monitored' AND {_EVER_EXITED}))"
_RURAL = f"""
    {people_of("rural")}
    UNION ALL
    SELECT v.code, extract(year FROM v.updated_at AT TIME ZONE interval '8 hours')::int,
           (v.profile ->> 'rural_population')::int
    FROM village v WHERE v.profile ->> 'rural_population' IS NOT NULL AND NOT EXISTS (
      SELECT FROM population_count c WHERE c.division = v.code AND c.kind = 'rural' AND c.voided_at IS NULL)
"""
"""What the statistics office told of a place; of a village also what its own sheet says, until it is told."""


def _persons(*, covered: str, condition: str) -> str:
    return f"""
        SELECT m.member_id::text AS subject_id, m.member_id, h.household_id, h.division, {covered} AS covered,
               jsonb_build_object('state', s.state) AS detail
        FROM {_PERSONS} WHERE {condition}
    """


def _exited(*, covered: str) -> str:
    """Households that were out of poverty in the year, and had members by its end."""
    return f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               {covered} AS covered, jsonb_build_object('state', s.state, 'since', s.since) AS detail
        FROM {_STATE} WHERE s.state NOT IN ('cleared', 'closed') AND {_EVER_EXITED} AND {_OUT_IN_YEAR}
          AND EXISTS (SELECT FROM membership k WHERE k.household_id = h.household_id AND k.since <= {DAY})
    """


POVERTY_INCIDENCE = Rate(
    code="poverty_incidence",
    label=Label("贫困发生率", "Poverty incidence"),
    unit=Unit.PERSON,
    population=_persons(covered="false", condition=f"s.state IN {POOR}"),
    people=_RURAL,
    target="exit.incidence_target",
    source="Y02",
)

EXITED = Share(
    code="exited",
    label=Label("脱贫人口比例", "Persons out of poverty"),
    unit=Unit.PERSON,
    population=_persons(covered=f"s.state NOT IN {POOR}", condition=_EVER_POOR),
    target="exit.done_target",
    source="D03, Y13, H02, H10, H11",
)

EXITED_ABLE_TO_WORK = Share(
    code="exited_able_to_work",
    label=Label("有劳动能力的脱贫人口比例", "Persons able to work who are out of poverty"),
    unit=Unit.PERSON,
    population=_persons(covered=f"s.state NOT IN {POOR}", condition=f"{_EVER_POOR} AND m.labour_skill IN {ABLE}"),
    target="exit.done_target",
    source="H17",
)

NOT_RETURNED = Share(
    code="not_returned",
    label=Label("脱贫后未返贫户比例", "Exited households that have not fallen back"),
    unit=Unit.HOUSEHOLD,
    population=_exited(
        covered=f"""
            NOT EXISTS (SELECT FROM household_state b WHERE b.household_id = h.household_id AND b.state = 'returned'
                        AND b.since <= {DAY} AND extract(year FROM b.since) = {{year}})
        """
    ),
    target="exit.not_returned_target",
    source="M06, D04, D05",
)

EXIT_REVIEWED = Share(
    code="exit_reviewed",
    label=Label("脱贫质量“回头看”覆盖率", "Exited households looked at again in the year"),
    unit=Unit.HOUSEHOLD,
    population=_exited(
        covered="""
            EXISTS (SELECT FROM exit_review r WHERE r.household_id = h.household_id AND r.voided_at IS NULL
                    AND r.year = {year})
        """
    ),
    target="exit.review_target",
    source="M40",
)

NEWLY_POOR = Rate(
    code="newly_poor",
    label=Label("当年新增贫困人口", "Persons newly poor in the year"),
    unit=Unit.PERSON,
    population=f"""
        {_persons(covered="false", condition="s.state NOT IN ('cleared', 'candidate')")}
          AND extract(year FROM (SELECT min(f.since) FROM household_state f WHERE f.household_id = h.household_id
                                 AND f.state = 'registered')) = {{year}}
    """,
    people=_RURAL,
    target=None,
    source="M06, Y103",
)

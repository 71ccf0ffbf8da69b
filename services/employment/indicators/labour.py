"""Who is a labourer, who wants what, who works: as SQL that the indicators and standing lists are made of.

In all of it `h` is the household, `m` the member in the roster, `person` the member as the snapshot has it, `p` the
newest profile up to the year asked for. The day looked at is today, or the last day of a year gone by.
"""

from shared.indicators.populations import ON_REGISTER_SQL, recorded

DAY = "least({today}::date, make_date({year}::int, 12, 31))"

PARAMETERS = {"abilities": "employment.labour_abilities", "working_age": "employment.working_age_least"}
"""What the populations of labourers rest on."""

OF_FULL_ABILITY = {**PARAMETERS, "abilities": "employment.full_labour_abilities"}
"""The same, where weak or half labour does not count."""

OF_AGE = f"m.birth_date + make_interval(years => {{working_age}}::numeric::int) <= {DAY}"

MEMBERS = f"""
    FROM roster_household h
    CROSS JOIN LATERAL jsonb_array_elements(h.snapshot->'members') AS person
    JOIN roster_member m ON m.member_id = (person->>'member_id')::uuid AND m.household_id = h.household_id
    LEFT JOIN LATERAL (
        SELECT r.* FROM labour_profile r
        WHERE r.member_id = m.member_id AND r.voided_at IS NULL AND r.year <= {{year}}::int
        ORDER BY r.year DESC LIMIT 1
    ) p ON true
    WHERE m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
"""
"""Present members of registered households, each with the newest profile."""

ABILITY = "coalesce(p.ability, person->>'labour_skill')"

IS_LABOURER = f"""
    ({ABILITY} = ANY({{abilities}}::text[]) AND person->>'student_status' IS NULL AND {OF_AGE})
"""

_IN_POST = recorded("public_welfare_post", f"r.started_on <= {DAY} AND least(r.contract_until, r.ended_on) >= {DAY}")
PLACED = recorded("placement", f"r.started_on <= {DAY} AND (r.ended_on IS NULL OR r.ended_on >= {DAY})")

IN_WORK = f"({PLACED} OR {_IN_POST})"
"""In a placement or a public-welfare post on the day."""


def trained(condition: str) -> str:
    """Whether the member completed a training `r` by the end of the year that fulfils the condition."""
    return recorded("training_attendance", f"extract(year FROM r.completed_on) <= {{year}}::int AND {condition}")


HAS_SKILL = f"""
    (coalesce(cardinality(p.skills), 0) > 0 OR {ABILITY} = 'skilled'
     OR {trained("(r.skill IS NOT NULL OR r.certificate_kind IS NOT NULL)")})
"""
"""至少掌握一门技能: named in the profile, skilled by the register, or learnt in a completed training."""


def labourers(*, covered: str, condition: str = "TRUE", detail: str = "NULL::jsonb") -> str:
    """Labourers of registered households who fulfil the condition."""
    return f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               {covered} AS covered, {detail} AS detail
        {MEMBERS} AND {IS_LABOURER} AND {condition}
    """


def in_year(table: str, day: str) -> str:
    """Whether the member has a current record `r` of the table whose day lies in the year."""
    return recorded(table, f"extract(year FROM r.{day}) = {{year}}::int")

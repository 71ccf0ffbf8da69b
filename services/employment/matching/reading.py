"""Both sides from the database: one statement each, limited to what the caller may see."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import asyncpg

from services.employment.matching.sides import Offer, Person
from shared.database import Connection
from shared.roster.models import ON_REGISTER

_OFFERS = """
SELECT v.id, v.vacancy_number, v.employer_name, v.division, v.occupation, v.place, v.monthly_wage, v.posts,
       v.opened_on, v.closes_on, v.youngest, v.oldest, v.sex, v.education_least, v.skill, v.accepts_weak_labour,
       coalesce(hired.persons, 0) AS filled
FROM vacancy v
LEFT JOIN (
    SELECT taken.vacancy_number, count(*) AS persons FROM (
        SELECT r.vacancy_number, r.member_id FROM referral r WHERE r.voided_at IS NULL AND r.result = 'hired'
        UNION
        SELECT p.vacancy_number, p.member_id FROM placement p
        WHERE p.voided_at IS NULL AND p.vacancy_number IS NOT NULL
    ) taken GROUP BY taken.vacancy_number
) hired USING (vacancy_number)
WHERE v.voided_at IS NULL AND {condition}
ORDER BY v.vacancy_number, v.id
"""
_ONE_OFFER = _OFFERS.format(condition="v.id = $1::uuid")
_OPEN_OFFERS = _OFFERS.format(
    condition="v.opened_on <= $1::date AND (v.closes_on IS NULL OR v.closes_on >= $1::date)"
    " AND v.division LIKE ANY($2::text[])"
)

_WORKS = """
    SELECT p.member_id FROM placement p
    WHERE p.voided_at IS NULL AND p.started_on <= $1::date AND (p.ended_on IS NULL OR p.ended_on >= $1::date)
    UNION
    SELECT w.member_id FROM public_welfare_post w
    WHERE w.voided_at IS NULL AND w.started_on <= $1::date AND least(w.contract_until, w.ended_on) >= $1::date
"""
_PERSONS = f"""
WITH at_work AS ({_WORKS}),
home_at_work AS (
    SELECT DISTINCT m.household_id FROM at_work JOIN roster_member m USING (member_id) WHERE m.active
),
learnt AS (
    SELECT a.member_id, array_agg(DISTINCT a.skill) AS skills FROM training_attendance a
    WHERE a.voided_at IS NULL AND a.outcome = 'completed' AND a.skill IS NOT NULL GROUP BY a.member_id
),
sent AS (
    SELECT r.member_id, array_agg(r.vacancy_number) AS vacancies FROM referral r
    WHERE r.voided_at IS NULL GROUP BY r.member_id
),
asked AS (
    SELECT DISTINCT ON (p.member_id) p.member_id, p.ability, p.skills, p.willing_to_work, p.wanted_occupations,
           p.wanted_places, p.least_monthly_wage
    FROM labour_profile p
    WHERE p.voided_at IS NULL AND p.member_id IS NOT NULL AND p.year <= extract(year FROM $1::date)
    ORDER BY p.member_id, p.year DESC
)
SELECT m.member_id, m.household_id, m.name, m.division, m.birth_date, m.sex, h.code AS household_code, h.state,
       person->>'education' AS education, person->>'student_status' IS NOT NULL AS at_school,
       coalesce(asked.ability, person->>'labour_skill') AS ability, asked.willing_to_work AS willing,
       asked.skills || coalesce(learnt.skills, ARRAY[]::text[]) AS skills, asked.wanted_occupations,
       asked.wanted_places, asked.least_monthly_wage, at_work.member_id IS NOT NULL AS in_work,
       home_at_work.household_id IS NOT NULL AS household_in_work, sent.vacancies AS referred_to
FROM roster_household h
CROSS JOIN LATERAL jsonb_array_elements(h.snapshot->'members') AS person
JOIN roster_member m ON m.member_id = (person->>'member_id')::uuid AND m.household_id = h.household_id
LEFT JOIN asked ON asked.member_id = m.member_id
LEFT JOIN at_work ON at_work.member_id = m.member_id
LEFT JOIN home_at_work ON home_at_work.household_id = m.household_id
LEFT JOIN learnt ON learnt.member_id = m.member_id
LEFT JOIN sent ON sent.member_id = m.member_id
WHERE m.active AND h.active AND {{condition}}
"""
_ONE_PERSON = _PERSONS.format(condition="m.member_id = $2::uuid")
_PERSONS_THERE = _PERSONS.format(
    condition="h.division LIKE ANY($2::text[]) AND (asked.member_id IS NOT NULL OR ("
    "m.birth_date <= $3::date AND person->>'student_status' IS NULL"
    " AND person->>'labour_skill' = ANY($4::text[])))"
)


async def one_offer(connection: Connection, vacancy_id: UUID) -> Offer | None:
    """The vacancy of the id; None: there is none, or it lies elsewhere."""
    row = await connection.fetchrow(_ONE_OFFER, vacancy_id)
    return None if row is None else _offer(row)


async def open_offers(connection: Connection, on: date, patterns: Sequence[str]) -> list[Offer]:
    """All vacancies open on the day in places of these LIKE patterns."""
    return [_offer(row) for row in await connection.fetch(_OPEN_OFFERS, on, list(patterns))]


async def one_person(connection: Connection, member_id: UUID, on: date) -> Person | None:
    """The present member of the id; None: there is none, or he lives elsewhere."""
    row = await connection.fetchrow(_ONE_PERSON, on, member_id)
    return None if row is None else _person(row)


async def persons_there(
    connection: Connection, on: date, patterns: Sequence[str], *, of_age: date, abilities: Sequence[str]
) -> list[Person]:
    """Those who were asked, and labourers by the register (born on `of_age` or before) whom nobody asked yet."""
    return [_person(row) for row in await connection.fetch(_PERSONS_THERE, on, list(patterns), of_age, list(abilities))]


def _offer(row: asyncpg.Record) -> Offer:
    return Offer(**dict(row))


def _person(row: asyncpg.Record) -> Person:
    return Person(
        member_id=row["member_id"],
        household_id=row["household_id"],
        household_code=row["household_code"],
        name=row["name"],
        division=row["division"],
        state=row["state"],
        registered=row["state"] in ON_REGISTER,
        birth_date=row["birth_date"],
        sex=row["sex"],
        education=row["education"],
        at_school=row["at_school"],
        ability=row["ability"],
        willing=row["willing"],
        skills=frozenset(row["skills"] or ()),
        wanted_occupations=frozenset(row["wanted_occupations"] or ()),
        wanted_places=frozenset(row["wanted_places"] or ()),
        least_monthly_wage=row["least_monthly_wage"],
        in_work=row["in_work"],
        household_in_work=row["household_in_work"],
        referred_to=frozenset(row["referred_to"] or ()),
    )

"""Both sides from the database: sets, never row by row, limited to what the caller may see."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import asyncpg

from services.employment.matching.sides import Offer, Person
from shared.database import Connection
from shared.roster.models import ON_REGISTER

# A number is an employer's own: where several vacancies have it, who was hired is told apart by the employer.
_OFFERS = """
SELECT v.id, v.vacancy_number, v.employer_name, v.division, v.occupation, v.place, v.monthly_wage, v.posts,
       v.opened_on, v.closes_on, v.youngest, v.oldest, v.sex, v.education_least, v.skill, v.accepts_weak_labour,
       coalesce(hired.persons, 0) AS filled
FROM vacancy v
LEFT JOIN (
    SELECT own.id, count(DISTINCT taken.member_id) AS persons FROM (
        SELECT o.id, o.vacancy_number, o.employer_name, count(*) OVER (PARTITION BY o.vacancy_number) AS namesakes
        FROM vacancy o WHERE o.voided_at IS NULL
    ) own JOIN (
        SELECT r.vacancy_number, r.employer_name, r.member_id FROM referral r
        WHERE r.voided_at IS NULL AND r.result = 'hired'
        UNION ALL
        SELECT p.vacancy_number, p.employer_name, p.member_id FROM placement p
        WHERE p.voided_at IS NULL AND p.vacancy_number IS NOT NULL
    ) taken ON taken.vacancy_number = own.vacancy_number
      AND (own.namesakes = 1 OR taken.employer_name = own.employer_name)
    GROUP BY own.id
) hired ON hired.id = v.id
WHERE v.voided_at IS NULL AND {condition}
ORDER BY v.vacancy_number, v.id
"""
_ONE_OFFER = _OFFERS.format(condition="v.id = $1::uuid")
_OPEN_OFFERS = _OFFERS.format(
    condition="v.opened_on <= $1::date AND (v.closes_on IS NULL OR v.closes_on >= $1::date)"
    " AND v.division LIKE ANY($2::text[])"
)

# Each is read by itself and put together by member id: under row-level security the planner cannot tell how many rows
# there will be, and would join them row by row.
_PRESENT = """
SELECT m.member_id, m.household_id, m.name, m.division, m.birth_date, m.sex, h.code AS household_code, h.state,
       person->>'education' AS education, person->>'student_status' IS NOT NULL AS at_school,
       person->>'labour_skill' AS labour_skill
FROM roster_household h
CROSS JOIN LATERAL jsonb_array_elements(h.snapshot->'members') AS person
JOIN roster_member m ON m.member_id = (person->>'member_id')::uuid AND m.household_id = h.household_id
WHERE m.active AND h.active AND {condition}
"""
_PROFILES = """
SELECT DISTINCT ON (r.member_id) r.member_id, r.ability, r.skills, r.willing_to_work, r.wanted_occupations,
       r.wanted_places, r.least_monthly_wage
FROM labour_profile r
WHERE r.voided_at IS NULL AND r.year <= extract(year FROM $2::date) AND {condition}
ORDER BY r.member_id, r.year DESC
"""
_AT_WORK = """
SELECT r.member_id FROM placement r
WHERE r.voided_at IS NULL AND r.started_on <= $2::date AND (r.ended_on IS NULL OR r.ended_on >= $2::date)
  AND {condition}
UNION
SELECT r.member_id FROM public_welfare_post r
WHERE r.voided_at IS NULL AND r.started_on <= $2::date AND least(r.contract_until, r.ended_on) >= $2::date
  AND {condition}
"""
_LEARNT = """
SELECT r.member_id, r.skill FROM training_attendance r
WHERE r.voided_at IS NULL AND r.outcome = 'completed' AND r.skill IS NOT NULL AND {condition}
"""
_REFERRED = "SELECT r.member_id, r.vacancy_number FROM referral r WHERE r.voided_at IS NULL AND {condition}"

_HOME = "SELECT household_id FROM roster_member WHERE member_id = $1::uuid AND active"


async def one_offer(connection: Connection, vacancy_id: UUID) -> Offer | None:
    """The vacancy of the id; None: there is none, or it lies elsewhere."""
    row = await connection.fetchrow(_ONE_OFFER, vacancy_id)
    return None if row is None else _offer(row)


async def open_offers(connection: Connection, on: date, patterns: Sequence[str]) -> list[Offer]:
    """All vacancies open on the day in places of these LIKE patterns."""
    return [_offer(row) for row in await connection.fetch(_OPEN_OFFERS, on, list(patterns))]


async def one_person(connection: Connection, member_id: UUID, on: date) -> Person | None:
    """The present member of the id; None: there is none, or he lives elsewhere."""
    home = await connection.fetchval(_HOME, member_id)
    if home is None:
        return None
    present = await connection.fetch(_PRESENT.format(condition="h.household_id = $1::uuid"), home)
    ids = [row["member_id"] for row in present]
    people = await _people(connection, present, "r.member_id = ANY($1::uuid[])", ids, on)
    return next((one for one in people if one.member_id == member_id), None)


async def people_there(connection: Connection, patterns: Sequence[str], on: date) -> list[Person]:
    """All who live in places of these LIKE patterns."""
    present = await connection.fetch(_PRESENT.format(condition="h.division LIKE ANY($1::text[])"), list(patterns))
    return await _people(connection, present, "r.division LIKE ANY($1::text[])", list(patterns), on)


async def _people(
    connection: Connection, present: Sequence[asyncpg.Record], condition: str, which: list[str] | list[UUID], on: date
) -> list[Person]:
    """Those present, with what is recorded of them; `condition` is SQL on a record `r`, `which` its value."""
    profiles = {
        row["member_id"]: row for row in await connection.fetch(_PROFILES.format(condition=condition), which, on)
    }
    at_work = {row["member_id"] for row in await connection.fetch(_AT_WORK.format(condition=condition), which, on)}
    learnt = _sets(await connection.fetch(_LEARNT.format(condition=condition), which))
    referred = _sets(await connection.fetch(_REFERRED.format(condition=condition), which))
    homes_at_work = {row["household_id"] for row in present if row["member_id"] in at_work}
    return [
        _person(
            row,
            profiles.get(row["member_id"]),
            learnt=learnt.get(row["member_id"], frozenset()),
            referred_to=referred.get(row["member_id"], frozenset()),
            in_work=row["member_id"] in at_work,
            household_in_work=row["household_id"] in homes_at_work,
        )
        for row in present
    ]


def _sets(rows: Sequence[asyncpg.Record]) -> dict[UUID, frozenset[str]]:
    """What each member has, of rows of member and text."""
    found: dict[UUID, set[str]] = {}
    for member_id, text in rows:
        found.setdefault(member_id, set()).add(text)
    return {member_id: frozenset(texts) for member_id, texts in found.items()}


def _offer(row: asyncpg.Record) -> Offer:
    return Offer(**dict(row))


def _person(
    row: asyncpg.Record,
    profile: asyncpg.Record | None,
    *,
    learnt: frozenset[str],
    referred_to: frozenset[str],
    in_work: bool,
    household_in_work: bool,
) -> Person:
    plain = Person(
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
        ability=row["labour_skill"],
        willing=None,
        skills=learnt,
        in_work=in_work,
        household_in_work=household_in_work,
        referred_to=referred_to,
    )
    if profile is None:
        return plain
    return replace(
        plain,
        ability=profile["ability"],
        willing=profile["willing_to_work"],
        skills=learnt | frozenset(profile["skills"]),
        wanted_occupations=frozenset(profile["wanted_occupations"]),
        wanted_places=frozenset(profile["wanted_places"]),
        least_monthly_wage=profile["least_monthly_wage"],
    )

"""What is to be reached and what has been, for a place and the places within it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.registry.exits.apportioning import apportion
from services.registry.exits.targets import Target, targets
from services.registry.status.listing import next_cut
from shared.database import Database, Scope
from shared.policy import Policy

_PERSONS = """
SELECT rpad(left(h.division, {cut}), 12, '0') AS area, x.year, count(*)::int AS households,
  sum(n.persons)::int AS persons
FROM household h
CROSS JOIN LATERAL (SELECT count(*) AS persons FROM membership k
  WHERE k.household_id = h.household_id AND k.until IS NULL) n
CROSS JOIN LATERAL (SELECT max(s.since) FILTER (WHERE s.state <> 'exited') AS poor_since
  FROM household_state s WHERE s.household_id = h.household_id
    AND s.state IN ('registered', 'proposed_exit', 'returned', 'exited')
  HAVING count(*) > 0) s
CROSS JOIN LATERAL (SELECT extract(year FROM min(e.since))::int AS year FROM household_state e
  WHERE e.household_id = h.household_id AND e.state = 'exited' AND h.state IN ('exited', 'monitored')
    AND e.since >= coalesce(s.poor_since, e.since)) x
WHERE h.division LIKE ANY($1::text[]) AND h.state NOT IN ('candidate', 'cleared', 'closed')
GROUP BY 1, 2
"""
_VILLAGES = """
SELECT rpad(left(v.code, {cut}), 12, '0') AS area, (v.profile ->> 'planned_exit_year')::int AS year,
  count(*)::int AS villages
FROM village v WHERE v.code LIKE ANY($1::text[]) AND v.village_class = 'poor' GROUP BY 1, 2
"""


@dataclass(slots=True)
class Caseload:
    """Those who are or were poor, and of them who left in which year; poor villages, and who plans to leave when."""

    households: int = 0
    persons: int = 0
    villages: int = 0
    left: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Year → households, persons."""
    planned: dict[int, int] = field(default_factory=dict)

    def add_persons(self, year: int | None, households: int, persons: int) -> None:
        self.households += households
        self.persons += persons
        if year is not None:
            before = self.left.get(year, (0, 0))
            self.left[year] = (before[0] + households, before[1] + persons)

    def add_villages(self, year: int | None, villages: int) -> None:
        self.villages += villages
        if year is not None:
            self.planned[year] = self.planned.get(year, 0) + villages


async def exit_plan(database: Database, scope: Scope, policy: Policy, prefix: str) -> dict[str, object]:
    """The plan of the division with that prefix, and what of it falls to each division of the next level.

    Numbers are divided by the caseload of persons, or the number of poor villages, with the largest remainders; the
    parts add up. What has been reached counts households that stand out of poverty now, in the year of their exit.
    """
    patterns, cut = scope.narrowed(prefix).patterns, next_cut(prefix)
    areas: dict[str, Caseload] = {}
    whole = Caseload()
    async with database.acquire(scope) as conn:
        for row in await conn.fetch(_PERSONS.format(cut=cut), patterns):
            for one in (whole, areas.setdefault(row["area"], Caseload())):
                one.add_persons(row["year"], row["households"], row["persons"])
        for row in await conn.fetch(_VILLAGES.format(cut=cut), patterns):
            for one in (whole, areas.setdefault(row["area"], Caseload())):
                one.add_villages(row["year"], row["villages"])
    area = prefix.ljust(12, "0")
    persons = targets(policy, area, whole.persons, number="exit.persons_target", share="exit.person_share")
    villages = targets(policy, area, whole.villages, number="exit.villages_target", share="exit.village_share")
    places = {place: areas[place] for place in sorted(areas)}
    persons_of = _divided(persons, {place: one.persons for place, one in places.items()})
    villages_of = _divided(villages, {place: one.villages for place, one in places.items()})
    return {
        "division": area,
        "complete": scope.covers(prefix),
        **_base(whole),
        "years": _years(whole, persons, villages),
        "areas": [
            {"division": place, **_base(one), "years": _years(one, persons_of[place], villages_of[place])}
            for place, one in places.items()
        ],
    }


def _divided(found: Mapping[int, Target], weights: Mapping[str, int]) -> dict[str, dict[int, Target]]:
    """By place: what of each year's target falls to it."""
    divided: dict[str, dict[int, Target]] = {place: {} for place in weights}
    for year, target in found.items():
        for place, part in apportion(target.count, weights).items():
            divided[place][year] = replace(target, count=part)
    return divided


def _base(caseload: Caseload) -> dict[str, object]:
    return {"households": caseload.households, "persons": caseload.persons, "villages": caseload.villages}


def _years(
    caseload: Caseload, persons: Mapping[int, Target], villages: Mapping[int, Target]
) -> list[dict[str, object]]:
    """Each year for which something is planned or in which somebody left."""
    years: list[dict[str, object]] = []
    for year in sorted({*persons, *villages, *caseload.left, *caseload.planned}):
        households_left, persons_left = caseload.left.get(year, (0, 0))
        of_persons, of_villages = persons.get(year), villages.get(year)
        years.append(
            {
                "year": year,
                "households_left": households_left,
                "persons_left": persons_left,
                "persons_target": None if of_persons is None else of_persons.count,
                "persons_met": None if of_persons is None else persons_left >= of_persons.count,
                "villages_target": None if of_villages is None else of_villages.count,
                "villages_planned": caseload.planned.get(year, 0),
                "persons_source": None if of_persons is None else _source(of_persons),
                "villages_source": None if of_villages is None else _source(of_villages),
            }
        )
    return years


def _source(target: Target) -> dict[str, object]:
    return {"key": target.key, "area": target.area, "share": target.share}

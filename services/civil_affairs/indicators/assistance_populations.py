"""Conditions that the rates and lists of social assistance are made of, as SQL.

`h` is a roster household, `c` a case. Income is that of the roster's newest income year, yuan per person.
"""

from services.civil_affairs.records.dibao_cases import IN_FORCE as DIBAO_STAGES
from services.civil_affairs.records.tekun_cases import IN_FORCE as TEKUN_STAGES

TODAY = "{today}::date"
DAY = "least({today}::date, make_date({year}::int, 12, 31))"
"""The day that a rate of a year speaks of: today, or the last day of a year that is over."""


def texts(codes: frozenset[str]) -> str:
    return ", ".join(f"'{code}'" for code in sorted(codes))


def _running(stages: frozenset[str], on: str) -> str:
    """Granted by the day, and not ended by then: a case that ended later ran on that day."""
    return f"""c.voided_at IS NULL AND c.granted_on <= {on} AND (c.stage IN ({texts(stages)}) OR c.ended_on > {on})"""


def running_dibao(on: str) -> str:
    """Case `c` of dibao ran on the day."""
    return _running(DIBAO_STAGES, on)


def running_tekun(on: str) -> str:
    """Case `c` of tekun ran on the day."""
    return _running(TEKUN_STAGES, on)


_AS_MANY = "c.persons >= (SELECT count(*) FROM roster_member o WHERE o.household_id = c.household_id AND o.active)"


def awards(member: str) -> str:
    """Case `c` of dibao is for the member of its household; as `DibaoCase.awarded`."""
    return f"""CASE WHEN c.person_id IS NOT NULL THEN c.person_id = {member}
        WHEN cardinality(c.members) > 0 THEN {member} = ANY(c.members) ELSE {_AS_MANY} END"""


def household_in_dibao(on: str) -> str:
    """Household `h` was in dibao on the day; dibao of a single person leaves the others out."""
    return f"""EXISTS (SELECT FROM dibao_case c
        WHERE c.household_id = h.household_id AND c.person_id IS NULL AND {running_dibao(on)})"""


def household_in_tekun(on: str) -> str:
    """A present member of household `h` was in tekun on the day."""
    return f"""EXISTS (SELECT FROM tekun_case c JOIN roster_member m ON m.member_id = c.member_id AND m.active
        WHERE m.household_id = h.household_id AND {running_tekun(on)})"""


def person_in_dibao(on: str) -> str:
    """A case of dibao of the household of member `m` ran on the day and was for the member."""
    return f"""EXISTS (SELECT FROM dibao_case c
        WHERE c.household_id = m.household_id AND {running_dibao(on)} AND {awards("m.member_id")})"""


def person_in_tekun(on: str, member: str = "m.member_id") -> str:
    """The member was in tekun on the day."""
    return f"EXISTS (SELECT FROM tekun_case c WHERE c.member_id = {member} AND {running_tekun(on)})"


INCOME = "(h.snapshot->'income'->>'per_capita')::numeric"
COMPARABLE = "h.snapshot->'income'->>'concept' = ANY({concepts}::text[])"
"""The income is of a concept that the dibao standard may be compared with."""
INCOME_DETAIL = """'per_capita', h.snapshot->'income'->>'per_capita', 'income_year', h.snapshot->'income'->>'year',
    'concept', h.snapshot->'income'->>'concept'"""

STANDARD = {"standard": "civil_affairs.dibao_standard", "concepts": "civil_affairs.comparable_income_concepts"}

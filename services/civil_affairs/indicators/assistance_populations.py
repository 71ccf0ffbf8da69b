"""Conditions that the rates and lists of social assistance are made of, as SQL.

`h` is a roster household, `c` a case. Income is that of the roster's newest income year, yuan per person.
"""

from services.civil_affairs.records.dibao_cases import IN_FORCE as DIBAO_STAGES
from services.civil_affairs.records.tekun_cases import IN_FORCE as TEKUN_STAGES
from shared.codes import code_list

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


def in_dibao(on: str) -> str:
    """Household `h`, or a person of it, was in dibao on the day."""
    return f"EXISTS (SELECT FROM dibao_case c WHERE c.household_id = h.household_id AND {running_dibao(on)})"


def in_tekun(on: str) -> str:
    """A present member of household `h` was in tekun on the day."""
    return f"""EXISTS (SELECT FROM tekun_case c JOIN roster_member m ON m.member_id = c.member_id AND m.active
        WHERE m.household_id = h.household_id AND {running_tekun(on)})"""


INCOME = "(h.snapshot->'income'->>'per_capita')::numeric"
COMPARABLE = "h.snapshot->'income'->>'concept' = ANY({concepts}::text[])"
"""The income is of a concept that the dibao standard may be compared with."""
INCOME_DETAIL = """'per_capita', h.snapshot->'income'->>'per_capita', 'income_year', h.snapshot->'income'->>'year',
    'concept', h.snapshot->'income'->>'concept'"""

STANDARD = {"standard": "civil_affairs.dibao_standard", "concepts": "civil_affairs.comparable_income_concepts"}

_IN_NEED = frozenset(one.code for one in code_list("self_care_ability").items if one.attributes.get("in_need") == "yes")

HIGHEST_DUE = f"""d.voided_at IS NULL AND d.disability_grade = ANY({{grades}}::text[]) AND d.certificate_state = 'held'
    AND coalesce(d.expires_on, (d.issued_on + make_interval(years => {{years}}::numeric::int))::date) > {{today}}::date
    AND d.depends_on_family AND d.self_care IN ({texts(_IN_NEED)})"""
"""Entry `d` of the register of the disabled: severely disabled, in need of care, living on their family."""
HIGHEST_PARAMETERS = {
    "grades": "civil_affairs.severe_disability_grades",
    "years": "civil_affairs.certificate_years",
}


def key_persons(household: str) -> str:
    """How many key persons the household has: elderly, minors, recorded ones, severely disabled."""
    return f"""(SELECT count(*) FROM roster_member k WHERE k.household_id = {household} AND k.active AND (
        k.birth_date + make_interval(years => {{elderly}}::numeric::int) <= {{today}}::date
        OR k.birth_date + make_interval(years => {{minor}}::numeric::int) > {{today}}::date
        OR EXISTS (SELECT FROM focus_person f WHERE f.member_id = k.member_id AND f.voided_at IS NULL
          AND f.since <= {{today}}::date AND (f.until IS NULL OR f.until > {{today}}::date))
        OR EXISTS (SELECT FROM disabled_person d WHERE d.member_id = k.member_id AND d.voided_at IS NULL
          AND d.certificate_state = 'held' AND d.disability_grade = ANY({{grades}}::text[]))))"""


KEY_PERSON_PARAMETERS = {
    "elderly": "civil_affairs.elderly_age",
    "minor": "civil_affairs.minor_age",
    "grades": "civil_affairs.severe_disability_grades",
}

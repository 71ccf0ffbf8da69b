"""The populations that most indicators and standing lists are counted over, as SQL."""

from shared.indicators.declaration import Share
from shared.roster.models import ON_REGISTER

ON_REGISTER_SQL = ", ".join(f"'{state}'" for state in sorted(ON_REGISTER))
"""States of registered (建档立卡) households, exited ones included: exit removes nothing (Y100)."""


def registered_persons(*, covered: str, detail: str = "NULL::jsonb") -> str:
    """Present members `m` of registered households `h`, as the roster has them now; `covered` is SQL on them."""
    return f"""
        SELECT m.member_id::text AS subject_id, m.member_id, m.household_id, m.division,
               {covered} AS covered, {detail} AS detail
        FROM roster_member m JOIN roster_household h USING (household_id)
        WHERE m.active AND h.active AND h.state IN ({ON_REGISTER_SQL})
    """


def registered_households(*, covered: str) -> str:
    """Registered households `h`."""
    return f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               {covered} AS covered, NULL::jsonb AS detail
        FROM roster_household h
        WHERE h.active AND h.state IN ({ON_REGISTER_SQL})
    """


def recorded(table: str, condition: str) -> str:
    """Whether member `m` has a current record `r` of the table that fulfils the condition."""
    return f"EXISTS (SELECT FROM {table} r WHERE r.member_id = m.member_id AND r.voided_at IS NULL AND {condition})"


def missing_from(share: Share) -> str:
    """Those whom an indicator misses: the population of a standing list of who should be in and is not."""
    return f"SELECT * FROM ({share.population}) missed WHERE missed.covered IS NOT TRUE"

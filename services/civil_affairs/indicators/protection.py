"""应急处置: reports of danger that were acted upon in time (Y69, SYS22)."""

from shared.codes import Label
from shared.indicators import Share, Unit

PROTECTION_RESPONSE = Share(
    code="protection_response",
    label=Label("保护个案及时处置率", "Reports of danger acted upon in time"),
    unit=Unit.CASE,
    population="""
        SELECT p.id::text AS subject_id, p.member_id, p.household_id, p.division,
               coalesce(p.responded_on <= p.opened_on + {days}::numeric::int, false) AS covered,
               jsonb_build_object('danger', p.danger, 'opened_on', p.opened_on) AS detail
        FROM protection_case p
        WHERE p.voided_at IS NULL AND p.member_id IS NOT NULL AND extract(year FROM p.opened_on) = {year}::int
          AND (p.responded_on IS NOT NULL OR p.opened_on + {days}::numeric::int < {today}::date)
    """,
    target="civil_affairs.protection_response_target",
    parameters={"days": "civil_affairs.protection_response_days"},
    source="Y69, SYS22: reported in the year; not those still within the term",
)

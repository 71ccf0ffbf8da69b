"""What the file of a household holds, item by item, and how many files are complete (M30, M31).

The catalogue is one for all places. Which of its items a file must hold, and within how many days of registration, is
policy.
"""

from collections.abc import Mapping

from shared.codes import Label
from shared.indicators import Share, Unit
from shared.indicators.populations import ON_REGISTER_SQL
from shared.standing_lists import LineUnit, ListKind, StandingList

REQUIRED = "file.required_items"
DAYS = "file.days"


def _of_every_member(condition: str) -> str:
    return f"""NOT EXISTS (SELECT FROM membership k JOIN member m USING (member_id)
        WHERE k.household_id = h.household_id AND k.until IS NULL AND NOT ({condition}))"""


ITEMS: Mapping[str, str] = {
    "identification": "h.profile ? 'first_identified_on'",
    "causes": "h.causes <> '{}'",
    "identity": _of_every_member("m.id_hash IS NOT NULL"),
    "health": _of_every_member("m.health_status <> '{}'"),
    "labour": _of_every_member("m.labour_skill IS NOT NULL"),
    "living_conditions": "h.living <> '{}'::jsonb",
    "income": """EXISTS (SELECT FROM income_year i
        WHERE i.household_id = h.household_id AND i.voided_at IS NULL AND i.year = {year} - 1)""",
    "contact": "h.phone_sealed IS NOT NULL",
    "account": "h.bank_account_sealed IS NOT NULL",
}
"""Codes of `household_file_item`: whether the file of household `h` holds the item in `{year}`."""

HELD = "VALUES " + ", ".join(f"({place}, '{item}', {held})" for place, (item, held) in enumerate(ITEMS.items()))
REGISTERED_ON = """
    (SELECT min(s.since) FROM household_state s WHERE s.household_id = h.household_id AND s.state <> 'candidate')
"""

FILES_COMPLETE = Share(
    code="files_complete",
    label=Label("一户一档完整率", "Complete files of registered households"),
    unit=Unit.HOUSEHOLD,
    population=f"""
        SELECT h.household_id::text AS subject_id, NULL::uuid AS member_id, h.household_id, h.division,
               f.missing = '' AS covered,
               jsonb_build_object('missing', f.missing, 'due_on', {REGISTERED_ON} + {{days}}::int) AS detail
        FROM household h CROSS JOIN LATERAL (
          SELECT coalesce(string_agg(i.item, ',' ORDER BY i.place) FILTER (WHERE NOT i.held), '') AS missing
          FROM ({HELD}) AS i(place, item, held) WHERE i.item = ANY({{required}}::text[])
        ) f
        WHERE h.state IN ({ON_REGISTER_SQL})
    """,
    target="file.complete_target",
    parameters={"required": REQUIRED, "days": DAYS},
    source="M29, M30, M31",
)

FILES_OVERDUE = StandingList(
    code="files_overdue",
    label=Label("逾期未完善档案户", "Files not complete in time"),
    unit=LineUnit.HOUSEHOLD,
    kind=ListKind.OVERDUE,
    population=f"""
        SELECT p.subject_id, p.member_id, p.household_id, p.division, p.detail FROM ({FILES_COMPLETE.population}) p
        WHERE p.covered IS NOT TRUE AND (p.detail ->> 'due_on')::date < {{today}}
    """,
    parameters=FILES_COMPLETE.parameters,
    source="M31",
)

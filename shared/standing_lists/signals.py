"""Lists whose lines are open signals: one rule, in the facts, says what is amiss, and the list cannot contradict it."""

from shared.codes import Label, code_list
from shared.standing_lists.declaration import LineUnit, ListKind, StandingList


def signal_list(
    signals: str,
    signal: str,
    *,
    kind: ListKind,
    source: str,
    unit: LineUnit = LineUnit.PERSON,
    label: Label | None = None,
) -> StandingList:
    """The open signals of a code of the code list `signals`: a line for each member whom the signal names, or one for
    the household where it names none."""
    return StandingList(
        code=signal,
        label=label or code_list(signals).label(signal),
        unit=unit,
        kind=kind,
        population=f"""
            SELECT coalesce(one.member_id, h.household_id)::text AS subject_id, one.member_id, h.household_id,
                   h.division, (s -> 'params') || jsonb_build_object('since', s ->> 'since') AS detail
            FROM household_facts f
            JOIN roster_household h ON h.household_id = f.household_id AND h.active
            CROSS JOIN jsonb_array_elements(f.content::jsonb -> 'signals') s
            LEFT JOIN LATERAL (
                SELECT member::uuid AS member_id FROM jsonb_array_elements_text(s -> 'members') member
            ) one ON true
            WHERE f.content LIKE '%"{signal}"%' AND s ->> 'code' = '{signal}'
        """,
        source=source,
    )

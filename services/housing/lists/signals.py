"""Lists whose lines are open signals: one rule says what is amiss, in the facts, and the list cannot contradict it."""

from shared.codes import Label, code_list
from shared.standing_lists import LineUnit, ListKind, StandingList


def signal_list(
    signal: str,
    *,
    kind: ListKind,
    source: str,
    unit: LineUnit = LineUnit.HOUSEHOLD,
    code: str | None = None,
    label: Label | None = None,
    where: str = "true",
) -> StandingList:
    """The open signals of a code, a line for each: for each record that it is about, or each dwelling.

    `where` is SQL on the household `h` and the signal `s` that narrows them.
    """
    return StandingList(
        code=code or signal,
        label=label or code_list("housing_signal").label(signal),
        unit=unit,
        kind=kind,
        population=f"""
            SELECT h.household_id::text || ':'
                     || coalesce(s -> 'evidence' ->> 0, s -> 'params' ->> 'dwelling_number', '') AS subject_id,
                   NULL::uuid AS member_id, h.household_id, h.division,
                   (s -> 'params') || jsonb_build_object('since', s ->> 'since') AS detail
            FROM household_facts f
            JOIN roster_household h ON h.household_id = f.household_id AND h.active
            CROSS JOIN jsonb_array_elements(f.content::jsonb -> 'signals') s
            WHERE f.content LIKE '%"{signal}"%' AND s ->> 'code' = '{signal}' AND {where}
        """,
        source=source,
    )

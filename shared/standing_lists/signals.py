"""Lists whose lines are open signals: one rule, in the facts, says what is amiss, and the list cannot contradict it."""

from shared.codes import Label, code_list
from shared.standing_lists.declaration import LineUnit, ListKind, StandingList

_EACH_MEMBER = """
    SELECT coalesce(one.member_id, h.household_id)::text AS subject_id, one.member_id, {rest}
    LEFT JOIN LATERAL (
        SELECT member::uuid AS member_id FROM jsonb_array_elements_text(s -> 'members') member
    ) one ON true
"""
_EACH_SIGNAL = """
    SELECT h.household_id::text || ':' || coalesce(s -> 'evidence' ->> 0, md5((s -> 'params')::text)) AS subject_id,
           NULL::uuid AS member_id, {rest}
"""
_REST = """
    h.household_id, h.division, (s -> 'params') || jsonb_build_object('since', s ->> 'since') AS detail
    FROM household_facts f
    JOIN roster_household h ON h.household_id = f.household_id AND h.active
    CROSS JOIN jsonb_array_elements(f.content::jsonb -> 'signals') s
"""


def signal_list(
    signals: str,
    signal: str,
    *,
    kind: ListKind,
    source: str,
    unit: LineUnit = LineUnit.PERSON,
    code: str | None = None,
    label: Label | None = None,
    where: str = "true",
) -> StandingList:
    """The open signals of a code of the code list `signals`.

    Of persons: a line for each member whom the signal names, or one for the household where it names none. Of
    households and cases: a line for each signal, told apart by the first record that it rests on. `code` and `label`
    are the signal's own unless given; `where` is SQL on the household `h` and the signal `s` that narrows them.
    """
    lines = _EACH_MEMBER if unit is LineUnit.PERSON else _EACH_SIGNAL
    return StandingList(
        code=code or signal,
        label=label or code_list(signals).label(signal),
        unit=unit,
        kind=kind,
        population=f"""
            {lines.format(rest=_REST)}
            WHERE f.content LIKE '%"{signal}"%' AND s ->> 'code' = '{signal}' AND {where}
        """,
        source=source,
    )

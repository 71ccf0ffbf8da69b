"""Postings that ran on paper: entered so late that, as recorded here, nobody could follow them for their days."""

from collections.abc import Iterable

from shared.codes import Label
from shared.procedures.declaration import Procedure
from shared.standing_lists import LineUnit, ListKind, StandingList

_OF_CASES = """
    SELECT DISTINCT ON (c.id) c.id::text AS subject_id, c.member_id, c.household_id, c.division,
           jsonb_build_object('case_type', s.case_type, 'step', s.step, 'taken_on', s.taken_on,
                              'recorded_on', (s.at AT TIME ZONE 'Asia/Shanghai')::date, 'recorded_by', s.principal)
             AS detail
    FROM procedure_step s JOIN {table} c ON c.id = s.case_id AND c.voided_at IS NULL
    WHERE s.back_dated AND s.case_type = '{name}' AND c.division IS NOT NULL
    ORDER BY c.id, s.revision DESC
"""


def back_dated_postings(procedures: Iterable[Procedure], *, source: str) -> StandingList:
    """The list `posting_back_dated` of a department: a line for each case whose posting was ended by a step that was
    recorded before the posting had been here for its days (ADR 11, item 8). `source` names requirement rows."""
    posting = [one for one in procedures if any(stage.posting is not None for stage in one.stages)]
    populations = (f"({_OF_CASES.format(table=one.cases.table.name, name=one.name)})" for one in posting)
    return StandingList(
        code="posting_back_dated",
        label=Label("公示补录、系统内公示天数不足", "Posting entered afterwards: not up here for its days"),
        unit=LineUnit.CASE,
        kind=ListKind.IRREGULAR,
        population=" UNION ALL ".join(populations),
        source=source,
    )

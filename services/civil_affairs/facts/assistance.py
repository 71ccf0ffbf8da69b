"""What social assistance says of a household: dibao, tekun and temporary relief (M09, Y54, Y55, Y65)."""

from collections.abc import Iterator
from datetime import date

from services.civil_affairs.facts.assistance_notices import birthdays, notices
from services.civil_affairs.facts.awards import Assistance, benefits, figures, standings
from services.civil_affairs.facts.said import Said
from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.edge_households import EDGE_HOUSEHOLDS
from services.civil_affairs.records.focus_persons import FOCUS_PERSONS


def assistance(situation: Situation) -> Said:
    held = Assistance.of(situation)
    return Said(
        benefits=tuple(benefits(situation, held)),
        notices=tuple(notices(situation, held)),
        standings=tuple(standings(situation, held)),
        figures=figures(situation, held),
        turns=tuple(_turns(situation, held)),
    )


def _turns(situation: Situation, held: Assistance) -> Iterator[date]:
    yield from held.beginnings()
    if any(row.content.person_id is None for row in held.in_dibao):
        yield from birthdays(situation.members, situation)
        for row in situation.held(FOCUS_PERSONS):
            yield from (day for day in (row.content.since, row.content.until) if day is not None)
    for edge in situation.records.of(EDGE_HOUSEHOLDS):
        if edge.content.ended_on is not None:
            yield edge.content.ended_on

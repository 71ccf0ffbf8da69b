"""Who is to be cared for on a day: the classes of wards, from when and until when (Y66, Y68, SYS07)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.civil_affairs.disability import disability_of, is_severe
from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.situation import Situation
from shared.identity import birthday


@dataclass(frozen=True, slots=True)
class Ward:
    """A member in one class of the list `care_ward_class`; `until` is the first day of not being in it."""

    member_id: UUID
    ward_class: str
    since: date
    evidence: UUID
    until: date | None = None
    disability: str | None = None
    """Type and grade, of the disabled."""


def wards(situation: Situation, holdings: CareHoldings) -> Iterator[Ward]:
    """The members of each class on the day. Who has outgrown a class of children is in it no more."""
    for ward in (*_left_behind(situation, holdings), *_children(situation, holdings), *_disabled(situation, holdings)):
        if ward.until is None or situation.on < ward.until:
            yield ward


def _left_behind(situation: Situation, holdings: CareHoldings) -> Iterator[Ward]:
    for row in holdings.left_behind:
        group = row.content.left_behind_group
        until = _birthday(row.member_id, situation, "civil_affairs.left_behind_child_age") if group == "child" else None
        yield Ward(row.member_id, f"left_behind_{group}", row.content.since, row.id, until)


def _children(situation: Situation, holdings: CareHoldings) -> Iterator[Ward]:
    for row in holdings.children:
        until = _birthday(row.member_id, situation, "civil_affairs.minor_age")
        yield Ward(row.member_id, "distressed_child", row.content.identified_on, row.id, until)


def _disabled(situation: Situation, holdings: CareHoldings) -> Iterator[Ward]:
    for member in situation.members:
        entry = holdings.register.get(member.member_id)
        if entry is None:
            continue
        disability = disability_of(member, entry.content, situation.policy, situation.on)
        if disability is not None and is_severe(disability, situation.policy):
            since = entry.content.surveyed_on
            yield Ward(member.member_id, "severely_disabled", since, entry.id, disability.until, disability.code)


def _birthday(member_id: UUID, situation: Situation, key: str) -> date | None:
    """The member's birthday of that age; None where the day of birth is not known."""
    born = next(member.birth_date for member in situation.members if member.member_id == member_id)
    return None if born is None else birthday(born, situation.policy.whole(key))

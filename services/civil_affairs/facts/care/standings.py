"""What care tells the other departments: who holds a disability certificate, who lives in an institution."""

from collections.abc import Iterator
from datetime import timedelta

from services.civil_affairs.disability import disability_of
from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.situation import Situation
from shared.facts.models import Standing, StandingKind


def care_standings(situation: Situation, holdings: CareHoldings) -> Iterator[Standing]:
    for member in situation.members:
        entry = holdings.register.get(member.member_id)
        if entry is None:
            continue
        disability = disability_of(member, entry.content, situation.policy, situation.on)
        if disability is not None:
            yield Standing(
                kind=StandingKind.DISABLED,
                members=(member.member_id,),
                since=disability.since,
                until=None if disability.until is None else disability.until - timedelta(days=1),
                evidence=(entry.id,),
                params={"type": disability.type, "grade": disability.grade},
            )
    for stay in holdings.stays:
        yield Standing(
            kind=StandingKind.RESIDENTIAL_CARE,
            members=(stay.member_id,),
            since=stay.content.admitted_on,
            evidence=(stay.id,),
            params={"basis": stay.content.basis},
        )

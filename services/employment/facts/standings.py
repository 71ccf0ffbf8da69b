"""What is so of the members, for other departments to know or to contradict: who works, who cannot."""

from collections.abc import Iterator
from decimal import Decimal

from services.employment.facts.situation import Situation
from shared.facts.models import Standing, StandingKind


def standings(situation: Situation) -> Iterator[Standing]:
    """`employed` with the month's wage, of each member in work today; `unable_to_work` as the profile says."""
    for member in situation.members:
        spells = situation.at_work.get(member.member_id)
        if spells:
            wages = [spell.wage for spell in spells if spell.wage is not None]
            ends = [spell.last for spell in spells]
            yield Standing(
                kind=StandingKind.EMPLOYED,
                members=(member.member_id,),
                since=min(spell.first for spell in spells),
                until=None if None in ends else max(day for day in ends if day is not None),
                amount=sum(wages, Decimal("0.00")) if wages else None,
                evidence=tuple(spell.record_id for spell in spells),
            )
        profile = situation.holdings.profiles.get(member.member_id)
        if profile is not None and situation.is_unable(profile.content.ability) and member.student_status is None:
            yield Standing(
                kind=StandingKind.UNABLE_TO_WORK,
                members=(member.member_id,),
                since=profile.content.surveyed_on,
                evidence=(profile.id,),
                params={"ability": profile.content.ability},
            )

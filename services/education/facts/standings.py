"""Who is in school this term, for every department that has to know (employment, civil affairs)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from services.education.facts.schooling import Place
from services.education.facts.situation import Situation
from shared.facts.models import Standing, StandingKind


def standings(situation: Situation, places: Sequence[Place]) -> Iterator[Standing]:
    """`in_school` of each member in class, with the stage where it is known; it holds until the next term begins."""
    until = situation.term.next_start - timedelta(days=1)
    for place in places:
        if place.attends:
            yield Standing(
                kind=StandingKind.IN_SCHOOL,
                members=(place.member_id,),
                since=place.since,
                until=until,
                evidence=place.evidence,
                params={} if place.enrolment is None else {"stage": place.enrolment.content.stage},
            )

"""What other departments may need, or contradict: who is in basic medical insurance this year."""

from collections.abc import Iterator

from services.health.facts.situation import Situation
from shared.facts.models import Standing, StandingKind


def standings(situation: Situation) -> Iterator[Standing]:
    """One for each insured member, with the enrolment of the year as its evidence."""
    for row in situation.holdings.enrolments_of(situation.year):
        if row.content.enrolled:
            yield Standing(
                kind=StandingKind.INSURED,
                members=(row.member_id,),
                since=row.content.enrolled_on,
                evidence=(row.id,),
            )

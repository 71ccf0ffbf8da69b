"""What the education department says of one household on one day. Pure: no clock, no database.

`facts` is the whole of it: the guarantee of compulsory education, who is in school, the aid of the year, the open
signals, the figures, and the first day on which the same records would say something else.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from services.education.facts.benefits import benefits, paid_awards
from services.education.facts.costs import study_costs
from services.education.facts.figures import figures
from services.education.facts.guarantee import compulsory_education
from services.education.facts.holdings import Holdings
from services.education.facts.notices import notices
from services.education.facts.schooling import Place, place_of
from services.education.facts.situation import Situation
from services.education.facts.standings import standings
from services.education.facts.verdicts import Verdict, verdict
from services.education.terms import AUTUMN, term_of
from shared.facts.findings import first_turn
from shared.facts.models import Facts
from shared.policy import Policy
from shared.records import Records
from shared.roster.models import RosterHousehold


def facts(household: RosterHousehold, records: Records, policy: Policy, on: date) -> Facts:
    """The household's facts on a day in China.

    A household without a record still has a duty of schooling, or none: its guarantee is `unknown` where somebody is
    of compulsory age, and `not_applicable` where nobody is. Facts end with the term, at a birthday that ends the duty,
    or on the day on which a deadline passes.
    """
    situation = Situation(household, Holdings.of(records, household), policy, on)
    places = [place_of(situation, member.member_id) for member in situation.members]
    judged = (verdict(situation, *pair) for pair in zip(situation.members, places, strict=True))
    verdicts = [one for one in judged if one is not None]
    costs = study_costs(situation)
    found = notices(situation, places, verdicts, costs)
    paid = paid_awards(situation)
    turns = [*_turns(situation, places, verdicts), first_turn(found, after=on)]
    return Facts(
        valid_until=min((day for day in turns if day is not None and day > on), default=None),
        guarantees=(compulsory_education(verdicts),),
        benefits=tuple(benefits(situation, paid)),
        standings=tuple(standings(situation, places)),
        signals=tuple(notice.signal("education_signal") for notice in found if notice.is_open(on)),
        figures=figures(verdicts, places, paid, costs),
        parameters=situation.policy.used,
    )


def _turns(situation: Situation, places: Sequence[Place], verdicts: Sequence[Verdict]) -> Iterator[date | None]:
    """The days on which a duty of schooling begins or ends, a verdict turns, or the term ends."""
    school_year = situation.term.school_year
    held = (situation.holdings.enrolments, situation.holdings.awards)
    if (
        verdicts
        or any(place.evidence for place in places)
        or any(row.content.year >= school_year for rows in held for of in rows.values() for row in of)
    ):
        yield situation.term.next_start
    for one in verdicts:
        yield one.turn
    for member in situation.members:
        if member.birth_date is None:
            continue
        entry = situation.age.entry_year(member.birth_date)
        if entry > school_year:
            yield term_of(situation.policy.in_year(entry), AUTUMN).start
        else:
            yield situation.age.ends_on(member.birth_date)

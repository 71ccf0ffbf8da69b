"""The household's education records, sorted once so that each rule finds its own at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.education.records.aid_awards import AID_AWARDS, AidAward
from services.education.records.dropout_cases import DROPOUT_CASES, DropoutCase
from services.education.records.enrolments import ENROLMENTS, SchoolEnrolment
from shared.facts.present import Held, PresentRecords, by_member
from shared.records import Records
from shared.roster.models import RosterHousehold

Enrolment = Held[SchoolEnrolment]
Case = Held[DropoutCase]
Award = Held[AidAward]


@dataclass(frozen=True, slots=True)
class Holdings:
    """Records of the household's present members, each sequence by business date."""

    enrolments: Mapping[UUID, Sequence[Enrolment]]
    cases: Mapping[UUID, Sequence[Case]]
    awards: Mapping[UUID, Sequence[Award]]

    @classmethod
    def of(cls, records: Records, household: RosterHousehold) -> "Holdings":
        if not records:
            return NOTHING
        held = PresentRecords(records, household).of
        return cls(by_member(held(ENROLMENTS)), by_member(held(DROPOUT_CASES)), by_member(held(AID_AWARDS)))

    def enrolments_in(self, member_id: UUID, term: tuple[int, str]) -> list[Enrolment]:
        """The member's enrolments of one term."""
        held = self.enrolments.get(member_id, ())
        return [row for row in held if (row.content.year, row.content.term) == term]

    def all_awards(self) -> Iterator[Award]:
        return (row for rows in self.awards.values() for row in rows)


NOTHING = Holdings({}, {}, {})

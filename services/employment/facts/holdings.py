"""The employment records of the household's present members, in the shapes the rules look them up in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from services.employment.facts.spells import Spell, placement_spell, post_spell
from services.employment.records import (
    ACTIVITY_PARTICIPATIONS,
    EMPLOYER_AWARDS,
    LABOUR_PROFILES,
    PLACEMENTS,
    PUBLIC_WELFARE_POSTS,
    REFERRALS,
    START_UP_SUPPORTS,
    TRAINING_ATTENDANCES,
    WORK_YEARS,
)
from services.employment.records.activities import ActivityParticipation
from services.employment.records.employer_awards import EmployerAward
from services.employment.records.labour_profiles import LabourProfile
from services.employment.records.public_welfare_posts import PublicWelfarePost
from services.employment.records.referrals import Referral
from services.employment.records.start_up_supports import StartUpSupport
from services.employment.records.training_attendances import TrainingAttendance
from services.employment.records.work_years import WorkYear
from shared.facts.present import Held, PresentRecords, by_member
from shared.records import Records
from shared.roster.models import RosterHousehold

Content = TypeVar("Content", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Holdings:
    """Records of members who left belong to other households and are not looked at.

    `profiles` holds each member's newest; `spells` each member's work, the first first; `years` what was reported of a
    member's year.
    """

    profiles: Mapping[UUID, Held[LabourProfile]]
    spells: Mapping[UUID, Sequence[Spell]]
    posts: Mapping[UUID, Sequence[Held[PublicWelfarePost]]]
    years: Mapping[tuple[UUID, int], Held[WorkYear]]
    trainings: Sequence[Held[TrainingAttendance]]
    referrals: Sequence[Held[Referral]]
    awards: Sequence[Held[EmployerAward]]
    activities: Sequence[Held[ActivityParticipation]]
    supports: Sequence[Held[StartUpSupport]]

    @classmethod
    def of(cls, records: Records, household: RosterHousehold) -> "Holdings":
        present = PresentRecords(records, household)
        posts = by_member(present.of(PUBLIC_WELFARE_POSTS))
        spells: dict[UUID, list[Spell]] = {}
        for placement in present.of(PLACEMENTS):
            spells.setdefault(placement.member_id, []).append(placement_spell(placement))
        for rows in posts.values():
            for post in rows:
                spells.setdefault(post.member_id, []).append(post_spell(post))
        for own in spells.values():
            own.sort(key=lambda spell: (spell.first, spell.record_id))
        return cls(
            profiles={row.member_id: row for row in present.of(LABOUR_PROFILES)},
            spells=spells,
            posts=posts,
            years={(row.member_id, row.content.year): row for row in present.of(WORK_YEARS)},
            trainings=present.of(TRAINING_ATTENDANCES),
            referrals=present.of(REFERRALS),
            awards=present.of(EMPLOYER_AWARDS),
            activities=present.of(ACTIVITY_PARTICIPATIONS),
            supports=present.of(START_UP_SUPPORTS),
        )

    def working(self, member_id: UUID, day: date) -> list[Spell]:
        """The work that the member has on the day."""
        return [spell for spell in self.spells.get(member_id, ()) if spell.covers(day)]

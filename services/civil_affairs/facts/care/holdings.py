"""The household's care records, sorted once so that each rule finds its own at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.care_contacts import CARE_CONTACTS, CareContact
from services.civil_affairs.records.disability_subsidies import DISABILITY_SUBSIDIES, DisabilitySubsidy
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS, DisabledPerson
from services.civil_affairs.records.distressed_children import DISTRESSED_CHILDREN, DistressedChild
from services.civil_affairs.records.facility_stays import FACILITY_STAYS, FacilityStay
from services.civil_affairs.records.guardianships import GUARDIANSHIPS, Guardianship
from services.civil_affairs.records.left_behind_persons import LEFT_BEHIND_PERSONS, LeftBehindPerson
from services.civil_affairs.records.legal_aid_cases import LEGAL_AID_CASES, LegalAidCase
from services.civil_affairs.records.protection_cases import PROTECTION_CASES, ProtectionCase
from shared.facts.present import Held, by_member

NOT_MET = "not_met"
"""Who was called on and not met was not contacted."""
DANGER = "danger"


@dataclass(frozen=True, slots=True)
class CareHoldings:
    """Records of the household's present members, each sequence by business date. Entries of children, of those left
    behind and stays are the open ones."""

    register: Mapping[UUID, Held[DisabledPerson]]
    subsidies: Mapping[UUID, Sequence[Held[DisabilitySubsidy]]]
    children: Sequence[Held[DistressedChild]]
    left_behind: Sequence[Held[LeftBehindPerson]]
    guardianships: Mapping[UUID, Sequence[Held[Guardianship]]]
    last_contact: Mapping[UUID, Held[CareContact]]
    stays: Sequence[Held[FacilityStay]]
    legal_aid: Sequence[Held[LegalAidCase]]
    protection: Sequence[Held[ProtectionCase]]

    @classmethod
    def of(cls, situation: Situation) -> "CareHoldings":
        held = situation.held
        return cls(
            register={row.member_id: row for row in held(DISABLED_PERSONS)},
            subsidies=by_member(held(DISABILITY_SUBSIDIES)),
            children=[row for row in held(DISTRESSED_CHILDREN) if row.content.ended_on is None],
            left_behind=[row for row in held(LEFT_BEHIND_PERSONS) if row.content.ended_on is None],
            guardianships=by_member(held(GUARDIANSHIPS)),
            last_contact={row.member_id: row for row in sorted(held(CARE_CONTACTS), key=_contacted) if _met(row)},
            stays=[row for row in held(FACILITY_STAYS) if row.content.ended_on is None],
            legal_aid=held(LEGAL_AID_CASES),
            protection=held(PROTECTION_CASES),
        )

    @property
    def empty(self) -> bool:
        """Whether there is nothing that any rule would speak of: guardians are those of wards."""
        return not any(
            (
                self.register,
                self.subsidies,
                self.children,
                self.left_behind,
                self.last_contact,
                self.stays,
                self.legal_aid,
                self.protection,
            )
        )


def _met(row: Held[CareContact]) -> bool:
    return row.content.finding != NOT_MET


def _contacted(row: Held[CareContact]) -> tuple[date, bool]:
    """Of two contacts on one day danger is the last word, whichever was recorded later."""
    return row.content.contacted_on, row.content.finding == DANGER

"""The household's health records, sorted once so that each rule finds its own at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.health.records.chronic_contracts import CHRONIC_CONTRACTS, ChronicContract
from services.health.records.chronic_patients import CHRONIC_PATIENTS, ChronicPatient
from services.health.records.chronic_screenings import CHRONIC_SCREENINGS, ChronicScreening
from services.health.records.doctor_contracts import DOCTOR_CONTRACTS, DoctorContract
from services.health.records.free_screenings import FREE_SCREENINGS, FreeScreening
from services.health.records.fund_payments import FUND_PAYMENTS, FundPayment
from services.health.records.health_cards import HEALTH_CARDS
from services.health.records.insurance_enrolments import INSURANCE_ENROLMENTS, InsuranceEnrolment
from services.health.records.package_benefits import PACKAGE_BENEFITS, PackageBenefit
from services.health.records.physical_examinations import PHYSICAL_EXAMINATIONS, PhysicalExamination
from services.health.records.rehabilitations import REHABILITATIONS, Rehabilitation
from services.health.records.serious_illness_cases import SERIOUS_ILLNESS_CASES, SeriousIllnessCase
from services.health.records.settlement_bills import SETTLEMENT_BILLS, SettlementBill
from shared.facts.present import Held, PresentRecords, by_member
from shared.records import Records
from shared.roster.models import RosterHousehold


@dataclass(frozen=True, slots=True)
class ChronicFinding:
    """A chronic disease that a member is known to have, by the register or by a screening."""

    disease: str
    known_on: date
    record_id: UUID


@dataclass(frozen=True, slots=True)
class Holdings:
    """Records of the household's present members, each sequence by business date."""

    enrolments: Mapping[tuple[UUID, int], Held[InsuranceEnrolment]]
    doctor_contracts: Mapping[tuple[UUID, int], Held[DoctorContract]]
    examinations: Mapping[tuple[UUID, int], Held[PhysicalExamination]]
    chronic_findings: Mapping[UUID, Sequence[ChronicFinding]]
    chronic_contracts: Mapping[tuple[UUID, int, str], Held[ChronicContract]]
    cases: Mapping[UUID, Sequence[Held[SeriousIllnessCase]]]
    bills: Mapping[UUID, Sequence[Held[SettlementBill]]]
    card_holders: frozenset[UUID]
    fund_payments: Sequence[Held[FundPayment]]
    free_screenings: Sequence[Held[FreeScreening]]
    rehabilitations: Sequence[Held[Rehabilitation]]
    package_benefits: Sequence[Held[PackageBenefit]]

    @classmethod
    def of(cls, records: Records, household: RosterHousehold) -> "Holdings":
        held = PresentRecords(records, household).of
        return cls(
            enrolments={(row.member_id, row.content.year): row for row in held(INSURANCE_ENROLMENTS)},
            doctor_contracts={(row.member_id, row.content.year): row for row in held(DOCTOR_CONTRACTS)},
            examinations={(row.member_id, row.content.year): row for row in held(PHYSICAL_EXAMINATIONS)},
            chronic_findings=_chronic_findings(held(CHRONIC_PATIENTS), held(CHRONIC_SCREENINGS)),
            chronic_contracts={
                (row.member_id, row.content.year, row.content.disease): row for row in held(CHRONIC_CONTRACTS)
            },
            cases=by_member(held(SERIOUS_ILLNESS_CASES)),
            bills=by_member(held(SETTLEMENT_BILLS)),
            card_holders=frozenset(row.member_id for row in held(HEALTH_CARDS) if row.content.status == "active"),
            fund_payments=held(FUND_PAYMENTS),
            free_screenings=held(FREE_SCREENINGS),
            rehabilitations=held(REHABILITATIONS),
            package_benefits=held(PACKAGE_BENEFITS),
        )

    def enrolments_of(self, year: int) -> Iterator[Held[InsuranceEnrolment]]:
        return (row for (_, of_year), row in self.enrolments.items() if of_year == year)

    def bills_of(self, year: int) -> Iterator[Held[SettlementBill]]:
        return (row for rows in self.bills.values() for row in rows if row.content.settled_on.year == year)


def _chronic_findings(
    patients: Sequence[Held[ChronicPatient]], screenings: Sequence[Held[ChronicScreening]]
) -> dict[UUID, list[ChronicFinding]]:
    """Each disease of a member once: as the register says, else as it was first found by a screening.

    What the register has ended (cured, diagnosis withdrawn) is no finding, whatever a screening said until then; one
    that finds it again later is.
    """
    first: dict[tuple[UUID, str], ChronicFinding] = {}
    ended: dict[tuple[UUID, str], date] = {}
    for row in patients:
        patient = row.content
        if patient.ended_on is not None:
            ended[row.member_id, patient.disease] = patient.ended_on
        else:
            first[row.member_id, patient.disease] = ChronicFinding(patient.disease, patient.diagnosed_on, row.id)
    for screening in screenings:
        day = screening.content.screened_on
        for disease in screening.content.diseases:
            key = screening.member_id, disease
            if day > ended.get(key, date.min):
                first.setdefault(key, ChronicFinding(disease, day, screening.id))
    found: dict[UUID, list[ChronicFinding]] = {}
    for (member_id, _), known in sorted(first.items(), key=lambda item: item[0]):
        found.setdefault(member_id, []).append(known)
    return found

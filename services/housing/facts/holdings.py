"""The household's housing records, sorted once so that each rule finds its own at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.housing.records.appraisals import APPRAISALS, Appraisal
from services.housing.records.dwellings import DWELLINGS, Dwelling
from services.housing.records.house_checks import HOUSE_CHECKS, HouseCheck
from services.housing.records.relocations import RELOCATIONS, Relocation
from services.housing.records.renovations import RENOVATIONS, Renovation
from services.housing.records.subsidy_payments import SUBSIDY_PAYMENTS, SubsidyPayment
from shared.records import Records, Row

DEAD_STAGES = frozenset({"refused", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Received:
    """Money that reached the household's account, yuan."""

    day: date
    amount: Decimal
    record_id: UUID


@dataclass(frozen=True, slots=True)
class Holdings:
    """Records of the household, each sequence by business date. Renovations refused or withdrawn are left out, but for
    the grade that was found when they were identified: the house is as dangerous as before."""

    dwellings: Mapping[int, Row[Dwelling]]
    appraisals: Mapping[int, Sequence[Row[Appraisal]]]
    renovations: Sequence[Row[Renovation]]
    identified: Sequence[Row[Renovation]]
    payments: Mapping[str, Sequence[Row[SubsidyPayment]]]
    """By project number."""
    relocations: Sequence[Row[Relocation]]
    checks: Sequence[Row[HouseCheck]]

    @classmethod
    def of(cls, records: Records) -> "Holdings":
        appraisals: dict[int, list[Row[Appraisal]]] = {}
        for appraisal in records.of(APPRAISALS):
            appraisals.setdefault(appraisal.content.dwelling_number, []).append(appraisal)
        payments: dict[str, list[Row[SubsidyPayment]]] = {}
        for payment in records.of(SUBSIDY_PAYMENTS):
            payments.setdefault(payment.content.project_number, []).append(payment)
        files = sorted(records.of(RENOVATIONS), key=_by_application)
        return cls(
            dwellings={row.content.dwelling_number: row for row in records.of(DWELLINGS)},
            appraisals=appraisals,
            renovations=[row for row in files if row.content.stage not in DEAD_STAGES],
            identified=[row for row in files if row.content.identified_on is not None],
            payments=payments,
            relocations=records.of(RELOCATIONS),
            checks=records.of(HOUSE_CHECKS),
        )

    def received(self, renovation: Row[Renovation]) -> list[Received]:
        """What reached the household for a renovation, by day: by the payments, else as the last step recorded it."""
        case = renovation.content
        rows = self.payments.get(case.project_number, ()) if case.project_number is not None else ()
        if not rows and case.paid_on is not None and case.paid:
            return [Received(case.paid_on, case.paid, renovation.id)]
        found = [
            Received(row.content.paid_on, row.content.received, row.id)
            for row in rows
            if row.content.paid_on is not None and row.content.received
        ]
        return sorted(found, key=lambda one: (one.day, one.record_id))


def _by_application(file: Row[Renovation]) -> tuple[date, UUID]:
    """A case taken over was opened here later than it was applied for."""
    return file.content.applied_on, file.id

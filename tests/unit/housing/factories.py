"""Households, records and renovation cases for tests of pure rules."""

from datetime import date

from services.housing import FOLDER
from services.housing.facts import facts
from services.housing.records import RENOVATIONS
from services.housing.records.appraisals import APPRAISALS
from services.housing.records.dwellings import DWELLINGS
from services.housing.records.subsidy_payments import SUBSIDY_PAYMENTS
from shared.facts.models import Facts
from shared.policy import Policy
from shared.records import RecordType
from shared.roster.models import RosterHousehold, RosterMember
from shared.testing import pure
from shared.testing.pure import TODAY, VILLAGE, Stored, policies, reasons_of, records, row, signal, state_of

__all__ = ["TODAY", "VILLAGE", "Stored", "policy", "reasons_of", "records", "row", "signal", "state_of"]

policy = policies("housing", FOLDER)


def member(**more: object) -> RosterMember:
    return pure.member(**{"born": date(1960, 5, 1), **more})  # type: ignore[arg-type]  # fields of the roster


def household(*members: RosterMember, **more: object) -> RosterHousehold:
    """Of one member unless given; `more` are fields of `RosterHousehold`."""
    return pure.household(*(members or (member(),)), **more)  # type: ignore[arg-type]  # fields of the roster


def appraisal(grade: str, on: str = "2019-05-01", **more: object) -> Stored:
    return row(APPRAISALS, grade=grade, appraised_on=on, appraiser="区房屋安全鉴定站", **more)


def dwelling(number: int = 1, on: str = "2018-01-01", **more: object) -> Stored:
    return row(DWELLINGS, dwelling_number=number, surveyed_on=on, **more)


def renovation(stage: str = "applied", **more: object) -> Stored:
    """A case of grade D for which was applied on 1 June 2019; `more` are fields of `Renovation`."""
    day = str(more.get("applied_on", "2019-06-01"))
    fields = {
        "dwelling_number": 1,
        "year": 2019,
        "applied_on": day,
        "category": "registered",
        "opened_on": day,
        "stage_since": day,
        "stage_recorded_on": day,
        "last_step_on": day,
    }
    return row(RENOVATIONS, stage=stage, **{**fields, **more})


def accepted(on: str = "2019-12-01", **more: object) -> Stored:
    """Project P1, granted 28,000 yuan, started on 1 September 2019, accepted."""
    fields = {
        "grade": "D",
        "identified_on": "2019-06-10",
        "project_number": "P1",
        "approved_on": "2019-08-01",
        "granted": "28000",
        "started_on": "2019-09-01",
        "accepted_on": on,
    }
    return renovation("accepted", **{**fields, **more})


def payment(amount: str = "28000", paid_on: str | None = "2019-12-20", **more: object) -> Stored:
    fields = {"payment_number": "F1", "project_number": "P1", "fund": "central", "allotted_on": "2019-12-10"}
    received = None if paid_on is None else amount
    return row(SUBSIDY_PAYMENTS, **{**fields, "amount": amount, "paid_on": paid_on, "received": received, **more})


def say(*rows: Stored, home: RosterHousehold | None = None, under: Policy | None = None, on: date = TODAY) -> Facts:
    """What housing says of a household with these records; a registered one unless given."""
    return facts(home or household(), records(*rows), under or policy(), on)


def signals_of(said: Facts) -> set[str]:
    return set(pure.signals_of(said))


def faults(
    record_type: RecordType, *, at: RosterHousehold | None = None, today: date = TODAY, **content: object
) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks, under the shipped policy."""
    return pure.faults(record_type, under=policy(), at=at, today=today, **content)

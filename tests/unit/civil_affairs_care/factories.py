"""What tests of the rules of care are made of."""

from datetime import date
from typing import Any

from services.civil_affairs import FOLDER
from services.civil_affairs.facts import facts
from services.civil_affairs.records.disability_subsidies import DISABILITY_SUBSIDIES
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS
from shared.facts.models import Facts
from shared.policy import Policy
from shared.records import RecordType
from shared.roster.models import RosterHousehold, RosterMember
from shared.testing import pure
from shared.testing.pure import TODAY, VILLAGE, policies, records, row, signals_of
from shared.testing.pure import Stored as Held

__all__ = ["TODAY", "VIEW", "Held", "policy", "row"]

policy = policies("civil_affairs", FOLDER)
VIEW = policy().at(area=VILLAGE, year=2020)


def member(born: date | None = date(1970, 5, 1), **more: Any) -> RosterMember:
    """`more` are fields of `RosterMember`."""
    return pure.member(born=born, **more)


def household(*members: RosterMember, kind: str = "general", **more: Any) -> RosterHousehold:
    return pure.household(*members, household_type=kind, **more)


def said(home: RosterHousehold, *rows: Held, on: date = TODAY, under: Policy | None = None) -> Facts:
    """The facts of the household with these records."""
    return facts(home, records(*rows), under or policy(), on)


def signals(found: Facts) -> list[str]:
    return sorted(signals_of(found))


def faults(record_type: RecordType, **content: Any) -> list[tuple[str, str]]:
    """Pointer and code of each rule that the content breaks, under the shipped policy unless another is given."""
    return pure.faults(record_type, **{"under": policy(), **content})


def certificate(of: RosterMember, code: str = "4-2", **more: object) -> Held:
    kind, grade = code.split("-")
    fields = {
        "surveyed_on": "2020-03-01",
        "issued_on": "2015-05-01",
        "disability_type": kind,
        "disability_grade": grade,
    }
    return row(DISABLED_PERSONS, of, **{**fields, **more})


def subsidy(of: RosterMember, kind: str = "nursing", **more: object) -> Held:
    fields = {
        "kind": kind,
        "applied_on": "2019-01-05",
        "decision": "granted",
        "decided_on": "2019-01-20",
        "monthly_amount": "60",
        "starts_on": "2019-02-01",
    }
    return row(DISABILITY_SUBSIDIES, of, **{**fields, **more})

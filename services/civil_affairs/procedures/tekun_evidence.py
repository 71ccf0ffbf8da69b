"""What each step of a tekun case is given (民发〔2016〕178号, 民发〔2021〕43号; practice B.9)."""

from typing import Annotated

from services.civil_affairs.procedures.common import Authorised, Decision, EndReason
from services.civil_affairs.records.tekun_cases import MissingItems
from shared.codes import CodeOf
from shared.identity import BusinessDate, DivisionCode, Money, NoteText
from shared.records.fields import Content, DocumentNumber, InstitutionCode


class Application(Content):
    """申请: that the person asks, and authorises the check."""

    village: DivisionCode | None = None
    authorised: Authorised


class Support(Content):
    """How the person is supported: at home or in an institution."""

    mode: Annotated[str, CodeOf("tekun_mode")] = "dispersed"
    institution_code: InstitutionCode | None = None


class Conditions(Support):
    """The three conditions, and the self-care items that the person cannot do."""

    labour_ground: Annotated[str, CodeOf("tekun_labour_ground")] | None = None
    no_income: bool
    no_supporter: bool
    missing_items: MissingItems = ()


class Assessment(Conditions, Decision):
    """审核: the township's finding."""


class PeriodicReview(Conditions):
    """定期核查: whether the conditions still hold, and the care level anew."""

    keep: bool
    end_reason: EndReason | None = None
    note: NoteText | None = None


class TakenOver(Support):
    """Support that another system has granted, as it stands there."""

    village: DivisionCode | None = None
    labour_ground: Annotated[str, CodeOf("tekun_labour_ground")] | None = None
    no_income: bool = True
    no_supporter: bool = True
    missing_items: MissingItems = ()
    basic_amount: Money
    care_amount: Money
    certificate_number: DocumentNumber
    granted_on: BusinessDate
    reviewed_on: BusinessDate

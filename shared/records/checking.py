"""Whether a record keeps the row rules of its type, once it is known whom it is about or before."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from shared.identity import NATION
from shared.policy import Policy, UnknownParameter
from shared.records.declaration import RecordType, RuleContext
from shared.roster.models import RosterHousehold, RosterMember
from shared.service.problems import FieldError, Unprocessable


class PolicyMissing(Unprocessable):
    """The rules of this record need a policy parameter that the place and year do not have."""

    code = "policy-missing"


def breach(
    record_type: RecordType,
    record: BaseModel,
    *,
    household: RosterHousehold | None,
    member_id: UUID | None,
    division: str | None,
    policy: Policy,
    today: date,
) -> Unprocessable | None:
    """What the row rules have against the record, by the policy of its place (12 digits) and business year.

    Without a household, because nobody knows it yet, rules on persons and households say nothing: they are asked again
    when it appears.
    """
    if not record_type.rules:
        return None
    year = record_type.business_day(record).year
    context = RuleContext(
        household=household,
        member=member_of(household, member_id),
        policy=policy.at(area=division or NATION, year=year),
        today=today,
    )
    try:
        errors = list(_errors(record_type, record, context))
    except UnknownParameter as missing:
        return PolicyMissing(params={"key": missing.key, "year": year})
    return Unprocessable(errors=errors) if errors else None


def member_of(household: RosterHousehold | None, member_id: UUID | None) -> RosterMember | None:
    """The member as the household's snapshot has it; None for one who does not live there."""
    if household is None or member_id is None:
        return None
    return next((member for member in household.members if member.member_id == member_id), None)


def _errors(record_type: RecordType, record: BaseModel, context: RuleContext) -> Iterator[FieldError]:
    for rule in record_type.rules:
        yield from rule(record, context)

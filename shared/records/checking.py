"""Whether a record keeps the row rules of its type, once it is known whom it is about or before."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from uuid import UUID

from pydantic import BaseModel

from shared.identity import NATION
from shared.policy import Policy, UnknownParameter
from shared.records.declaration import RecordType, RuleContext
from shared.records.rules import Rule, not_before_birth
from shared.records.subjects import Subject
from shared.roster.models import RosterHousehold, RosterMember
from shared.service.problems import FieldError, Unprocessable


class PolicyMissing(Unprocessable):
    """The rules of this record need a policy parameter that the place and year do not have."""

    code = "policy-missing"


@cache
def rules_of(record_type: RecordType) -> tuple[Rule, ...]:
    """Those that the type declares, and the one that holds for every record of a person."""
    if record_type.subject is not Subject.MEMBER:
        return record_type.rules
    return (not_before_birth(record_type.business_date), *record_type.rules)


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
    if not rules_of(record_type):
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
    for rule in rules_of(record_type):
        yield from rule(record, context)

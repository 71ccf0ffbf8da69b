"""公益性岗位: public-welfare posts, held for three years at most (Y33).

A contract beyond that is refused. A further post after the three years is accepted, told (`post_limit_exceeded`) and
listed: 人社部发〔2019〕124号 lets the old, the severely disabled and households without work be placed once more.
Who was so placed is not on record here; a person says it on the line.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import Column, Date, Numeric, Text

from services.employment.records.metadata import metadata
from services.employment.records.rules import months_served, of_working_age
from shared.codes import CodeOf, Label
from shared.identity import BusinessDate, Money, NameText, birthday
from shared.policy import PolicyView
from shared.records import RecordType, RuleContext, Subject, record_table
from shared.records.fields import Content
from shared.records.rules import in_order, not_after_today
from shared.roster.models import RosterMember, Sex
from shared.service.problems import FieldError

MONTHS = 12


class PublicWelfarePost(Content):
    """One person's appointment to one post, to the day its contract ends or the day the person left."""

    kind: Annotated[str, CodeOf("public_post_kind")]
    payer: Annotated[str, CodeOf("public_post_payer")]
    organiser_name: NameText | None = None
    started_on: BusinessDate
    contract_until: BusinessDate = Field(description="the last day of the contract")
    ended_on: BusinessDate | None = Field(default=None, description="the last day served, if the person left earlier")
    monthly_subsidy: Money = Field(description="yuan a month")

    @property
    def last_day(self) -> date:
        """The last day in the post, by contract or earlier."""
        return self.contract_until if self.ended_on is None else min(self.contract_until, self.ended_on)


def last_day_allowed(
    member: RosterMember | None,
    policy: PolicyView,
    *,
    appointed: date,
    resumed: date | None = None,
    served: tuple[int, int] = (0, 0),
) -> date:
    """The last day on which the person may be in such posts, first `appointed` on that day.

    Three years in all, `served` of them (months and days) in earlier posts before this one was taken up (`resumed`);
    who was close to retirement at the first appointment may stay until then.
    """
    months, days = served
    allowed = policy.whole("employment.post_limit_years") * MONTHS
    over = months_served(resumed or appointed, allowed - months) - timedelta(days=days)
    retires = _retirement(member, policy)
    margin = policy.whole("employment.post_retirement_margin_years")
    if retires is not None and months_served(appointed, margin * MONTHS) > retires:
        over = max(over, retires)
    return over - timedelta(days=1)


def _retirement(member: RosterMember | None, policy: PolicyView) -> date | None:
    if member is None or member.birth_date is None or member.sex not in (Sex.MALE, Sex.FEMALE):
        return None
    sex = "male" if member.sex is Sex.MALE else "female"
    return birthday(member.birth_date, policy.whole(f"employment.retirement_age_{sex}"))


def contract_within_limit(post: PublicWelfarePost, context: RuleContext) -> Iterator[FieldError]:
    """No single contract outlasts the limit. While the person is not known, nor is the age that may prolong it."""
    if context.member is None:
        return
    limit = last_day_allowed(context.member, context.policy, appointed=post.started_on)
    if post.contract_until > limit:
        years = context.policy.whole("employment.post_limit_years")
        yield FieldError("/contract_until", "post_beyond_limit", {"years": years, "limit": limit.isoformat()})


PUBLIC_WELFARE_POSTS = RecordType(
    name="public-welfare-posts",
    title=Label("公益性岗位", "Public-welfare posts"),
    subject=Subject.MEMBER,
    table=record_table(
        metadata,
        "public_welfare_post",
        Column("kind", Text, nullable=False),
        Column("payer", Text, nullable=False),
        Column("organiser_name", Text),
        Column("started_on", Date, nullable=False),
        Column("contract_until", Date, nullable=False),
        Column("ended_on", Date),
        Column("monthly_subsidy", Numeric(14, 2), nullable=False),
    ),
    schema=PublicWelfarePost,
    natural_key=("kind", "started_on"),
    business_date="started_on",
    rules=(
        contract_within_limit,
        of_working_age("started_on"),
        in_order("started_on", "contract_until"),
        in_order("started_on", "ended_on"),
        not_after_today("started_on", "ended_on"),
    ),
    filters=("kind", "payer"),
    source="Y33",
)

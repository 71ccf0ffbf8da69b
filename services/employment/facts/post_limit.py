"""Y33, 三年: public-welfare posts beyond the time that one person may spend in them, and those that come near it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from services.employment.facts.situation import Situation
from services.employment.facts.spells import DAY
from services.employment.records.public_welfare_posts import PublicWelfarePost, last_day_allowed
from services.employment.records.rules import months_served
from shared.facts.findings import Notice
from shared.facts.present import Held
from shared.roster.models import RosterMember


def post_limits(situation: Situation) -> Iterator[Notice]:
    """Of each member's time in posts, the newest and all before it, until the last of them ends."""
    for member in situation.members:
        posts = situation.holdings.posts.get(member.member_id)
        if posts:
            yield from _limits(situation, member, posts)


def _limits(situation: Situation, member: RosterMember, posts: Sequence[Held[PublicWelfarePost]]) -> Iterator[Notice]:
    newest = posts[-1].content
    limit = last_day_allowed(
        member,
        situation.policy,
        appointed=posts[0].content.started_on,
        resumed=newest.started_on,
        served=_served_before(posts, newest.started_on),
    )
    over, ends = limit + DAY, max(row.content.last_day for row in posts) + DAY
    params = {"limit": limit.isoformat(), "kind": newest.kind}
    evidence = tuple(row.id for row in posts)
    announced = limit - timedelta(days=situation.policy.whole("employment.post_limit_notice_days"))
    for code, since, until in (
        ("post_limit_near", max(announced, newest.started_on), min(over, ends)),
        ("post_limit_exceeded", max(over, newest.started_on), ends),
    ):
        if since < until:
            yield Notice(code, (member.member_id,), since, params, evidence, until=until)


def _served_before(posts: Sequence[Held[PublicWelfarePost]], day: date) -> tuple[int, int]:
    """Months and days in posts before the day; two posts on one day are one day. `posts` come by their start."""
    months = days = 0
    reached = date.min
    for row in posts:
        first, after = max(row.content.started_on, reached), min(row.content.last_day + DAY, day)
        if first < after:
            whole = _whole_months(first, after)
            months += whole
            days += (after - months_served(first, whole)).days
            reached = after
    return months, days


def _whole_months(first: date, after: date) -> int:
    months = (after.year - first.year) * 12 + after.month - first.month
    return months if months_served(first, months) <= after else months - 1

"""What must be looked at: work lost, work that does not last, nobody in work, posts held too long (M14, Y33)."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.employment.facts.post_limit import post_limits
from services.employment.facts.situation import Situation
from services.employment.facts.spells import DAY, Spell, last_work
from shared.facts.findings import Notice
from shared.roster.models import RosterMember


def notices(situation: Situation) -> list[Notice]:
    """All signals of work, open or to come."""
    found = [*_job_lost(situation), *post_limits(situation)]
    if situation.registered:
        found += _unstable_work(situation)
        found += _nobody_in_work(situation)
    return found


def _job_lost(situation: Situation) -> Iterator[Notice]:
    """M14: a member whose last work ended otherwise than for other work, watched for a time of the policy."""
    for member in situation.members:
        last = last_work(situation.holdings.spells.get(member.member_id, ()))
        if last is None or last.last is None or not last.lost:
            continue
        since = last.last + DAY
        until = since + timedelta(days=situation.policy.whole("employment.job_lost_watch_days"))
        params = {"work": last.work.value, "ended_on": last.last.isoformat()}
        yield Notice("job_lost", (member.member_id,), since, params, (last.record_id,), until=until)


def _unstable_work(situation: Situation) -> Iterator[Notice]:
    """因务工就业不稳: work ended again and again within a year, or nobody of those in work has work that lasts."""
    for member in situation.members:
        yield from _ended_often(situation, member)
    spells = [spell for own in situation.at_work.values() for spell in own]
    if not spells or any(spell.stable for spell in spells):
        return
    stable_ends = [
        spell.last + DAY
        for own in situation.holdings.spells.values()
        for spell in own
        if spell.stable and spell.last is not None and spell.last < situation.on
    ]
    since = max([min(spell.first for spell in spells), *stable_ends])
    members = tuple(sorted(situation.at_work))
    evidence = tuple(sorted(spell.record_id for spell in spells))
    yield Notice("unstable_work", members, since, {"reason": "casual_work"}, evidence)


def _ended_often(situation: Situation, member: RosterMember) -> Iterator[Notice]:
    """The last ends of work that were losses, and lie within the window of the policy."""
    lost = [
        spell
        for spell in situation.holdings.spells.get(member.member_id, ())
        if spell.lost and spell.last is not None and spell.last < situation.on
    ]
    times = situation.policy.whole("employment.unstable_work_ends") if lost else 0
    if not lost or len(lost) < times:
        return
    recent = sorted(lost, key=_end)[-times:]
    since = _end(recent[-1]) + DAY
    until = _end(recent[0]) + timedelta(days=situation.policy.whole("employment.unstable_work_window_days"))
    if since < until:
        params = {"reason": "ended_often", "times": str(times)}
        evidence = tuple(spell.record_id for spell in recent)
        yield Notice("unstable_work", (member.member_id,), since, params, evidence, until=until)


def _end(spell: Spell) -> date:
    return spell.last or date.max


def _nobody_in_work(situation: Situation) -> Iterator[Notice]:
    """M14: labourers of full ability in the household, and nobody in work, by record or by the register."""
    labourers = situation.full_labourers
    if not labourers or situation.at_work or any(situation.works_by_roster(one) for one in situation.members):
        return
    found = [
        (spell.last + DAY, spell.record_id)
        for own in situation.holdings.spells.values()
        for spell in own
        if spell.last is not None and spell.last < situation.on
    ]
    found = found or [(row.content.surveyed_on, row.id) for row in situation.holdings.profiles.values()]
    since = max((day for day, _ in found), default=situation.state_since)
    members = tuple(one.member_id for one in labourers)
    evidence = tuple(sorted(record for _, record in found))
    yield Notice("labour_household_without_work", members, since, {"labourers": str(len(labourers))}, evidence)

"""What the register and the records say against each other about labour (data-quality practice, rules 15 to 20)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from services.employment.facts.situation import Situation
from shared.facts.findings import Notice


def contradictions(situation: Situation) -> Iterator[Notice]:
    """Of registered households; rules 15 and 16 of those under monitoring, whose risk is open."""
    if situation.monitored:
        yield from _monitored_without_measure(situation)
        yield from _labour_without_development_measure(situation)
    if situation.registered:
        yield from _unstable_work_risk(situation)
        yield from _lack_of_labour(situation)
        yield from _no_labour_without_backstop(situation)
        yield from _work_without_labour(situation)


Measure = tuple[date, date | None]
"""First and last day; None: it goes on."""


def _development_measures(situation: Situation) -> Iterator[Measure]:
    """务工、公益岗位、创业: what lets a household earn."""
    for spells in situation.holdings.spells.values():
        for spell in spells:
            yield spell.first, spell.last
    for support in situation.holdings.supports:
        yield support.content.granted_on, None


def _measures(situation: Situation) -> Iterator[Measure]:
    """Every measure of employment help."""
    yield from _development_measures(situation)
    for training in situation.holdings.trainings:
        if training.content.outcome != "dropped_out":
            yield training.content.started_on, training.content.completed_on
    for referral in situation.holdings.referrals:
        yield referral.content.referred_on, referral.content.referred_on


def _any_since(measures: Iterator[Measure], since: date) -> bool:
    return any(last is None or last >= since for _, last in measures)


def _monitored_without_measure(situation: Situation) -> Iterator[Notice]:
    """Rule 15: more than a month under monitoring without any measure of employment help, for who has labourers."""
    since = situation.state_since
    if situation.labourers and not _any_since(_measures(situation), since):
        due = since + timedelta(days=situation.policy.whole("employment.monitored_measure_days") + 1)
        yield Notice("monitored_without_measure", (), due, {"monitored_since": since.isoformat()})


def _labour_without_development_measure(situation: Situation) -> Iterator[Notice]:
    """Rule 16: labourers and an open risk, and no work, post or start-up since the risk is open."""
    since = situation.state_since
    if situation.labourers and not _any_since(_development_measures(situation), since):
        members = tuple(one.member_id for one in situation.labourers)
        yield Notice("labour_without_development_measure", members, since, {"labourers": str(len(members))})


def _unstable_work_risk(situation: Situation) -> Iterator[Notice]:
    """Rule 17: 因务工就业不稳 is an open risk, though nobody can work, or nobody has worked, by record or register."""
    if "unstable_work" not in situation.household.risks or not situation.members:
        return
    if situation.nobody_can_work:
        reason = "nobody_can_work"
    elif not situation.has_worked:
        reason = "no_work_record"
    else:
        return
    yield Notice("unstable_work_contradicted", (), situation.state_since, {"reason": reason})


def _lack_of_labour(situation: Situation) -> Iterator[Notice]:
    """Rule 18: 缺劳动力 named as a risk or cause, though more than a share of the members are full labourers."""
    named = (*situation.household.risks, *situation.household.causes)
    if "lack_of_labour" not in named or not situation.full_labourers:
        return
    share = Decimal(len(situation.full_labourers)) / len(situation.members)
    most = situation.policy.number("employment.labour_share_most")
    if share > most:
        params = {"labourers": str(len(situation.full_labourers)), "members": str(len(situation.members))}
        members = tuple(one.member_id for one in situation.full_labourers)
        yield Notice("lack_of_labour_contradicted", members, situation.state_since, params)


def _no_labour_without_backstop(situation: Situation) -> Iterator[Notice]:
    """Rule 19: nobody can work, and the household is not under the backstop: by flag, by type, by category."""
    household = situation.household
    if household.no_labour_guarantee or not situation.nobody_can_work:
        return
    held = {household.household_type, *(one.kind.value for one in household.categories)}
    if held.isdisjoint(situation.policy.codes("employment.backstop_types")):
        params = {"household_type": household.household_type}
        yield Notice("no_labour_without_backstop", (), situation.state_since, params)


def _work_without_labour(situation: Situation) -> Iterator[Notice]:
    """Rule 20: who works, by record or by the register, and is down as not able to."""
    for member in situation.members:
        ability = situation.ability(member)
        if not situation.is_unable(ability):
            continue
        spells = situation.at_work.get(member.member_id, ())
        if spells or situation.works_by_roster(member):
            since = min((spell.first for spell in spells), default=situation.state_since)
            evidence = tuple(spell.record_id for spell in spells)
            profile = situation.holdings.profiles.get(member.member_id)
            if profile is not None:
                evidence = (*evidence, profile.id)
            params = {"ability": str(ability)}
            yield Notice("work_without_labour", (member.member_id,), since, params, evidence)

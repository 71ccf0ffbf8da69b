"""残疾人两项补贴: who is entitled and has none, who has one and is not entitled, what waits too long (Y57, Y70)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from services.civil_affairs.disability import Disability, certificate_ends, disability_of, is_severe
from services.civil_affairs.facts.care.holdings import CareHoldings
from services.civil_affairs.facts.care.support import Support
from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.deaths import DEATHS
from services.civil_affairs.records.disability_subsidies import DisabilitySubsidy
from services.civil_affairs.records.disabled_persons import DisabledPerson
from shared.codes import code_list
from shared.facts.findings import Notice
from shared.facts.present import Held
from shared.policy import PolicyView

DIED = "died"
KINDS = code_list("disability_subsidy_kind").codes


def in_force(subsidy: DisabilitySubsidy, on: date) -> bool:
    """Whether it is paid on the day."""
    begun = subsidy.starts_on is not None and subsidy.starts_on <= on
    return begun and (subsidy.ended_on is None or on < subsidy.ended_on)


def subsidy_turns(holdings: CareHoldings) -> Iterator[date]:
    """Days on which a subsidy, or a child's allowance, begins or ends."""
    for rows in holdings.subsidies.values():
        for row in rows:
            yield from (day for day in (row.content.starts_on, row.content.ended_on) if day is not None)
    for child in holdings.children:
        if child.content.allowance_from is not None:
            yield child.content.allowance_from


def certificate_notices(situation: Situation, holdings: CareHoldings) -> Iterator[Notice]:
    """Y66: a certificate that ran out, and the disabled who have none."""
    for member_id, entry in holdings.register.items():
        ends = certificate_ends(entry.content, situation.policy)
        if ends is not None:
            params = {"expired_on": ends.isoformat()}
            yield Notice("disability_certificate_expired", (member_id,), ends, params, (entry.id,))
        elif entry.content.certificate_state == "none":
            yield Notice("disabled_uncertified", (member_id,), entry.content.surveyed_on, {}, (entry.id,))


def subsidy_notices(situation: Situation, holdings: CareHoldings) -> Iterator[Notice]:
    """Of each disabled member and each of the two subsidies: not applied for, too long undecided, not due any more."""
    support = Support.of(situation)
    deceased = {row.member_id for row in situation.held(DEATHS)}
    orphans = {row.member_id for row in holdings.children if row.content.child_class == "orphan"}
    for member in situation.members:
        entry = holdings.register.get(member.member_id)
        applications = holdings.subsidies.get(member.member_id, ())
        if entry is None and not applications:
            continue
        disability = disability_of(member, entry.content if entry else None, situation.policy, situation.on)
        for kind in KINDS:
            of_kind = [row for row in applications if row.content.kind == kind]
            bar = (
                DIED
                if member.member_id in deceased
                else barred_from(
                    kind,
                    disability,
                    entry.content if entry else None,
                    situation.policy,
                    in_dibao=member.member_id in support.dibao,
                    in_tekun=member.member_id in support.tekun,
                    orphan=member.member_id in orphans,
                )
            )
            yield from _late(of_kind, situation)
            if bar is None:
                yield from _not_applied(member.member_id, kind, of_kind, entry, situation)
            else:
                yield from _undue(of_kind, bar, situation)


def barred_from(
    kind: str,
    disability: Disability | None,
    person: DisabledPerson | None,
    policy: PolicyView,
    *,
    in_dibao: bool,
    in_tekun: bool,
    orphan: bool,
) -> str | None:
    """Why somebody is not entitled to a subsidy, as a code of `disability_subsidy_refusal`; None: is entitled.

    国发〔2015〕52号: the living subsidy is for disabled persons in dibao, the nursing subsidy for the severely disabled
    who need long-term care; tekun support bars both, orphan support the living subsidy.
    """
    if disability is None:
        return "no_certificate"
    if in_tekun or (kind == "living" and orphan) or _barring_allowance(kind, person):
        return "barred"
    if kind == "living":
        return None if in_dibao else "not_in_difficulty"
    if not is_severe(disability, policy) and disability.code not in policy.codes(
        "civil_affairs.nursing_subsidy_more_disabilities"
    ):
        return "not_severe"
    return "no_care_needed" if person is not None and person.long_term_care is False else None


def _barring_allowance(kind: str, person: DisabledPerson | None) -> bool:
    if person is None or person.barring_allowance is None:
        return False
    return code_list("subsidy_barring_allowance")[person.barring_allowance].attributes.get(kind) == "barred"


def _late(applications: Sequence[Held[DisabilitySubsidy]], situation: Situation) -> Iterator[Notice]:
    for row in applications:
        if row.content.decision == "pending":
            days = situation.policy.whole("civil_affairs.disability_subsidy_days")
            opens = row.content.applied_on + timedelta(days=days + 1)
            yield Notice("disability_subsidy_late", (row.member_id,), opens, {"kind": row.content.kind}, (row.id,))


def _not_applied(
    member_id: UUID,
    kind: str,
    applications: Sequence[Held[DisabilitySubsidy]],
    entry: Held[DisabledPerson] | None,
    situation: Situation,
) -> Iterator[Notice]:
    """Entitled, and neither paid, granted for later, nor applied for: since the survey, or the end of the last one."""
    if entry is None:
        return
    if any(row.content.decision != "refused" and row.content.ended_on is None for row in applications):
        return
    ends = [row.content.ended_on for row in applications if row.content.ended_on is not None]
    since = max([entry.content.surveyed_on, *ends])
    yield Notice("disability_subsidy_not_applied", (member_id,), since, {"kind": kind}, (entry.id,))


def _undue(applications: Sequence[Held[DisabilitySubsidy]], bar: str, situation: Situation) -> Iterator[Notice]:
    """Paid to somebody who is not entitled; since when cannot be told from the day's state, so since it is paid."""
    for row in applications:
        if in_force(row.content, situation.on) and row.content.starts_on is not None:
            params = {"kind": row.content.kind, "reason": bar}
            yield Notice("disability_subsidy_undue", (row.member_id,), row.content.starts_on, params, (row.id,))

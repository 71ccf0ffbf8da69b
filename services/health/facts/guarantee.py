"""基本医疗有保障: is every member insured, and every serious illness filed? (D29, M16, M18, Y44, H23)"""

from collections.abc import Iterator, Sequence
from datetime import date

from services.health.facts.serious_illness import unfiled_illnesses
from services.health.facts.situation import Situation
from services.health.records.insurance_enrolments import InsuranceEnrolment
from shared.codes import code_list
from shared.facts.findings import Gap, worst
from shared.facts.models import Guarantee, GuaranteeItem, GuaranteeState
from shared.facts.present import Held
from shared.roster.models import RosterMember

ILLNESS_UNFILED = "serious_illness_unfiled"


def gaps(situation: Situation) -> list[Gap]:
    """All that is, or will this year be, missing from the members' basic medical care."""
    return [*_insurance_gaps(situation), *_illness_gaps(situation)]


def basic_medical(situation: Situation, found: Sequence[Gap]) -> Guarantee:
    """Met only when each member is covered: one gap makes it unmet, one thing not known makes it unknown.

    Evidence: the enrolments of the year, and the records that show a gap.
    """
    if not situation.members:
        return Guarantee(item=GuaranteeItem.BASIC_MEDICAL, state=GuaranteeState.NOT_APPLICABLE)
    present = [gap for gap in found if gap.state(situation.on) is not GuaranteeState.MET]
    states = {gap.state(situation.on) for gap in present}
    evidence = {one for gap in present for one in gap.evidence}
    evidence.update(row.id for row in situation.holdings.enrolments_of(situation.year))
    return Guarantee(
        item=GuaranteeItem.BASIC_MEDICAL,
        state=worst(states),
        reasons=tuple(gap.reason(situation.on) for gap in present),
        evidence=tuple(sorted(evidence)),
    )


def _insurance_gaps(situation: Situation) -> Iterator[Gap]:
    """D29 全部纳入基本医疗保险: the members who are not insured this year, or of whom that is not known."""
    for member in situation.members:
        enrolment = situation.holdings.enrolments.get((member.member_id, situation.year))
        if enrolment is None:
            yield _no_enrolment(situation, member)
        elif not enrolment.content.enrolled:
            reason = enrolment.content.not_enrolled_reason
            yield _recorded_gap(situation, enrolment, "not_enrolled", {"reason": reason} if reason else {})
        elif not _serious_illness_insured(situation, enrolment.content):
            yield _recorded_gap(situation, enrolment, "no_serious_illness_insurance", {})


def _no_enrolment(situation: Situation, member: RosterMember) -> Gap:
    """Nothing recorded for the year: not known while enrolment is open, a gap from the closing day on."""
    deadline = situation.enrolment_deadline(member)
    params = {"year": str(situation.year), "deadline": deadline.isoformat()}
    return Gap(member.member_id, "no_enrolment", deadline, params, before="enrolment_awaited")


def _recorded_gap(situation: Situation, row: Held[InsuranceEnrolment], code: str, params: dict[str, str]) -> Gap:
    """A gap that the year's enrolment record itself tells of; it opens with the year, however early it was found."""
    since = max(date(situation.year, 1, 1), row.content.enrolled_on)
    params = {"year": str(situation.year), **params}
    return Gap(row.member_id, code, since, params, (row.id,), before="enrolment_awaited")


def _serious_illness_insured(situation: Situation, enrolment: InsuranceEnrolment) -> bool:
    """大病保险: as recorded, else as the scheme provides. A place may not ask for it."""
    if not situation.serious_illness_insurance_required:
        return True
    if enrolment.serious_illness_insurance is not None:
        return enrolment.serious_illness_insurance
    scheme = enrolment.scheme
    return scheme is not None and code_list("insurance_scheme")[scheme].attributes.get("serious_illness") == "yes"


def _illness_gaps(situation: Situation) -> Iterator[Gap]:
    """M18 大病专项救治对象建档立卡率: a serious illness diagnosed and not filed leaves the member without treatment."""
    for illness in unfiled_illnesses(situation):
        params = {"disease": illness.disease}
        yield Gap(illness.member_id, ILLNESS_UNFILED, illness.since, params, illness.evidence)

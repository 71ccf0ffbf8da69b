"""What must be looked at: insurance gaps, ruinous cost, illness without a case, contracts and examinations due."""

from collections.abc import Container, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.health.facts.guarantee import ILLNESS_UNFILED
from services.health.facts.self_paid import inpatient_excess, outpatient_excesses
from services.health.facts.situation import Situation
from shared.facts.findings import Gap, Notice


def notices(situation: Situation, gaps: Sequence[Gap]) -> list[Notice]:
    """All signals of the year, open or to come; every gap in basic medical care is one."""
    found = [*_gaps(gaps), *_self_paid(situation)]
    if situation.registered:
        found += _illness_known_to_roster(situation)
        found += _doctor_contract_missing(situation)
        found += _chronic_contract_missing(situation)
        found += _examination_due(situation)
    return found


def _gaps(gaps: Sequence[Gap]) -> Iterator[Notice]:
    """D29, M18, Y44: a member out of insurance, or with a serious illness diagnosed or billed and not filed."""
    for gap in gaps:
        code = "serious_illness_without_case" if gap.code == ILLNESS_UNFILED else "insurance_gap"
        members = () if gap.member_id is None else (gap.member_id,)
        yield Notice(code, members, gap.since, {"reason": gap.code, **gap.params}, gap.evidence)


def _self_paid(situation: Situation) -> Iterator[Notice]:
    """Y43 自负费用仍有困难的: self-paid cost at or above the warning line of the area."""
    for member_id in situation.holdings.bills:
        if excess := inpatient_excess(situation, member_id):
            params = {"amount": _yuan(excess.amount), "line": _yuan(excess.line), "year": str(situation.year)}
            yield Notice("self_paid_inpatient_high", (member_id,), excess.since, params, excess.bills)
        for month in outpatient_excesses(situation, member_id):
            params = {"amount": _yuan(month.amount), "line": _yuan(month.line), "month": f"{month.since:%Y-%m}"}
            yield Notice("self_paid_outpatient_high", (member_id,), month.since, params, month.bills, until=month.until)


def _yuan(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _illness_known_to_roster(situation: Situation) -> Iterator[Notice]:
    """M18, Y44: a serious illness that only the roster tells of, neither diagnosed nor billed here."""
    for member in situation.members:
        if "serious_illness" in member.health_status and not _illness_is_known(situation, member.member_id):
            since = member.since or situation.household.state_since or date(situation.year, 1, 1)
            yield Notice("serious_illness_without_case", (member.member_id,), since, {"reason": "known_to_roster"})


def _illness_is_known(situation: Situation, member_id: UUID) -> bool:
    """Whether a case or a bill says more of the member's serious illness than the roster does."""
    bills = situation.holdings.bills.get(member_id, ())
    return member_id in situation.holdings.cases or any(bill.content.serious_illness for bill in bills)


def _doctor_contract_missing(situation: Situation) -> Iterator[Notice]:
    """D31 家庭医生签约率100%: members without a contract of the year by the day it is due."""
    held = situation.holdings.doctor_contracts
    yield from _owed_by_a_day(situation, "doctor_contract_missing", held, "health.doctor_contract_due_day")


def _chronic_contract_missing(situation: Situation) -> Iterator[Notice]:
    """M17 慢病签约服务达到100%: a focus disease without a contract of the year by the day it is due."""
    if not situation.holdings.chronic_findings:
        return
    due = situation.day_of_year("health.chronic_contract_due_day")
    focus = situation.policy.codes("health.chronic_contract_diseases")
    for member_id, findings in situation.holdings.chronic_findings.items():
        for finding in findings:
            contract = (member_id, situation.year, finding.disease)
            if finding.disease in focus and contract not in situation.holdings.chronic_contracts:
                params = {"disease": finding.disease, "year": str(situation.year)}
                since = max(due, finding.known_on)
                yield Notice("chronic_contract_missing", (member_id,), since, params, (finding.record_id,))


def _examination_due(situation: Situation) -> Iterator[Notice]:
    """D32, M17 健康体检100%: members not examined this year by the day it is due."""
    held = situation.holdings.examinations
    yield from _owed_by_a_day(situation, "examination_due", held, "health.examination_due_day")


def _owed_by_a_day(
    situation: Situation, code: str, held: Container[tuple[UUID, int]], due_day: str
) -> Iterator[Notice]:
    """Members without the record of the year; who was born after the due day, from birth on."""
    year = situation.year
    missing = [one for one in situation.members if (one.member_id, year) not in held]
    if not missing:
        return
    due = situation.day_of_year(due_day)
    by_day: dict[date, list[UUID]] = {}
    for one in missing:
        since = max(due, one.birth_date or due)
        by_day.setdefault(since, []).append(one.member_id)
    for since, members in sorted(by_day.items()):
        yield Notice(code, tuple(members), since, {"year": str(year)})

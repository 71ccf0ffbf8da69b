"""What must be looked at: late decisions and reviews, who should be in dibao or get more (M11, Y55, Y57, Y71)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from services.civil_affairs.disability import at_highest_differential, severely_disabled
from services.civil_affairs.facts.awards import Assistance
from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.dibao_cases import DIBAO_CASES, DibaoCase
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS, DisabledPerson
from services.civil_affairs.records.focus_persons import FOCUS_PERSONS
from services.civil_affairs.records.relief_cases import RELIEF_CASES
from services.civil_affairs.records.tekun_cases import TEKUN_CASES
from shared.facts.findings import Notice
from shared.facts.present import Held
from shared.identity import birthday
from shared.procedures import CaseContent
from shared.records import Row
from shared.roster.models import RosterMember

_DAY = timedelta(days=1)
_LASTING = frozenset({"in_force", "phasing_out"})


def notices(situation: Situation, assistance: Assistance) -> Iterator[Notice]:
    """Open now, or to open on a day to come."""
    yield from _late(situation, assistance)
    yield from _sudden_events(situation, assistance)
    register = {row.member_id: row for row in situation.held(DISABLED_PERSONS)}
    yield from _highest_differential(situation, assistance, register)
    for row in assistance.in_dibao:
        if row.content.person_id is None:
            yield from _persons(situation, row)
            yield from _key_persons(situation, row, assistance.awarded[row.id], register)
        elif not assistance.awarded[row.id]:
            yield Notice("single_dibao_person_left", (row.content.person_id,), _since(row.content), {}, (row.id,))


def _late(situation: Situation, assistance: Assistance) -> Iterator[Notice]:
    """M11 及时、迅速、有效; Y57 动态精确管理: what was due is late from the day after."""
    for procedure, rows in (
        (DIBAO_CASES.name, assistance.dibao),
        (TEKUN_CASES.name, assistance.tekun),
        (RELIEF_CASES.name, assistance.relief),
    ):
        for row in rows:
            case: CaseContent = row.content
            if case.due_on is None or case.closed_on is not None:
                continue
            params = {"procedure": procedure, "stage": case.stage, "due_on": case.due_on.isoformat()}
            members = () if row.member_id is None else (row.member_id,)
            yield Notice(_lateness(case.stage), members, case.due_on + _DAY, params, (row.id,))


def _sudden_events(situation: Situation, assistance: Assistance) -> Iterator[Notice]:
    """Y65 遇到突发灾祸可能返贫致贫的群众: a household that needed relief is watched for some months."""
    if not assistance.relief:
        return
    months = situation.policy.whole("civil_affairs.event_watch_months")
    for row in assistance.relief:
        case = row.content
        if case.stage in ("refused", "withdrawn"):
            continue
        params = {"event": case.event, "stage": case.stage}
        yield Notice("sudden_event", (), case.event_on, params, (row.id,), until=_month_after(case.event_on, months))


def _month_after(day: date, months: int) -> date:
    """The first of the month so many months after the day's own."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def _lateness(stage: str) -> str:
    if stage == "helped":
        return "relief_formalities_late"
    return "assistance_review_late" if stage in _LASTING else "assistance_decision_late"


def _highest_differential(
    situation: Situation, assistance: Assistance, register: Mapping[UUID, Held[DisabledPerson]]
) -> Iterator[Notice]:
    """Y55: who is severely disabled, unable to care for themselves and lives on their family is in dibao, and gets the
    whole standard. An application under way is not a gap."""
    if not register:
        return
    due = at_highest_differential(situation.members, register, situation.policy, situation.on)
    supported = {row.member_id for row in assistance.in_tekun}
    due -= supported
    if not due:
        return
    outside = due.difference(*assistance.awarded.values())
    applied = any(row.content.stage in ("applied", "posted") for row in assistance.dibao)
    if outside and not applied:
        yield _of_disabled("severely_disabled_without_dibao", outside, {}, register)
    inside = due - outside
    granted = sum(
        row.content.highest_persons if row.content.person_id is None else len(inside & {row.content.person_id})
        for row in assistance.in_dibao
    )
    if granted < len(inside):
        params = {"due": str(len(inside)), "granted": str(granted)}
        yield _of_disabled("dibao_below_highest_differential", inside, params, register)


def _of_disabled(
    code: str, members: Collection[UUID], params: dict[str, str], register: Mapping[UUID, Held[DisabledPerson]]
) -> Notice:
    """Since the last of them was surveyed."""
    named = tuple(sorted(members))
    since = max(register[member].content.surveyed_on for member in named)
    return Notice(code, named, since, params, tuple(register[member].id for member in named))


def _persons(situation: Situation, row: Row[DibaoCase]) -> Iterator[Notice]:
    """Who is protected lives there, and is named where not all are: the award and the household agree."""
    case, present = row.content, situation.present
    params = {"protected": str(case.persons), "registered": str(len(present))}
    if case.persons > len(present) or not set(case.members).issubset(present):
        yield Notice("dibao_persons_differ", (), _since(case), params, (row.id,))
    elif case.persons < len(present) and not case.members:
        yield Notice("dibao_members_not_named", (), _since(case), params, (row.id,))


def _key_persons(
    situation: Situation,
    row: Row[DibaoCase],
    awarded: tuple[UUID, ...],
    register: Mapping[UUID, Held[DisabledPerson]],
) -> Iterator[Notice]:
    """Y71, H37: elderly, minors, severely disabled and the recorded groups get a raised share, of those awarded."""
    case = row.content
    found = key_persons(situation, register).intersection(awarded)
    if len(found) > len(case.focus_groups):
        params = {"found": str(len(found)), "raised": str(len(case.focus_groups))}
        yield Notice("dibao_key_persons_not_raised", tuple(sorted(found)), _since(case), params, (row.id,))


def key_persons(situation: Situation, register: Mapping[UUID, Held[DisabledPerson]]) -> frozenset[UUID]:
    """The key persons of the household on the day."""
    elderly = situation.policy.whole("civil_affairs.elderly_age")
    minor = situation.policy.whole("civil_affairs.minor_age")
    by_age = {
        member.member_id
        for member in situation.members
        if member.birth_date is not None
        and not birthday(member.birth_date, minor) <= situation.on < birthday(member.birth_date, elderly)
    }
    recorded = {
        row.member_id
        for row in situation.held(FOCUS_PERSONS)
        if row.content.since <= situation.on and (row.content.until is None or situation.on < row.content.until)
    }
    severe = severely_disabled(situation.members, register, situation.policy, situation.on)
    return frozenset(by_age | recorded | severe)


def birthdays(members: tuple[RosterMember, ...], situation: Situation) -> Iterator[date]:
    """The days on which a member becomes, or ceases to be, a key person by age."""
    for age in ("civil_affairs.elderly_age", "civil_affairs.minor_age"):
        years = situation.policy.whole(age)
        for member in members:
            if member.birth_date is not None:
                yield birthday(member.birth_date, years)


def _since(case: DibaoCase) -> date:
    return case.reviewed_on or case.granted_on or case.opened_on

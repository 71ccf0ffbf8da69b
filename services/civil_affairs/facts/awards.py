"""Assistance in force: what of it the other departments learn, and what it pays (M08, M09, H07, H08, Y65)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.deaths import DEATHS
from services.civil_affairs.records.dibao_cases import DIBAO_CASES, DibaoCase
from services.civil_affairs.records.dibao_cases import IN_FORCE as DIBAO_IN_FORCE
from services.civil_affairs.records.edge_households import EDGE_HOUSEHOLDS
from services.civil_affairs.records.relief_cases import RELIEF_CASES, ReliefCase
from services.civil_affairs.records.tekun_cases import IN_FORCE as TEKUN_IN_FORCE
from services.civil_affairs.records.tekun_cases import TEKUN_CASES, TekunCase
from shared.facts.models import Batch, Benefit, Standing, StandingKind
from shared.facts.present import Held
from shared.records import Row

_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Assistance:
    """The household's cases, and those of them that run on the day. Tekun cases of persons who left are not among them;
    dibao of persons who left stays until it ends, but is nobody's here: `awarded`."""

    dibao: Sequence[Row[DibaoCase]]
    tekun: Sequence[Held[TekunCase]]
    relief: Sequence[Row[ReliefCase]]
    in_dibao: Sequence[Row[DibaoCase]]
    in_tekun: Sequence[Held[TekunCase]]
    awarded: Mapping[UUID, tuple[UUID, ...]]
    """The present members whom each running case of dibao is for, by the case's id."""

    @classmethod
    def of(cls, situation: Situation) -> "Assistance":
        dibao, tekun, on = situation.records.of(DIBAO_CASES), situation.held(TEKUN_CASES), situation.on
        in_dibao = [row for row in dibao if row.content.stage in DIBAO_IN_FORCE and _begun(row.content, on)]
        return cls(
            dibao=dibao,
            tekun=tekun,
            relief=situation.records.of(RELIEF_CASES),
            in_dibao=in_dibao,
            in_tekun=[row for row in tekun if row.content.stage in TEKUN_IN_FORCE and _begun(row.content, on)],
            awarded={row.id: row.content.awarded(situation.present) for row in in_dibao},
        )

    @property
    def dibao_here(self) -> Iterator[Row[DibaoCase]]:
        """The running cases of dibao but those whose persons all have left."""
        return (row for row in self.in_dibao if self.awarded[row.id] or not row.content.names_somebody)

    def beginnings(self) -> Iterator[date]:
        """The days on which an award that is confirmed begins to run."""
        for row in self.dibao:
            if row.content.stage in DIBAO_IN_FORCE and row.content.granted_on is not None:
                yield row.content.granted_on
        for case in self.tekun:
            if case.content.stage in TEKUN_IN_FORCE and case.content.granted_on is not None:
                yield case.content.granted_on


def standings(situation: Situation, assistance: Assistance) -> Iterator[Standing]:
    """The categories of the household, who is without labour, who has died (D22, Y56, SYS03)."""
    for row in assistance.dibao_here:
        case, awarded = row.content, assistance.awarded[row.id]
        yield Standing(
            kind=StandingKind.DIBAO,
            members=() if case.person_id is None and awarded == situation.present else awarded,
            persons=case.nameless(situation.present),
            since=case.granted_on,
            amount=case.monthly_amount,
            evidence=(row.id,),
            params=_described(case),
        )
    for held in assistance.in_tekun:
        tekun = held.content
        yield Standing(
            kind=StandingKind.TEKUN,
            members=(held.member_id,),
            since=tekun.granted_on,
            amount=tekun.basic_amount + tekun.care_amount,
            evidence=(held.id,),
            params={name: value for name, value in (("mode", tekun.mode), ("care_level", tekun.care_level)) if value},
        )
        if tekun.labour_ground is not None:
            yield Standing(
                kind=StandingKind.UNABLE_TO_WORK,
                members=(held.member_id,),
                since=tekun.granted_on,
                evidence=(held.id,),
                params={"ground": tekun.labour_ground},
            )
    for edge in situation.records.of(EDGE_HOUSEHOLDS):
        if edge.content.ended_on is None or situation.on < edge.content.ended_on:
            yield Standing(kind=StandingKind.EDGE, since=edge.content.recognised_on, evidence=(edge.id,))
    for death in situation.held(DEATHS):
        yield Standing(
            kind=StandingKind.DECEASED, members=(death.member_id,), since=death.content.died_on, evidence=(death.id,)
        )


def benefits(situation: Situation, assistance: Assistance) -> Iterator[Benefit]:
    """What runs on the day, with what it pays in the year; relief given in the year."""
    for row in assistance.dibao_here:
        case = row.content
        yield _benefit(
            situation,
            "dibao" if case.person_id is None else "single_person_dibao",
            assistance.awarded[row.id],
            persons=case.nameless(situation.present),
            monthly=case.monthly_amount,
            granted_on=case.granted_on,
            record_id=row.id,
        )
    for held in assistance.in_tekun:
        amount = held.content.basic_amount + held.content.care_amount
        yield _benefit(
            situation,
            "tekun_support",
            (held.member_id,),
            monthly=amount,
            granted_on=held.content.granted_on,
            record_id=held.id,
        )
    given = relief_of_year(assistance, situation.year)
    if given:
        helped = {one for row in given for one in row.content.helped(situation.present)}
        nameless = max(row.content.nameless(situation.present) or 0 for row in given)
        yield Benefit(
            programme="temporary_relief",
            batch=Batch.DIBAO,
            members=tuple(one for one in situation.present if one in helped),
            persons=None if 0 < len(helped) >= nameless else nameless,
            amount=sum((row.content.amount for row in given), _NOTHING),
            period=str(situation.year),
            evidence=tuple(row.id for row in given),
        )


def relief_of_year(assistance: Assistance, year: int) -> list[Row[ReliefCase]]:
    return [
        row for row in assistance.relief if row.content.helped_on is not None and row.content.helped_on.year == year
    ]


def figures(situation: Situation, assistance: Assistance) -> dict[str, Decimal]:
    """`dibao_monthly`, `tekun_monthly`: yuan a month in force; `temporary_relief`: yuan of the year. Nothing of what
    is not there."""
    found: dict[str, Decimal] = {}
    if dibao := list(assistance.dibao_here):
        found["dibao_monthly"] = sum((row.content.monthly_amount for row in dibao), _NOTHING)
    if tekun := assistance.in_tekun:
        found["tekun_monthly"] = sum((row.content.basic_amount + row.content.care_amount for row in tekun), _NOTHING)
    if relief := relief_of_year(assistance, situation.year):
        found["temporary_relief"] = sum((row.content.amount for row in relief), _NOTHING)
    return found


def _described(case: DibaoCase) -> dict[str, str]:
    """Scope and class, and that an award is phased out (渐退期): its income is above the standard by rule."""
    known = {"scope": case.scope} if case.dibao_class is None else {"scope": case.scope, "class": case.dibao_class}
    return {**known, "stage": case.stage} if case.stage == "phasing_out" else known


def _begun(case: DibaoCase | TekunCase, on: date) -> bool:
    return case.granted_on is not None and case.granted_on <= on


def _benefit(
    situation: Situation,
    programme: str,
    members: tuple[UUID, ...],
    *,
    persons: int | None = None,
    monthly: Decimal,
    granted_on: date | None,
    record_id: UUID,
) -> Benefit:
    """An award that runs: its months of the year, the month it began in included, to the year's end."""
    first = granted_on.month if granted_on is not None and granted_on.year == situation.year else 1
    return Benefit(
        programme=programme,
        batch=Batch.DIBAO,
        members=members,
        persons=persons,
        amount=monthly * (13 - first),
        period=str(situation.year),
        evidence=(record_id,),
    )

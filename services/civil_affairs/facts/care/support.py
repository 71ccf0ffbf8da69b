"""Who of the household is in dibao or tekun on the day, as the two disability subsidies ask (国发〔2015〕52号)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.civil_affairs.facts.situation import Situation
from services.civil_affairs.records.dibao_cases import DIBAO_CASES
from services.civil_affairs.records.dibao_cases import IN_FORCE as IN_DIBAO
from services.civil_affairs.records.tekun_cases import IN_FORCE as IN_TEKUN
from services.civil_affairs.records.tekun_cases import TEKUN_CASES


@dataclass(frozen=True, slots=True)
class Support:
    """The department's own cases say who is in; where none was ever granted, the household's type in the roster."""

    dibao: frozenset[UUID]
    tekun: frozenset[UUID]

    @classmethod
    def of(cls, situation: Situation) -> "Support":
        everybody = [member.member_id for member in situation.members]
        kind = situation.household.household_type
        dibao = [row.content for row in situation.records.of(DIBAO_CASES) if row.content.granted_on is not None]
        tekun = [row for row in situation.held(TEKUN_CASES) if row.content.granted_on is not None]
        in_dibao: Iterable[UUID] = everybody if kind == "dibao" and not dibao else ()
        for case in dibao:
            if case.stage in IN_DIBAO:
                in_dibao = [*in_dibao, *(everybody if case.person_id is None else [case.person_id])]
        in_tekun: Iterable[UUID] = everybody if kind == "tekun" and not tekun else ()
        return cls(
            dibao=frozenset(in_dibao),
            tekun=frozenset((*in_tekun, *(row.member_id for row in tekun if row.content.stage in IN_TEKUN))),
        )

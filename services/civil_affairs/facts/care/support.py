"""Who of the household is in dibao or tekun on the day, as the two disability subsidies ask (国发〔2015〕52号)."""

from dataclasses import dataclass
from uuid import UUID

from services.civil_affairs.facts.awards import Assistance
from services.civil_affairs.facts.situation import Situation


@dataclass(frozen=True, slots=True)
class Support:
    """The department's own cases say who is in; where none was ever granted, the household's type in the roster."""

    dibao: frozenset[UUID]
    tekun: frozenset[UUID]

    @classmethod
    def of(cls, situation: Situation) -> "Support":
        held, kind = Assistance.of(situation), situation.household.household_type
        everybody = frozenset(situation.present)
        dibao = frozenset[UUID]().union(*held.awarded.values())
        tekun = frozenset(row.member_id for row in held.in_tekun)
        if kind == "dibao" and all(row.content.granted_on is None for row in held.dibao):
            dibao = everybody
        if kind == "tekun" and all(row.content.granted_on is None for row in held.tekun):
            tekun = everybody
        return cls(dibao=dibao, tekun=tekun)

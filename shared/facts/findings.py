"""What a department's rules find of a household, with the days on which it begins and ends.

Found for the time to come too: so the first day on which one of the findings turns is the day until which the facts
are valid.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from shared.codes import code_list
from shared.facts.models import GuaranteeState, Reason, Severity, Signal


class Finding(Protocol):
    """Something found: `turns` are the days on which it begins or ends."""

    @property
    def turns(self) -> tuple[date, ...]: ...


def first_turn(findings: Iterable[Finding], *, after: date) -> date | None:
    """The first day after `after` on which one of the findings begins or ends; None: nothing will turn."""
    return min((day for finding in findings for day in finding.turns if day > after), default=None)


def worst(states: Iterable[GuaranteeState]) -> GuaranteeState:
    """A certain gap outweighs what is not known, and that outweighs the rest; nothing found is met."""
    found = set(states)
    for state in (GuaranteeState.UNMET, GuaranteeState.UNKNOWN):
        if state in found:
            return state
    return GuaranteeState.MET


@dataclass(frozen=True, slots=True)
class Notice:
    """A signal with the days on which it opens and closes (`until` is the first day without it; None: stays open)."""

    code: str
    members: tuple[UUID, ...]
    since: date
    params: dict[str, str]
    evidence: tuple[UUID, ...] = ()
    until: date | None = None
    turns: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "turns", (self.since,) if self.until is None else (self.since, self.until))

    def is_open(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)

    def signal(self, signals: str) -> Signal:
        """As a signal of the code list named, which says how severe it is (attribute `severity`)."""
        return Signal(
            code=self.code,
            severity=Severity(code_list(signals)[self.code].attributes["severity"]),
            since=self.since,
            members=self.members,
            evidence=self.evidence,
            params=self.params,
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a guarantee is not met from a day on, for one member (None: for the household).

    `before` is the reason that holds until then, where the matter is not yet known; None where nothing is amiss yet.
    """

    member_id: UUID | None
    code: str
    since: date
    params: dict[str, str]
    evidence: tuple[UUID, ...] = ()
    before: str | None = None
    turns: tuple[date, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "turns", (self.since,))

    def state(self, on: date) -> GuaranteeState:
        if self.since <= on:
            return GuaranteeState.UNMET
        return GuaranteeState.MET if self.before is None else GuaranteeState.UNKNOWN

    def reason(self, on: date) -> Reason:
        code = self.code if self.since <= on or self.before is None else self.before
        return Reason(code=code, member_id=self.member_id, params=self.params)

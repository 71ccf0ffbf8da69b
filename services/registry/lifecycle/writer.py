"""Changing where households stand, dated, with who decided and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry import bulk
from services.registry.author import Author
from services.registry.history.recorder import Change
from services.registry.households.repository import Aggregate
from services.registry.households.tables import household
from services.registry.lifecycle.tables import household_state
from services.registry.lifecycle.transitions import may_follow
from services.registry.problems import InvalidForm, TransitionRefused
from shared.database import Connection, uuid7
from shared.roster.models import HouseholdState
from shared.service import FieldError

_END_CURRENT = """
UPDATE household_state s SET until = given.since
FROM unnest($1::uuid[], $2::date[]) AS given(household_id, since)
WHERE s.household_id = given.household_id AND s.until IS NULL
"""


@dataclass(frozen=True, slots=True)
class NewState:
    household_id: UUID
    before: HouseholdState
    after: HouseholdState
    since: date
    reason: str
    decided_by: str

    def change(self) -> Change:
        return Change(
            household_id=self.household_id,
            action="state",
            before={"state": self.before},
            after={
                "state": self.after,
                "state_since": self.since,
                "reason": self.reason,
                "decided_by": self.decided_by,
            },
        )


def decide(
    current: Aggregate,
    past: Collection[HouseholdState],
    after: HouseholdState,
    *,
    since: date,
    today: date,
    reason: str,
    decided_by: str,
) -> NewState:
    """The new state of a household, if it may follow the present one; `past` are all it has been in.

    Raises TransitionRefused (the order of states is data), InvalidForm for a day ahead or before the present state.
    """
    before = HouseholdState(current.household["state"])
    allowed = may_follow(before, past)
    if after not in allowed:
        params = {"before": before.value, "after": after.value, "allowed": ", ".join(sorted(allowed))}
        raise TransitionRefused(params=params)
    if since > today:
        raise InvalidForm(errors=[FieldError("/since", "date_ahead")])
    if since < current.household["state_since"]:
        raise InvalidForm(
            errors=[FieldError("/since", "before_present_state", {"since": current.household["state_since"]})]
        )
    return NewState(current.household_id, before, after, since, reason, decided_by)


async def store_states(conn: Connection, states: Sequence[NewState], *, author: Author) -> None:
    """End the present states and begin the new ones. The households are locked by the caller."""
    if not states:
        return
    await conn.execute(_END_CURRENT, [one.household_id for one in states], [one.since for one in states])
    await bulk.insert(
        conn,
        household_state,
        [
            {
                "household_state_id": uuid7(),
                "household_id": one.household_id,
                "state": one.after,
                "since": one.since,
                "reason": one.reason,
                "decided_by": one.decided_by,
                **author.columns(),
            }
            for one in states
        ],
    )
    await bulk.update(
        conn,
        household,
        [{"household_id": one.household_id, "state": one.after, "state_since": one.since} for one in states],
        key="household_id",
    )

"""However snapshots arrive (doubled, shuffled, in batches of any size, lost and sent again), the status is the same."""

import random
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.facts.models import FactsSnapshot, GuaranteeItem, GuaranteeState, Severity
from shared.roster.models import HouseholdState, RosterHousehold
from tests.services.registry.status.district import District
from tests.unit.status import build

DEPARTMENTS = ("civil_affairs", "health", "housing")


def history(home: RosterHousehold, seed: int) -> list[FactsSnapshot]:
    """Five versions of what each of three departments said of the household."""
    choice = random.Random(seed)  # noqa: S311 - test data
    return [
        build.snapshot(
            home,
            department,
            version=version,
            guarantees=[
                build.word(item, choice.choice(list(GuaranteeState))) for item in choice.sample(list(GuaranteeItem), 3)
            ],
            signals=[build.signal(f"s{choice.randint(0, 5)}", choice.choice(list(Severity)))],
            valid_until=choice.choice([None, date(2020, 1, 1), date(2021, 1, 1)]),
        )
        for department in DEPARTMENTS
        for version in range(1, 6)
    ]


@pytest.mark.req("SYS01")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), order=st.randoms(use_true_random=False), size=st.integers(1, 20))
async def test_any_arrival_gives_the_same_bytes(district: District, seed: int, order: random.Random, size: int) -> None:
    roster = [build.household(code=f"plain-{seed}-copy{copy}", state=HouseholdState.EXITED) for copy in range(2)]
    plain, messy = (one.model_copy(update={"members": roster[0].members[:0]}) for one in roster)
    await district.settle(plain)
    for snapshot in history(plain, seed):
        await district.say(snapshot)

    sent = history(messy, seed)
    arrivals = [*sent, *order.sample(sent, 5)]
    order.shuffle(arrivals)
    lost = arrivals[: order.randint(0, 8)]
    arrivals = arrivals[len(lost) :] + lost  # lost at first, republished at the end
    middle = order.randint(0, len(arrivals))  # the household itself may appear at any moment
    for start in range(0, middle, size):
        await district.say(*arrivals[start : min(start + size, middle)])
    await district.settle(messy)
    for start in range(middle, len(arrivals), size):
        await district.say(*arrivals[start : start + size])

    bodies = await district.bodies([plain.household_id, messy.household_id])
    same = bodies[plain.household_id][0].replace(str(plain.household_id), str(messy.household_id))
    assert same.replace(plain.code, messy.code) == bodies[messy.household_id][0]

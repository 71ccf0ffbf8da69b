"""`valid_until`: the same records say the same on each day before it."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.housing.records.house_checks import HOUSE_CHECKS
from services.housing.records.relocations import RELOCATIONS
from shared.roster.models import HouseholdState
from shared.testing.pure import changes_unannounced
from tests.unit.housing.factories import (
    Stored,
    accepted,
    appraisal,
    dwelling,
    household,
    payment,
    policy,
    renovation,
    row,
    say,
)

DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
STATES = st.sampled_from([HouseholdState.REGISTERED, HouseholdState.EXITED, HouseholdState.CANDIDATE])
POLICIES = st.sampled_from(
    [
        policy(),
        policy(appraisal_valid_months=5, check_interval_months=3, subsidy_pay_days=0, subsidy_alert_months=2),
        policy(rectification_days=400, renovation_repeat_years=1, subsidy_advance_share="0.5", year=2020),
    ]
)
NUMBERS = st.integers(1, 2)
GRADES = st.sampled_from("ABCD")


@st.composite
def record_on(draw: st.DrawFn, on: date) -> Stored:  # noqa: PLR0911 - one return a kind of record
    """Any record that turns facts with time, of days up to `on`."""
    days = sorted(on - timedelta(days=n) for n in draw(st.lists(st.integers(0, 1500), min_size=4, max_size=4)))
    first, second, third, last = (one.isoformat() for one in days)
    match draw(st.integers(0, 7)):
        case 0:
            valid_to = draw(st.none() | st.just((on + timedelta(days=draw(st.integers(0, 400)))).isoformat()))
            return appraisal(draw(GRADES), last, dwelling_number=draw(NUMBERS), valid_to=valid_to)
        case 1:
            left_on = draw(st.sampled_from([None, None, last]))
            return dwelling(draw(NUMBERS), first, lived_in=draw(st.booleans()), left_on=left_on)
        case 2:
            due_on = draw(st.none() | st.just((on + timedelta(days=draw(st.integers(-30, 300)))).isoformat()))
            return renovation("applied", applied_on=first, due_on=due_on, dwelling_number=draw(NUMBERS))
        case 3:
            mode = draw(st.sampled_from(["rebuild", "purchase"]))
            file = {"applied_on": first, "identified_on": first, "approved_on": second, "started_on": second}
            granted = draw(st.sampled_from(["28000", "30000"]))
            return accepted(third, **file, mode=mode, granted=granted, dwelling_number=draw(NUMBERS))
        case 4:
            paid_on = draw(st.sampled_from([None, last]))
            return payment(draw(st.sampled_from(["28000", "9000"])), paid_on, allotted_on=third, payment_number=first)
        case 5:
            moved = {"delivered_on": draw(st.sampled_from([None, second])), "moved_in_on": third}
            return row(
                RELOCATIONS, agreement_number="B", agreed_on=first, mode="single", resettlement="central", **moved
            )
        case _:
            problems = draw(st.sampled_from([[], ["poor_sanitation"], ["no_dwelling"]]))
            rectified_on = draw(st.sampled_from([None, last])) if problems else None
            return row(HOUSE_CHECKS, checked_on=third, problems=problems, rectified_on=rectified_on)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), on=DAYS, state=STATES, under=POLICIES)
def test_nothing_changes_before_it(data: st.DataObject, on: date, state: HouseholdState, under) -> None:
    rows = data.draw(st.lists(record_on(on), max_size=6))
    home = household(state=state, state_since=date(2018, 3, 1))
    assert changes_unannounced(lambda day: say(*rows, home=home, under=under, on=day), on) is None

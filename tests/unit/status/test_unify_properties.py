"""What holds for every household and every combination of facts."""

import itertools
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.registry.status.models import HouseholdStatus
from services.registry.status.unify import unify
from shared.facts.models import (
    Batch,
    Benefit,
    Facts,
    FactsSnapshot,
    Guarantee,
    GuaranteeItem,
    GuaranteeState,
    Reason,
    Severity,
    Signal,
    Standing,
    StandingKind,
)
from shared.roster.models import HouseholdState, RosterHousehold, RosterIncome, RosterMember, Sex
from tests.unit.status import build

PEOPLE = [build.member(f"测试{index}", relation="child").member_id for index in range(4)]
texts = st.text(max_size=8)
people = st.lists(st.sampled_from(PEOPLE), max_size=3).map(tuple)
params = st.dictionaries(texts, texts, max_size=2)
amounts = st.decimals(allow_nan=False, allow_infinity=False)
days = st.dates()
moments = st.datetimes(timezones=st.none() | st.just(UTC))

guarantees = st.builds(
    Guarantee,
    item=st.sampled_from(GuaranteeItem),
    state=st.sampled_from(GuaranteeState),
    reasons=st.lists(
        st.builds(Reason, code=texts, member_id=st.none() | st.sampled_from(PEOPLE), params=params), max_size=2
    ).map(tuple),
    evidence=people,
)
benefits = st.builds(
    Benefit, programme=texts, batch=st.sampled_from(Batch), members=people, amount=st.none() | amounts, period=texts
)
signals = st.builds(
    Signal, code=texts, severity=st.sampled_from(Severity), since=days, members=people, evidence=people, params=params
)
standings = st.builds(
    Standing,
    kind=st.sampled_from(StandingKind),
    members=people,
    since=st.none() | days,
    amount=st.none() | amounts,
    evidence=people,
    params=params,
)
codes = st.sampled_from(["helper", "last_visit", "plan", "paid_this_year", "self_paid_cost"])
facts = st.builds(
    Facts,
    as_of=st.none() | moments,
    valid_until=st.none() | days,
    guarantees=st.lists(guarantees, max_size=4).map(tuple),
    benefits=st.lists(benefits, max_size=2).map(tuple),
    standings=st.lists(standings, max_size=4).map(tuple),
    signals=st.lists(signals, max_size=3).map(tuple),
    figures=st.dictionaries(codes, amounts, max_size=3),
)
members = st.builds(
    RosterMember,
    member_id=st.sampled_from(PEOPLE),
    name=texts,
    id_hash=st.none(),
    sex=st.sampled_from(Sex),
    birth_date=st.none() | days,
    relation=texts,
)
households = st.builds(
    RosterHousehold,
    household_id=st.uuids(),
    version=st.integers(0, 2**62),
    code=texts,
    division=st.sampled_from([build.MINGSHAN_VILLAGE, "420115010201", "", "x", "000000000000"]),
    state=st.sampled_from(HouseholdState),
    state_since=st.none() | days,
    household_type=st.sampled_from(["general", "dibao", "tekun"]) | texts,
    members=st.lists(members, max_size=3).map(tuple),
    income=st.none()
    | st.builds(
        RosterIncome,
        year=st.sampled_from([0, 2018, 2020, 99999, -5]),
        concept=st.sampled_from(["net", "disposable"]) | texts,
        per_capita=amounts,
        dibao=st.none() | amounts,
    ),
)
DEPARTMENTS = ["civil_affairs", "health", "village", "另一个"]


@st.composite
def inputs(draw: st.DrawFn) -> tuple[RosterHousehold, dict[str, FactsSnapshot]]:
    home = draw(households)
    said = draw(st.dictionaries(st.sampled_from(DEPARTMENTS), facts, max_size=3))
    snapshots = {
        department: FactsSnapshot(
            household_id=home.household_id, department=department, version=draw(st.integers(0, 2**62)), facts=one
        )
        for department, one in said.items()
    }
    return home, snapshots


def status_of(home: RosterHousehold, said: Mapping[str, FactsSnapshot], on: date) -> HouseholdStatus:
    return unify(home, said, build.policy(), on)


@settings(max_examples=150, deadline=None)
@given(inputs(), days)
def test_total_and_readable_again(case: tuple[RosterHousehold, dict[str, FactsSnapshot]], on: date) -> None:
    status = status_of(*case, on)
    assert HouseholdStatus.model_validate_json(status.to_json()).to_json() == status.to_json()


@settings(max_examples=150, deadline=None)
@given(inputs(), days)
def test_met_only_by_a_fresh_word_and_never_against_an_unmet_one(
    case: tuple[RosterHousehold, dict[str, FactsSnapshot]], on: date
) -> None:
    home, said = case
    for part in status_of(home, said, on).guarantees:
        words = {
            word.state
            for one in said.values()
            if one.facts.valid_until is None or one.facts.valid_until > on
            for word in one.facts.guarantees
            if word.item is part.item
        }
        if part.state is GuaranteeState.MET:
            assert GuaranteeState.MET in words
            assert GuaranteeState.UNMET not in words
        if GuaranteeState.UNMET in words:
            assert part.state is GuaranteeState.UNMET


@settings(max_examples=100, deadline=None)
@given(inputs(), days)
def test_order_does_not_matter(case: tuple[RosterHousehold, dict[str, FactsSnapshot]], on: date) -> None:
    home, said = case
    bodies = {status_of(home, dict(order), on).to_json() for order in itertools.permutations(said.items())}
    assert len(bodies) == 1


@settings(max_examples=200, deadline=None)
@given(inputs(), st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 1, 1)), st.integers(1, 4000))
def test_valid_until_is_the_first_day_of_another_status(
    case: tuple[RosterHousehold, dict[str, FactsSnapshot]], on: date, later: int
) -> None:
    home, said = case
    status = status_of(home, said, on)
    last = status.valid_until - timedelta(days=1) if status.valid_until else date.max
    assert status_of(home, said, min(on + timedelta(days=later), last)).to_json() == status.to_json()
    if status.valid_until is not None and said:
        assert status_of(home, said, status.valid_until).to_json() != status.to_json()


@settings(max_examples=100, deadline=None)
@given(inputs())
def test_state_and_benefits_are_separate_facts(case: tuple[RosterHousehold, dict[str, FactsSnapshot]]) -> None:
    home, said = case
    everywhere = {
        status_of(home.model_copy(update={"state": state}), said, build.TODAY).model_dump_json(include={"benefits"})
        for state in HouseholdState
    }
    assert len(everywhere) == 1


def test_a_moment_is_any_moment() -> None:
    home = build.household()
    for moment in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        said = build.snapshot(home, figures={"x": Decimal("1E+999999")}, as_of=moment)
        assert status_of(home, {"health": said}, build.TODAY).to_json()

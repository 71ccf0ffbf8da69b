"""Whatever the records, facts are said, and they hold until the day that they name (D22, Y56)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.civil_affairs.records.deaths import DEATHS
from services.civil_affairs.records.disabled_persons import DISABLED_PERSONS
from services.civil_affairs.records.edge_households import EDGE_HOUSEHOLDS
from services.civil_affairs.records.focus_persons import FOCUS_PERSONS
from services.civil_affairs.records.relief_cases import RELIEF_CASES
from shared.roster.models import RosterMember
from shared.testing.pure import Stored, household, member, row
from tests.unit.civil_affairs.build import case, dibao, said, tekun

DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
PEOPLE = (member(born=date(1960, 6, 15)), member(born=date(2002, 8, 1)), member(born=None), member())
GONE = member()


@st.composite
def records(draw: st.DrawFn) -> Stored:  # noqa: PLR0911 - one return a kind of record
    """Any one record, about a member, one who left, or the household."""
    who: RosterMember = draw(st.sampled_from((*PEOPLE, GONE)))
    day, later = sorted((draw(DAYS), draw(DAYS)))
    due = draw(st.none() | DAYS)
    stage = draw(st.sampled_from(("applied", "posted", "in_force", "phasing_out", "stopped", "refused")))
    closed = day if stage in ("stopped", "refused") else None
    kernel: dict[str, object] = {"stage": stage, "due_on": due, "closed_on": closed}
    match draw(st.integers(0, 6)):
        case 0:
            single = draw(st.booleans())
            person = who.member_id if single else None
            scope = "single_person" if single else "household"
            groups = ["elderly"] * draw(st.integers(0, 2))
            persons = 1 if single else draw(st.integers(1, 6))
            named = [] if single else draw(st.lists(st.sampled_from((*PEOPLE, GONE)), max_size=persons, unique=True))
            members = [one.member_id for one in named]
            fields = {"scope": scope, "person_id": person, "focus_groups": groups, "persons": persons}
            return dibao(**kernel, **fields, members=members, granted_on=draw(st.none() | st.just(day)))
        case 1:
            return tekun(who, **kernel, granted_on=day)
        case 2:
            event = {"event": "fire", "event_on": day, "persons": 1, "helped_on": draw(st.none() | st.just(later))}
            return row(RELIEF_CASES, None, **case(**{**kernel, **event, "stage": "helped"}))
        case 3:
            ended = {"ended_on": later, "end_reason": "income_above"} if draw(st.booleans()) else {}
            return row(EDGE_HOUSEHOLDS, None, recognised_on=day, per_capita_income="7000", **ended)
        case 4:
            return row(DEATHS, who, died_on=day, registered_on=later)
        case 5:
            until = draw(st.none() | st.just(later))
            return row(FOCUS_PERSONS, who, focus_group="lost_only_child", since=day, until=until)
        case _:
            return row(
                DISABLED_PERSONS,
                who,
                surveyed_on=day,
                disability_type="4",
                disability_grade=draw(st.sampled_from("1234")),
                issued_on=date(draw(st.integers(2009, 2015)), 3, 1),
                self_care=draw(st.sampled_from((None, "able", "partly", "unable"))),
                depends_on_family=draw(st.booleans()),
            )


@pytest.mark.req("D22", "Y56")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(records(), min_size=1, max_size=6), DAYS)
def test_the_same_until_the_day_named_and_another_on_it(rows: list[Stored], on: date) -> None:
    home = household(*PEOPLE)
    facts = said(home, *rows, on=on)
    assert facts.valid_until is not None
    assert facts.valid_until > on
    last = facts.valid_until - timedelta(days=1)
    # A day within the same year, so that the policy is the same: nothing may have turned before the day named.
    assert said(home, *rows, on=last) == facts

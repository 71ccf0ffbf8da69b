"""`valid_until` is the first day on which the same records give other facts: checked against each day that follows."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.education.facts import facts
from services.education.terms import AUTUMN, SPRING, CompulsoryAge, Term, term_of, term_on
from shared.facts.models import Facts
from shared.roster.models import HouseholdState, RosterMember
from tests.unit.education.factories import (
    SHIPPED,
    VILLAGE,
    Record,
    award,
    case,
    child,
    enrolled,
    household,
    member,
    policy,
    records,
)

DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
AHEAD = 800
POLICIES = st.sampled_from(
    [SHIPPED, policy(registration_days=0, aid_application_days=10, autumn_term_start="08-25", dropout_visit_days=90)]
)


@st.composite
def record_of(draw: st.DrawFn, of: RosterMember) -> Record:
    """Any record that turns facts with time."""
    day = draw(st.dates(date(2019, 3, 1), date(2021, 6, 1)))
    iso = day.isoformat()
    term, _ = term_on(SHIPPED.at(area=VILLAGE, year=day.year), day)
    when = {"year": term.year, "term": term.name}
    match draw(st.integers(0, 2)):
        case 0:
            stage, grade = draw(
                st.sampled_from([("preschool", 3), ("primary", 2), ("junior", 9), ("undergraduate", 1)])
            )
            status = draw(
                st.sampled_from(["in_school", "home_teaching", "dropped_out", "transferred_out", "graduated"])
            )
            left = {"left_on": iso} if status in ("dropped_out", "transferred_out", "graduated") else {}
            reason = {"reason": "illness"} if status in ("home_teaching", "dropped_out") else {}
            cost = {"tuition": draw(st.sampled_from([None, "6000"]))}
            school = {"school_code": draw(st.sampled_from(["X1", "X2"])), "boarding": draw(st.booleans())}
            content = {**when, "stage": stage, "grade": grade, "status": status, "registered_on": iso}
            return enrolled(of, **content, **school, **left, **reason, **cost)
        case 1:
            said: dict[str, object] = {"found_on": iso}
            end = draw(st.sampled_from(["open", "returned", "lawful"]))
            if end != "open":
                said |= {"visited_on": iso, "visitor": "王老师"}
            if end == "returned":
                said["returned_on"] = iso
            if end == "lawful":
                until = day + timedelta(days=draw(st.integers(0, 300)))
                said |= {"lawful_on": iso, "lawful_reason": "illness", "lawful_until": until.isoformat()}
            return case(of, **said)
        case _:
            paid = draw(st.booleans())
            steps = {"posted_on": iso, "paid_on": iso} if paid else {}
            number = str(draw(st.integers(1, 3)))
            return award(of, **when, applied_on=iso, award_number=number, amount="100", **steps)


@st.composite
def homes(draw: st.DrawFn):
    births = st.one_of(
        st.none(),
        st.just(date(1970, 1, 1)),
        st.dates(date(2003, 1, 1), date(2006, 12, 31)),
        st.dates(date(2012, 8, 1), date(2015, 12, 31)),
    )
    members = [child(born, work_months=9) for born in draw(st.lists(births, max_size=2))]
    state = draw(st.sampled_from([HouseholdState.REGISTERED, HouseholdState.CANDIDATE]))
    rows = draw(st.lists(st.sampled_from([*members, member()]).flatmap(record_of), max_size=5))
    return household(*members, state=state), records(*rows)


def said(one: Facts) -> Facts:
    return one.model_copy(update={"valid_until": None})


@settings(max_examples=50, deadline=None)
@given(home=homes(), on=DAYS, under=POLICIES)
def test_no_day_before_it_differs(home, on: date, under) -> None:
    roster, rows = home
    first = facts(roster, rows, under, on)
    last = first.valid_until or on + timedelta(days=AHEAD)
    days = min((last - on).days, AHEAD)
    # Each day of the first and of the last weeks, and one in five of those between.
    ahead = (n for n in range(1, days) if n < 20 or n > days - 20 or n % 5 == 0)
    assert all(said(facts(roster, rows, under, on + timedelta(days=n))) == said(first) for n in ahead)


def test_the_same_question_gets_the_same_answer() -> None:
    one = child()
    home, rows = household(one), records(enrolled(one), award(one))
    on = date(2020, 6, 1)
    assert facts(home, rows, SHIPPED, on).model_dump_json() == facts(home, rows, SHIPPED, on).model_dump_json()


class TestTerms:
    @pytest.mark.parametrize(
        ("on", "year", "name"),
        [
            (date(2020, 2, 29), 2019, AUTUMN),
            (date(2020, 3, 1), 2020, SPRING),
            (date(2020, 8, 31), 2020, SPRING),
            (date(2020, 9, 1), 2020, AUTUMN),
            (date(2020, 12, 31), 2020, AUTUMN),
            (date(2021, 1, 1), 2020, AUTUMN),
        ],
    )
    def test_each_day_lies_in_one(self, on: date, year: int, name: str) -> None:
        term, view = term_on(SHIPPED.at(area=VILLAGE, year=2015), on)
        assert (term.key, view.year) == ((year, name), year)
        assert term.start <= on < term.next_start

    def test_a_term_knows_its_days(self) -> None:
        view = SHIPPED.at(area=VILLAGE, year=2020)
        assert term_of(view, AUTUMN) == Term(2020, AUTUMN, date(2020, 9, 1), date(2021, 1, 20), date(2021, 3, 1))
        assert term_of(view, SPRING) == Term(2020, SPRING, date(2020, 3, 1), date(2020, 7, 10), date(2020, 9, 1))
        assert (term_of(view, SPRING).school_year, term_of(view, AUTUMN).school_year) == (2019, 2020)

    def test_entry_and_end_of_the_duty(self) -> None:
        age = CompulsoryAge(first=6, last=15, cutoff=(8, 31))
        assert [age.entry_year(date(2014, 8, day)) for day in (30, 31)] == [2020, 2020]
        assert age.entry_year(date(2014, 9, 1)) == 2021
        assert age.ends_on(date(2014, 9, 1)) == date(2030, 9, 1)

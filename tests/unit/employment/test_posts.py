"""Public-welfare posts: three years and not a day more, but for who is close to retirement (Y33)."""

from datetime import date, timedelta

import pytest

from services.employment.records import PUBLIC_WELFARE_POSTS
from services.employment.records.rules import months_served
from shared.roster.models import RosterMember, Sex
from tests.unit.employment.factories import faults, household, member, policy


class TestPublicWelfarePost:
    POST = {"kind": "patrol", "payer": "township", "started_on": "2020-03-01", "monthly_subsidy": "500"}  # noqa: RUF012

    @pytest.mark.req("Y33")
    def test_three_years_and_not_a_day_more(self) -> None:
        one = member()
        assert faults(PUBLIC_WELFARE_POSTS, of=one, **self.POST, contract_until="2023-02-28") == []
        assert faults(PUBLIC_WELFARE_POSTS, of=one, **self.POST, contract_until="2023-03-01") == [
            ("/contract_until", "post_beyond_limit")
        ]
        longer = policy(post_limit_years=5)
        home = household(one)
        kept = faults(PUBLIC_WELFARE_POSTS, of=one, at=home, under=longer, **self.POST, contract_until="2025-02-28")
        assert kept == []

    @pytest.mark.req("Y33")
    @pytest.mark.parametrize(
        ("sex", "born", "until", "kept"),
        [
            (Sex.MALE, date(1965, 2, 28), "2025-02-27", True),
            (Sex.MALE, date(1965, 2, 28), "2025-02-28", False),
            (Sex.MALE, date(1965, 3, 1), "2023-03-01", False),
            (Sex.FEMALE, date(1974, 6, 1), "2024-05-31", True),
            (Sex.UNKNOWN, date(1965, 2, 28), "2025-02-27", False),
            (Sex.MALE, date(1950, 1, 1), "2023-02-28", True),
            (Sex.MALE, date(1950, 1, 1), "2023-03-01", False),
        ],
    )
    def test_close_to_retirement_it_may_last_until_then(self, sex: Sex, born: date, until: str, kept: bool) -> None:
        found = faults(PUBLIC_WELFARE_POSTS, of=member(sex=sex, born=born), **self.POST, contract_until=until)
        assert (found == []) is kept

    @pytest.mark.req("Y33")
    @pytest.mark.parametrize("one", [member(sex=Sex.MALE, born=None), None])
    def test_whose_age_is_not_known_is_not_close_to_retirement(self, one: RosterMember | None) -> None:
        found = faults(PUBLIC_WELFARE_POSTS, of=one, **self.POST, contract_until="2023-03-01")
        assert found == ([] if one is None else [("/contract_until", "post_beyond_limit")])

    @pytest.mark.req("Y33")
    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ("2020-02-29", "2023-02-28"),
            ("2020-03-01", "2023-02-28"),
            ("2020-02-28", "2023-02-27"),
            ("2019-03-01", "2022-02-28"),
            ("2017-03-01", "2020-02-29"),
            ("2020-01-31", "2023-01-30"),
        ],
    )
    def test_the_first_day_is_one_of_the_three_years(self, first: str, last: str) -> None:
        held = {**self.POST, "started_on": first}
        assert faults(PUBLIC_WELFARE_POSTS, of=member(), **held, contract_until=last) == []
        over = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
        assert faults(PUBLIC_WELFARE_POSTS, of=member(), **held, contract_until=over) == [
            ("/contract_until", "post_beyond_limit")
        ]

    def test_months_served_end_where_the_month_does(self) -> None:
        assert months_served(date(2020, 1, 31), 1) == date(2020, 3, 1)
        assert months_served(date(2020, 1, 30), 13) == date(2021, 3, 1)
        assert months_served(date(2020, 1, 28), 13) == date(2021, 2, 28)
        assert months_served(date(2020, 3, 31), -1) == date(2020, 3, 1)

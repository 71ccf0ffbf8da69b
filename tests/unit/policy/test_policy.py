"""Inheritance in area and year, overrides, and what an answer rests on."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity import NATION, InvalidDivision
from shared.policy import (
    NATIONAL,
    Defaults,
    InvalidParameter,
    Policy,
    PolicyOverride,
    PolicySnapshot,
    UnknownParameter,
    load_defaults,
    registered_defaults,
)

VILLAGE = "210504011201"
LINE = "income.poverty_line"


@pytest.fixture(scope="module")
def shipped() -> Defaults:
    return registered_defaults()


def snapshot(*overrides: PolicyOverride, version: int = 1) -> PolicySnapshot:
    return PolicySnapshot(version=version, overrides=overrides)


def line(area: str, year: int, value: object, concept: str = "net") -> PolicyOverride:
    return PolicyOverride.model_validate({"key": LINE, "area": area, "year": year, "value": value, "concept": concept})


class TestShippedLines:
    @pytest.mark.req("M42")
    def test_mingshan_line_of_2018_is_3247_net(self, shipped: Defaults) -> None:
        view = Policy(shipped).at(area=VILLAGE, year=2018)
        assert view.number(LINE) == 3247
        (used,) = view.used
        assert (used.area, used.year, used.value, used.concept) == ("210504000000", 2018, "3247", "net")

    @pytest.mark.req("M42", "Y06")
    def test_elsewhere_the_national_line_holds(self, shipped: Defaults) -> None:
        for area in (NATION, "420115010201", "210403000000"):
            view = Policy(shipped).at(area=area, year=2018)
            assert view.number(LINE) == 2995
            assert view.concept(LINE) == "net"

    @pytest.mark.req("M42")
    def test_before_its_own_line_a_place_has_the_nation_s(self, shipped: Defaults) -> None:
        view = Policy(shipped).at(area=VILLAGE, year=2017)
        assert view.number(LINE) == 2952
        assert view.used[0].area == NATION

    def test_every_national_year(self, shipped: Defaults) -> None:
        policy = Policy(shipped)
        lines = [int(policy.at(area=NATION, year=year).number(LINE)) for year in range(2010, 2021)]
        assert lines == [2300, 2536, 2625, 2736, 2800, 2855, 2952, 2952, 2995, 3218, 4000]

    def test_monitoring_line_is_of_disposable_income(self, shipped: Defaults) -> None:
        view = Policy(shipped).at(area=NATION, year=2026)
        assert view.number("income.monitoring_line") == 6000
        assert view.concept("income.monitoring_line") == "disposable"

    def test_nothing_is_guessed(self, shipped: Defaults) -> None:
        policy = Policy(shipped)
        with pytest.raises(UnknownParameter, match=r"income\.poverty_line.*2009"):
            policy.at(area=VILLAGE, year=2009).number(LINE)
        with pytest.raises(UnknownParameter, match="no_such_key"):
            policy.at(area=VILLAGE, year=2018).number("no_such_key")
        with pytest.raises(InvalidDivision):
            policy.at(area="2105", year=2018)

    @pytest.mark.req("M42")
    def test_concept_must_be_named_for_lines(self, shipped: Defaults) -> None:
        declaration = shipped.declarations[LINE]
        declaration.check_concept("net")
        for wrong in (None, "gross"):
            with pytest.raises(InvalidParameter, match="parameter_concept"):
                declaration.check_concept(wrong)

    def test_every_default_names_its_source(self, shipped: Defaults) -> None:
        for declaration in shipped.declarations.values():
            assert declaration.source
            assert declaration.label.zh
            assert declaration.label.en
        assert all(setting.source for setting in shipped.settings)


class TestBeforeTheFirstValue:
    """Old files are judged by the earliest value known, which is named; a line of its year is never guessed."""

    AGE = "civil_affairs.home_visitors"

    def policy(self, *overrides: PolicyOverride) -> Policy:
        return Policy(load_defaults(NATIONAL, Path("services/civil_affairs/policy")), snapshot(*overrides))

    def test_the_nation_s_earliest_holds_and_is_named_with_its_year(self) -> None:
        view = self.policy().at(area=VILLAGE, year=2003)
        assert view.has(self.AGE)
        assert view.whole(self.AGE) == 2
        (used,) = view.used
        assert (used.area, used.year, used.value) == (NATION, 2010, "2")

    def test_a_place_s_own_later_value_does_not_hold_before(self) -> None:
        own = PolicyOverride(key=self.AGE, area=VILLAGE, year=2012, value="3")
        earlier = PolicyOverride(key=self.AGE, area="210500000000", year=2004, value="4")
        policy = self.policy(own, earlier)
        assert [policy.at(area=VILLAGE, year=year).whole(self.AGE) for year in (2003, 2004, 2011, 2012)] == [2, 4, 4, 3]

    def test_what_only_places_have_set_holds_from_their_year(self) -> None:
        bare = Defaults(load_defaults(Path("services/civil_affairs/policy")).declarations, ())
        own = PolicyOverride(key=self.AGE, area=VILLAGE, year=2012, value="3")
        policy = Policy(bare, snapshot(own))
        assert not policy.at(area=VILLAGE, year=2011).has(self.AGE)
        assert policy.at(area=VILLAGE, year=2012).has(self.AGE)

    def test_a_rate_of_a_year_goes_by_what_held_in_it(self) -> None:
        held = [self.policy().at(area=VILLAGE, year=year, earliest=False).has(self.AGE) for year in (2009, 2010)]
        assert held == [False, True]
        with pytest.raises(UnknownParameter):
            self.policy().at(area=VILLAGE, year=2010, earliest=False).in_year(2009).setting(self.AGE)

    @pytest.mark.parametrize("key", ["income.poverty_line", "civil_affairs.dibao_standard"])
    def test_lines_of_a_year_are_not_guessed(self, key: str) -> None:
        assert not self.policy().at(area=VILLAGE, year=2009).has(key)
        assert self.policy().at(area=VILLAGE, year=2010).has(key)


class TestInheritance:
    @pytest.mark.req("Y06")
    def test_nearest_area_wins_over_later_year(self, shipped: Defaults) -> None:
        policy = Policy(shipped, snapshot(line("420115000000", 2016, "3100")))
        assert policy.at(area="420115010201", year=2020).number(LINE) == 3100
        assert policy.at(area="420100000000", year=2020).number(LINE) == 4000

    def test_override_replaces_the_shipped_value_of_that_year_only(self, shipped: Defaults) -> None:
        policy = Policy(shipped, snapshot(line(NATION, 2018, "2996.5", "disposable")))
        view = policy.at(area=NATION, year=2018)
        assert view.number(LINE) == Decimal("2996.5")
        assert view.concept(LINE) == "disposable"
        assert policy.at(area=NATION, year=2019).number(LINE) == 3218

    @given(
        st.dictionaries(
            st.tuples(
                st.sampled_from([NATION, "210000000000", "210500000000", "210504000000", "210504011000", VILLAGE]),
                st.integers(2000, 2030),
            ),
            st.integers(1, 99999),
            max_size=25,
        ),
        st.integers(1999, 2031),
    )
    def test_as_the_rule_says(self, values: dict[tuple[str, int], int], year: int) -> None:
        bare = Defaults(registered_defaults().declarations, ())
        overrides = [line(area, since, str(value)) for (area, since), value in values.items()]
        policy = Policy(bare, snapshot(*overrides))
        expected: int | None = None
        for area in (VILLAGE, "210504011000", "210504000000", "210500000000", "210000000000", NATION):
            years = [since for (place, since) in values if place == area and since <= year]
            if years:
                expected = values[area, max(years)]
                break
        view = policy.at(area=VILLAGE, year=year)
        assert view.has(LINE) is (expected is not None)
        if expected is not None:
            assert view.number(LINE) == expected

    def test_unknown_or_unreadable_overrides_of_others_do_no_harm(self, shipped: Defaults) -> None:
        foreign = PolicyOverride(key="another.department", area=NATION, year=2018, value="1")
        policy = Policy(shipped, snapshot(foreign, line(NATION, 2018, "not a number"), line("bad", 2018, "1")))
        assert policy.at(area=NATION, year=2018).number(LINE) == 2995

"""Dividing yearly targets: the parts add up, and each year's number is that year's alone."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.exits.apportioning import apportion
from services.registry.exits.targets import Target, targets
from services.registry.policy.catalogue import SERVICES
from shared.policy import NATIONAL, Policy, PolicyOverride, PolicySnapshot, load_defaults

POLICY = Policy(load_defaults(NATIONAL, SERVICES / "registry" / "policy"))
SHANPO, YANCHENG = "420115010000", "411103000000"


def persons(area: str, base: int) -> dict[int, Target]:
    return targets(POLICY, area, base, number="exit.persons_target", share="exit.person_share")


def villages(area: str, base: int) -> dict[int, Target]:
    return targets(POLICY, area, base, number="exit.villages_target", share="exit.village_share")


class TestPlans:
    @pytest.mark.req("H11")
    def test_persons_of_jiangxia_by_largest_remainder(self) -> None:
        assert {year: one.count for year, one in persons(SHANPO, 2469).items()} == {2016: 741, 2017: 1234, 2018: 494}

    @pytest.mark.req("H12")
    def test_villages_of_jiangxia_by_largest_remainder(self) -> None:
        assert {year: one.count for year, one in villages(SHANPO, 21).items()} == {2016: 6, 2017: 9, 2018: 6}

    @pytest.mark.req("Y11", "Y12")
    def test_numbers_that_the_plan_of_yancheng_names(self) -> None:
        assert {year: one.count for year, one in persons(YANCHENG, 9000).items()} == {2018: 680, 2019: 1000}
        assert {year: one.count for year, one in villages(YANCHENG, 12).items()} == {2018: 2}
        assert persons(YANCHENG, 9000)[2018].key == "exit.persons_target"

    @pytest.mark.req("H11")
    @pytest.mark.parametrize(("base", "count"), [(4, 1), (5, 2), (6, 2)])
    def test_shares_that_do_not_make_up_the_whole_are_rounded_half_up(self, base: int, count: int) -> None:
        share = PolicyOverride(key="exit.person_share", area="130000000000", year=2016, value="0.3")
        defaults = load_defaults(NATIONAL, SERVICES / "registry" / "policy")
        policy = Policy(defaults, PolicySnapshot(version=1, overrides=(share,)))
        found = targets(policy, "130000000000", base, number="exit.persons_target", share="exit.person_share")
        assert {year: (one.count, one.share) for year, one in found.items()} == {2016: (count, "0.3")}

    def test_a_place_below_has_no_plan_of_its_own_area(self) -> None:
        assert persons("130000000000", 50) == {}


weights = st.dictionaries(st.text(max_size=3), st.integers(0, 10**6), max_size=8)


@given(st.integers(0, 10**7), weights)
def test_parts_add_up_and_are_within_one_of_their_quota(total: int, given_weights: Mapping[str, int]) -> None:
    parts = apportion(total, given_weights)
    whole = sum(given_weights.values())
    assert set(parts) == set(given_weights)
    if not whole:
        assert set(parts.values()) <= {0}
        return
    assert sum(parts.values()) == total
    for key, part in parts.items():
        assert abs(part - Fraction(total * given_weights[key], whole)) < 1


def test_equal_remainders_go_to_the_first() -> None:
    assert apportion(1, {"a": 1, "b": 1}) == {"a": 1, "b": 0}

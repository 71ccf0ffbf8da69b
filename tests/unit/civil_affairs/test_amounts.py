"""What dibao and tekun pay (Y55, Y71, H37, H08): figures worked out by hand from a standard of 6,000 yuan a year."""

from decimal import Decimal

import pytest

from services.civil_affairs import FOLDER
from services.civil_affairs.amounts import (
    DibaoClaim,
    dibao_highest,
    dibao_monthly,
    in_dibao_by_income,
    on_the_edge,
    self_care_ability,
    tekun_monthly,
)
from shared.codes import code_list
from shared.policy import UnknownParameter
from shared.policy.defaults_file import load_defaults
from tests.unit.civil_affairs.build import view

POLICY = view(dibao_standard=6000)
DECLARED = load_defaults(FOLDER / "policy").declarations


def claim(**fields: object) -> DibaoClaim:
    base: dict[str, object] = {
        "scope": "household",
        "method": "difference",
        "dibao_class": "a",
        "persons": 2,
        "income": Decimal(2400),
    }
    return DibaoClaim(**{**base, **fields})  # type: ignore[arg-type]  # fields by name


class TestDibao:
    @pytest.mark.req("Y54")
    def test_by_difference(self) -> None:
        # (6000 - 2400) / 12 = 300 for each of two.
        assert dibao_monthly(claim(), POLICY) == Decimal("600.00")

    @pytest.mark.req("Y54")
    def test_income_at_the_standard_leaves_no_difference(self) -> None:
        assert dibao_monthly(claim(income=Decimal(6000)), POLICY) == 0
        assert dibao_monthly(claim(income=Decimal(9000)), POLICY) == 0

    def test_by_class(self) -> None:
        policy = view(dibao_standard=6000, dibao_class_amounts={"a": "400", "b": "300", "c": "200"})
        assert dibao_monthly(claim(method="class", dibao_class="b"), policy) == Decimal("600.00")

    @pytest.mark.req("Y71", "H37")
    @pytest.mark.parametrize(
        ("groups", "raised"),
        [
            (["elderly"], "100.00"),
            (["minor"], "100.00"),
            (["severely_disabled"], "150.00"),
            (["severely_ill", "righteous_courage"], "200.00"),
            (["lost_only_child", "old_revolutionary_base"], "150.00"),
        ],
    )
    def test_each_of_the_seven_groups_gets_its_share_on_top(self, groups: list[str], raised: str) -> None:
        assert dibao_monthly(claim(focus_groups=groups), POLICY) == Decimal("600.00") + Decimal(raised)

    @pytest.mark.req("Y55")
    def test_the_severely_disabled_in_need_get_the_whole_standard(self) -> None:
        assert dibao_monthly(claim(highest=1), POLICY) == Decimal("800.00")  # 500, and 300 for the other
        alone = claim(highest=1, persons=1, income=Decimal(5900), focus_groups=["severely_disabled"])
        assert dibao_monthly(alone, POLICY) == Decimal("650.00")

    @pytest.mark.req("Y55")
    def test_a_single_person_gets_the_share_that_the_place_has_set(self) -> None:
        single = claim(scope="single_person", persons=1, income=Decimal(7000))
        assert dibao_monthly(single, POLICY) == Decimal("500.00")
        assert dibao_monthly(single, view(dibao_standard=6000, dibao_single_person_share="0.8")) == Decimal("400.00")

    def test_the_highest_award_there_can_be(self) -> None:
        assert dibao_highest(2, POLICY) == Decimal("1300.00")


class TestWhoIsEntitled:
    @pytest.mark.req("Y54", "M09")
    @pytest.mark.parametrize(
        ("scope", "income", "entitled"),
        [
            ("household", "5999.99", True),
            ("household", "6000.00", False),
            ("single_person", "8999.99", True),
            ("single_person", "9000.00", False),
        ],
    )
    def test_below_the_line(self, scope: str, income: str, entitled: bool) -> None:
        assert in_dibao_by_income(scope, Decimal(income), POLICY) is entitled

    @pytest.mark.parametrize(
        ("income", "edge"), [("5999.99", False), ("6000", True), ("8999.99", True), ("9000", False)]
    )
    def test_the_edge_lies_between_one_and_one_and_a_half_standards(self, income: str, edge: bool) -> None:
        assert on_the_edge(Decimal(income), POLICY) is edge


class TestTekun:
    @pytest.mark.req("H08")
    @pytest.mark.parametrize(
        ("missing", "level"), [(0, "able"), (1, "partly"), (3, "partly"), (4, "unable"), (6, "unable")]
    )
    def test_the_care_level_by_the_six_items(self, missing: int, level: str) -> None:
        assert self_care_ability(missing, POLICY) == level

    @pytest.mark.req("H08")
    def test_basic_living_and_care(self) -> None:
        assert tekun_monthly("unable", POLICY) == (Decimal("650.00"), Decimal("600.00"))
        assert tekun_monthly("able", POLICY) == (Decimal("650.00"), Decimal("60.00"))


class TestWhatThePlaceHasSet:
    def test_what_it_has_left_out_is_not_nothing(self) -> None:
        """A class or level without an amount is a gap of the policy, and no award of nothing."""
        only_a = view(dibao_standard=6000, dibao_class_amounts={"a": "400"}, tekun_care_amounts={"able": "60"})
        assert dibao_monthly(claim(method="class"), only_a) == Decimal("800.00")
        with pytest.raises(UnknownParameter):
            dibao_monthly(claim(method="class", dibao_class="b"), only_a)
        with pytest.raises(UnknownParameter):
            tekun_monthly("unable", only_a)

    @pytest.mark.parametrize(
        ("parameter", "codes"),
        [
            ("dibao_raised_shares", "dibao_focus_group"),
            ("dibao_class_amounts", "dibao_class"),
            ("dibao_review_months", "dibao_class"),
            ("dibao_limit_days", "dibao_track"),
            ("tekun_care_amounts", "self_care_ability"),
            ("care_contact_days", "care_ward_class"),
            ("child_allowance_month", "child_care_mode"),
        ],
    )
    def test_a_table_is_set_for_the_codes_there_are(self, parameter: str, codes: str) -> None:
        declared = DECLARED[f"civil_affairs.{parameter}"]
        assert set(declared.choices) == set(code_list(codes).codes)

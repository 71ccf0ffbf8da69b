"""Inheritance in area and year, overrides, and what an answer rests on."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity import NATION, InvalidDivision
from shared.policy import (
    Defaults,
    InvalidDefaults,
    InvalidParameter,
    Policy,
    PolicyOverride,
    PolicySnapshot,
    PolicyStore,
    UnknownParameter,
    load_defaults,
    registered_defaults,
    value_document,
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

    def test_every_default_names_its_source(self, shipped: Defaults) -> None:
        for declaration in shipped.declarations.values():
            assert declaration.source
            assert declaration.label.zh
            assert declaration.label.en
        assert all(setting.source for setting in shipped.settings)


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


TYPES = """
["a.number"]
type = "number"
unit = "days"
label = {zh = "甲", en = "A"}
source = "test"
minimum = 1
maximum = 10
values = [{area = "000000000000", year = 2000, value = 7}]
["a.ratio"]
type = "ratio"
unit = "share"
label = {zh = "甲", en = "A"}
source = "test"
values = [{area = "000000000000", year = 2000, value = "0.85"}]
["a.codes"]
type = "codes"
unit = "codes"
label = {zh = "甲", en = "A"}
source = "test"
choices = ["x", "y"]
values = [{area = "000000000000", year = 2000, value = ["x", "y", "x"]}]
["a.none"]
type = "codes"
unit = "codes"
label = {zh = "甲", en = "A"}
source = "test"
values = [{area = "000000000000", year = 2000, value = []}]
["a.flag"]
type = "flag"
unit = "flag"
label = {zh = "甲", en = "A"}
source = "test"
values = [{area = "000000000000", year = 2000, value = true}]
["a.day"]
type = "day"
unit = "day"
label = {zh = "甲", en = "A"}
source = "test"
values = [{area = "000000000000", year = 2000, value = "09-30"}]
["a.text"]
type = "text"
unit = "text"
label = {zh = "甲", en = "A"}
source = "test"
values = [{area = "000000000000", year = 2000, value = "一"}]
["a.table"]
type = "table"
unit = "yuan"
label = {zh = "甲", en = "A"}
source = "test"
values = [{area = "000000000000", year = 2000, value = {primary = 1250, junior = "1500.50"}}]
"""


class TestTypes:
    @pytest.fixture
    def policy(self, tmp_path: Path) -> Policy:
        (tmp_path / "types.toml").write_text(TYPES, encoding="utf-8")
        return Policy(load_defaults(tmp_path))

    def test_each_getter(self, policy: Policy) -> None:
        view = policy.at(area=NATION, year=2001)
        assert view.whole("a.number") == 7
        assert view.number("a.ratio") == Decimal("0.85")
        assert view.codes("a.codes") == ("x", "y")
        assert view.codes("a.none") == ()
        assert view.flag("a.flag") is True
        assert view.day("a.day") == (9, 30)
        assert view.text("a.text") == "一"
        assert view.table("a.table") == {"primary": Decimal(1250), "junior": Decimal("1500.5")}
        assert {used.key: used.value for used in view.used} == {
            "a.number": "7",
            "a.ratio": "0.85",
            "a.codes": "x,y",
            "a.none": "",
            "a.flag": "true",
            "a.day": "09-30",
            "a.text": "一",
            "a.table": "primary=1250,junior=1500.5",
        }

    def test_another_type_is_a_fault_of_the_program(self, policy: Policy) -> None:
        view = policy.at(area=NATION, year=2001)
        for ask in (view.number, view.codes, view.day, view.table):
            with pytest.raises(TypeError):
                ask("a.flag")
        for key in ("a.day", "a.codes"):
            with pytest.raises(TypeError):
                (view.codes if key == "a.day" else view.day)(key)

    def test_documents_read_back(self, policy: Policy) -> None:
        for setting in policy.settings:
            declaration = policy.declarations[setting.key]
            assert declaration.parse(value_document(setting.value)) == setting.value

    @pytest.mark.parametrize(
        ("key", "value", "code"),
        [
            ("a.number", 0, "parameter_range"),
            ("a.number", "11", "parameter_range"),
            ("a.number", "7 days", "parameter_type"),
            ("a.number", True, "parameter_type"),
            ("a.number", None, "parameter_type"),
            ("a.ratio", "1.5", "parameter_type"),
            ("a.codes", ["z"], "parameter_choice"),
            ("a.codes", "x", "parameter_type"),
            ("a.codes", [1], "parameter_type"),
            ("a.flag", "true", "parameter_type"),
            ("a.flag", 1, "parameter_type"),
            ("a.day", "02-30", "parameter_type"),
            ("a.day", "2-3", "parameter_type"),
            ("a.text", "a\x00", "parameter_empty"),
            ("a.text", " ", "parameter_empty"),
            ("a.table", {}, "parameter_type"),
            ("a.table", {"primary": "x"}, "parameter_type"),
            ("a.table", [["primary", 1]], "parameter_type"),
        ],
    )
    def test_values_that_do_not_fit(self, policy: Policy, key: str, value: object, code: str) -> None:
        with pytest.raises(InvalidParameter) as caught:
            policy.declarations[key].parse(value)
        assert caught.value.code == code
        assert caught.value.key == key

    @pytest.mark.parametrize(
        ("change", "match"),
        [
            (("source = ", "sourced = "), "a.number"),
            (("value = 7", "value = 70"), "parameter_range"),
            (("year = 2000, value = 7", 'year = "x", value = 7'), "a.number"),
            (('"000000000000", year = 2000, value = 7', '"1", year = 2000, value = 7'), "division_digits"),
            (("value = 7}", 'value = 7}, {area = "000000000000", year = 2000, value = 8}'), "two values"),
        ],
    )
    def test_faulty_files_name_key_and_fault(self, tmp_path: Path, change: tuple[str, str], match: str) -> None:
        (tmp_path / "types.toml").write_text(TYPES.replace(*change, 1), encoding="utf-8")
        with pytest.raises(InvalidDefaults, match=match):
            load_defaults(tmp_path)


class TestStoreInMemory:
    def test_only_newer_snapshots_count(self, shipped: Defaults) -> None:
        store = PolicyStore(shipped)
        assert store.version == 0
        assert store.take(snapshot(line(NATION, 2018, "3000"), version=5))
        assert not store.take(snapshot(line(NATION, 2018, "3001"), version=5))
        assert not store.take(snapshot(version=4))
        assert store.current.at(area=NATION, year=2018).number(LINE) == 3000
        assert store.take(snapshot(version=6))
        assert store.current.at(area=NATION, year=2018).number(LINE) == 2995

    @pytest.mark.req("M42")
    def test_concept_must_be_named_for_lines(self, shipped: Defaults) -> None:
        declaration = shipped.declarations[LINE]
        declaration.check_concept("net")
        for wrong in (None, "gross"):
            with pytest.raises(InvalidParameter, match="parameter_concept"):
                declaration.check_concept(wrong)

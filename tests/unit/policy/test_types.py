"""Values of each type: what is read, what does not fit, faulty files."""

from decimal import Decimal
from pathlib import Path

import pytest

from shared.identity import NATION
from shared.policy import InvalidDefaults, InvalidParameter, Policy, load_defaults, value_document

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
            ("a.number", 0, "parameter_too_small"),
            ("a.number", "11", "parameter_too_large"),
            ("a.number", "7.5", "parameter_whole"),
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
            (("value = 7", "value = 70"), "parameter_too_large"),
            (("year = 2000, value = 7", 'year = "x", value = 7'), "a.number"),
            (('"000000000000", year = 2000, value = 7', '"1", year = 2000, value = 7'), "division_digits"),
            (("value = 7}", 'value = 7}, {area = "000000000000", year = 2000, value = 8}'), "two values"),
        ],
    )
    def test_faulty_files_name_key_and_fault(self, tmp_path: Path, change: tuple[str, str], match: str) -> None:
        (tmp_path / "types.toml").write_text(TYPES.replace(*change, 1), encoding="utf-8")
        with pytest.raises(InvalidDefaults, match=match):
            load_defaults(tmp_path)

    def test_no_folder_is_no_policy(self) -> None:
        with pytest.raises(TypeError):
            load_defaults()  # type: ignore[call-arg]  # that is the point

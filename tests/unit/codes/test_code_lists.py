"""The shipped code lists, the type made of them, and their one document."""

from pathlib import Path
from typing import Annotated

import orjson
import pytest
from pydantic import BaseModel, ValidationError

from shared.codes import (
    CodeOf,
    InvalidCodeList,
    UnknownCodeList,
    code_list,
    code_lists,
    code_lists_document,
    load_code_list,
    register_code_lists,
)
from shared.facts.models import Batch, GuaranteeItem, GuaranteeState, Severity
from shared.roster.models import HouseholdState, Sex


class TestShippedLists:
    @pytest.mark.parametrize("name", sorted(code_lists()))
    def test_both_labels_source_and_unique_codes(self, name: str) -> None:
        one = code_list(name)
        assert one.title.zh
        assert one.title.en
        assert one.source
        assert len(set(one.codes)) == len(one.codes)
        for item in one.items:
            assert item.label.zh.strip()
            assert item.label.en.strip()
            assert item.label.zh not in ("TODO", item.code)
        assert len({item.label.zh for item in one.items}) == len(one.items)

    @pytest.mark.parametrize(
        ("name", "size"),
        [
            ("ethnicity", 56),
            ("relation", 28),
            ("political_status", 13),
            ("natural_change", 8),
            ("cause", 13),
            ("education", 6),
            ("student_status", 25),
            ("health_status", 4),
            ("labour_skill", 5),
            ("monitoring_category", 3),
            ("risk", 11),
            ("disability_type", 7),
            ("disability_grade", 4),
            ("visit_type", 7),
            ("sex", 4),
            ("marital_status", 8),
            ("academic_degree_level", 8),
        ],
    )
    def test_complete(self, name: str, size: int) -> None:
        assert len(code_list(name).items) == size

    def test_values_of_the_standards(self) -> None:
        assert code_list("ethnicity").label("11").zh == "满族"
        assert code_list("ethnicity")["01"].label.en == "Han"
        assert code_list("kinship").label("43").zh == "外孙子"
        assert code_list("natural_change")["06"].attributes["direction"] == "in"
        assert [item.attributes["number"] for item in code_list("cause").items] == [str(one) for one in range(1, 14)]

    @pytest.mark.req("M08")
    def test_five_batches(self) -> None:
        assert set(code_list("batch").codes) == {one.value for one in Batch}

    @pytest.mark.req("Y14")
    def test_village_classes(self) -> None:
        assert code_list("village_class").codes == ("poor", "many_poor", "other")

    @pytest.mark.req("M04", "Y03", "Y04")
    def test_guarantees(self) -> None:
        assert set(code_list("guarantee_item").codes) == {one.value for one in GuaranteeItem}
        assert set(code_list("guarantee_state").codes) == {one.value for one in GuaranteeState}

    def test_lists_say_what_the_models_say(self) -> None:
        assert set(code_list("sex").codes) == {one.value for one in Sex}
        assert set(code_list("household_state").codes) == {one.value for one in HouseholdState}
        assert set(code_list("severity").codes) == {one.value for one in Severity}


class Row(BaseModel):
    relation: Annotated[str, CodeOf("relation")]


class TestCodeOf:
    def test_known_code(self) -> None:
        assert Row(relation="head").relation == "head"

    @pytest.mark.parametrize("value", ["Head", "户主", "", 1, None, ["head"], "head\x00"])
    def test_any_other_value_names_the_list(self, value: object) -> None:
        with pytest.raises(ValidationError) as caught:
            Row.model_validate({"relation": value})
        (error,) = caught.value.errors(include_input=False, include_url=False)
        assert error["type"] == "unknown_code"
        assert error["ctx"] == {"list": "relation"}

    def test_json_schema_is_an_enum(self) -> None:
        assert Row.model_json_schema()["properties"]["relation"]["enum"] == list(code_list("relation").codes)

    def test_unknown_list_is_a_fault_of_the_program(self) -> None:
        with pytest.raises(UnknownCodeList, match="no_such_list"):

            class Wrong(BaseModel):
                field: Annotated[str, CodeOf("no_such_list")]


class TestRegister:
    def test_a_service_adds_its_own(self, tmp_path: Path) -> None:
        text = 'title = {zh = "甲", en = "A"}\nsource = "here"\n[codes]\none = {zh = "一", en = "One", weight = 3}\n'
        (tmp_path / "test_register_own.toml").write_text(text, encoding="utf-8")
        register_code_lists(tmp_path)
        register_code_lists(tmp_path)
        assert code_list("test_register_own")["one"].attributes == {"weight": "3"}
        (tmp_path / "test_register_own.toml").write_text(text.replace("一", "壹"), encoding="utf-8")
        with pytest.raises(InvalidCodeList, match="test_register_own"):
            register_code_lists(tmp_path)

    @pytest.mark.parametrize(
        "text",
        [
            'source = "x"\n[codes]\na = {zh = "一", en = "One"}',
            'title = {zh = "甲", en = "A"}\n[codes]\na = {zh = "一", en = "One"}',
            'title = {zh = "甲", en = "A"}\nsource = "x"\n[codes]\na = {zh = "一"}',
            'title = {zh = "甲", en = "A"}\nsource = "x"\n[codes]\n',
            'title = {zh = "甲", en = "A"}\nsource = "x"\n[codes]\n"a b" = {zh = "一", en = "One"}',
            'title = {zh = "甲", en = "A"}\nsource = "x"\nextra = 1\n[codes]\na = {zh = "一", en = "One"}',
        ],
    )
    def test_incomplete_lists_are_refused(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "wrong.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidCodeList, match=r"wrong\.toml"):
            load_code_list(path)


class TestDocument:
    def test_holds_every_list_in_order_of_name(self) -> None:
        lists = orjson.loads(code_lists_document())["lists"]
        names = [one["name"] for one in lists]
        assert names == sorted(code_lists())
        relation = next(one for one in lists if one["name"] == "relation")
        assert relation["codes"][0] == {
            "code": "head",
            "zh": "户主",
            "en": "Head of household",
            "attributes": {"older": "01"},
        }

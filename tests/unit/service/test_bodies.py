"""Reading JSON strictly, and answering with ready bytes."""

import contextlib
import json
from decimal import Decimal
from typing import Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from shared.service import (
    FieldError,
    MalformedJson,
    Unprocessable,
    field_errors,
    json_response,
    parse_json_body,
)
from shared.service.bodies import MAX_MEMBERS
from shared.service.validation import MAX_FIELD_ERRORS, untagged


class TestParse:
    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text("abc中🙂\n") , lambda inner: st.lists(inner)
                        | st.dictionaries(st.text("ab"), inner), max_leaves=20))  # fmt: skip
    def test_what_is_written_is_read(self, value: object) -> None:
        assert parse_json_body(json.dumps(value).encode()) == value
        assert parse_json_body(json.dumps(value, ensure_ascii=False).encode()) == value

    @given(st.binary(max_size=100))
    def test_any_bytes_are_read_or_refused(self, body: bytes) -> None:
        with contextlib.suppress(MalformedJson, Unprocessable):
            parse_json_body(body)

    @pytest.mark.parametrize("body", [b"", b"\xff", b"{", b"[1,]", b"\0{}", b"[" * 100_000, b"1" * 5000])
    def test_malformed(self, body: bytes) -> None:
        with pytest.raises(MalformedJson):
            parse_json_body(body)

    def test_each_place_is_named(self) -> None:
        body = b'{"rows": [{"name": "a\\u0000", "x/y": NaN}, {"z": "\\ud83d"}, {"z": "\\ud83d\\ude00"}]}'
        with pytest.raises(Unprocessable) as refusal:
            parse_json_body(body)
        assert sorted((fault.pointer, fault.code) for fault in refusal.value.errors) == [
            ("/rows/0/name", "nul_character"),
            ("/rows/0/x~1y", "not_finite"),
            ("/rows/1/z", "lone_surrogate"),
        ]

    def test_depth(self) -> None:
        assert parse_json_body(b"[" * 32 + b"]" * 32)
        with pytest.raises(Unprocessable) as refusal:
            parse_json_body(b"[" * 33 + b"]" * 33)
        assert [fault.code for fault in refusal.value.errors] == ["too_deep"]


class Amount(BaseModel):
    amount: Decimal


class TestAnswers:
    def test_models_bytes_and_plain_data(self) -> None:
        assert json_response(Amount(amount=Decimal("1.50"))).body == b'{"amount":"1.50"}'
        assert json_response(b"[]", 201, {"ETag": '"x"'}).headers["etag"] == '"x"'
        assert json_response({"amount": Decimal("1.50")}).body == b'{"amount":"1.50"}'


class TestFieldErrors:
    def test_a_prefix_stands_before_the_pointer(self) -> None:
        with pytest.raises(ValidationError) as refusal:
            Amount.model_validate({"amount": "x"})
        assert field_errors(refusal.value, prefix="/rows/3") == [FieldError("/rows/3/amount", "decimal_parsing", {})]

    def test_parameters_never_repeat_the_input(self) -> None:
        secret = "990101199003078519"
        custom = PydanticCustomError("own_rule", "own", {"given": secret, "limit": 3})
        error = ValidationError.from_exception_data(
            "x",
            [
                {"type": custom, "loc": ("a",), "input": secret},
                {"type": "value_error", "loc": ("b",), "input": secret, "ctx": {"error": ValueError(secret)}},
                {"type": "union_tag_invalid", "loc": ("c",), "input": {}, "ctx": {
                    "discriminator": "kind", "tag": secret, "expected_tags": "'a', 'b'"}},
            ],
        )  # fmt: skip
        assert secret not in repr(field_errors(error))
        assert field_errors(error)[0].params == {"limit": 3}

    def test_what_is_allowed_is_listed_without_prose(self) -> None:
        class Choice(BaseModel):
            kind: Literal["a", "b", "c"]

        with pytest.raises(ValidationError) as refusal:
            Choice.model_validate({"kind": "x"})
        assert field_errors(refusal.value) == [FieldError("/kind", "literal_error", {"expected": "a, b, c"})]

    def test_a_kind_that_only_pydantic_names_is_no_part_of_the_place(self) -> None:
        body = {"kind": "b", "who": {"name": 1}, "many": [{"x": 1}]}
        for location, place in (
            (("b", "who", "name"), ["who", "name"]),
            (("b", "many", 0, "x"), ["many", 0, "x"]),
            (("b", "missing"), ["missing"]),
            (("who", "missing"), ["who", "missing"]),
            ((), []),
        ):
            assert list(untagged(location, body)) == place

    def test_objects_of_made_up_members_are_refused_before_they_are_judged(self) -> None:
        """A thousand rows of hundreds of unknown names would keep the process busy for seconds."""
        rows = [{f"a{number}": 1 for number in range(MAX_MEMBERS + extra)} for extra in (0, 1)]
        body = orjson.dumps({"rows": rows})
        with pytest.raises(Unprocessable) as refusal:
            parse_json_body(body)
        assert [(one.pointer, one.code) for one in refusal.value.errors] == [("/rows/1", "too_many_members")]
        assert parse_json_body(orjson.dumps({"rows": rows[:1]}))

    def test_faults_are_bounded(self) -> None:
        class Rows(BaseModel):
            rows: list[int]

        with pytest.raises(ValidationError) as refusal:
            Rows.model_validate({"rows": ["x"] * 5000})
        assert len(field_errors(refusal.value)) == MAX_FIELD_ERRORS

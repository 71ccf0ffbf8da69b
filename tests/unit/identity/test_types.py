"""The pydantic types: what goes in, what comes out in JSON, under which code a fault is reported."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.identity import (
    MESSAGES,
    BusinessDate,
    CleanText,
    DisabilityCardText,
    DivisionCode,
    IdNumberText,
    Money,
    NoteText,
    PhoneText,
    Ratio,
    ReasonText,
    SignedMoney,
)
from shared.service.messages import catalogue
from shared.testing.people import make_id_number

MONEY: TypeAdapter[Decimal] = TypeAdapter(Money)
SIGNED: TypeAdapter[Decimal] = TypeAdapter(SignedMoney)
RATIO: TypeAdapter[Decimal] = TypeAdapter(Ratio)
DAY: TypeAdapter[date] = TypeAdapter(BusinessDate)
SHORT: TypeAdapter[str] = TypeAdapter(Annotated[str, CleanText(5)])
REMARK: TypeAdapter[str] = TypeAdapter(NoteText)
REASON: TypeAdapter[str] = TypeAdapter(ReasonText)
DOCUMENT: TypeAdapter[str] = TypeAdapter(Annotated[str, CleanText(40)])
LINES: TypeAdapter[str] = TypeAdapter(Annotated[str, CleanText(50, multiline=True)])


def code(adapter: TypeAdapter[Decimal] | TypeAdapter[date] | TypeAdapter[str], value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    return caught.value.errors()[0]["type"]


class TestMoney:
    @pytest.mark.parametrize(
        ("given_value", "kept"),
        [
            ("3247", "3247.00"),
            (" 3247.5 ", "3247.50"),
            (3247, "3247.00"),
            (0.1, "0.10"),
            ("0.10000", "0.10"),
            ("-0", "0.00"),
            (-0.0, "0.00"),
            ("+7.00", "7.00"),
            ("999999999999.99", "999999999999.99"),
            (Decimal("1E+3"), "1000.00"),
        ],
    )
    def test_accepted(self, given_value: object, kept: str) -> None:
        assert MONEY.dump_json(MONEY.validate_python(given_value)) == f'"{kept}"'.encode()

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("NaN", "money_format"),
            (float("nan"), "money_format"),
            (float("inf"), "money_format"),
            ("1e3", "money_format"),
            ("１２", "money_format"),
            ("1,000", "money_format"),
            ("", "money_format"),
            (".5", "money_format"),
            (True, "money_format"),
            (None, "money_format"),
            ([], "money_format"),
            ("9" * 5000, "money_format"),
            (10**4000, "money_format"),
            (1e300, "money_format"),
            (Decimal("1e999999"), "money_format"),
            ("1\x00", "money_format"),
            ("1000000000000", "money_too_large"),
            (10**20, "money_too_large"),
            ("0.001", "money_places"),
            (0.1 + 0.2, "money_places"),
            (-0.01, "money_negative"),
        ],
    )
    def test_refused(self, value: object, expected: str) -> None:
        assert code(MONEY, value) == expected

    def test_json_number_and_json_text_are_one(self) -> None:
        assert MONEY.validate_json(b"12.5") == MONEY.validate_json(b'"12.50"') == Decimal("12.50")

    @given(st.decimals(min_value=-(10**12) + 1, max_value=10**12 - 1, places=2))
    def test_round_trip(self, amount: Decimal) -> None:
        assert SIGNED.validate_json(SIGNED.dump_json(amount)) == amount

    @given(st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.decimals(), st.binary(), st.booleans()))
    def test_no_value_breaks_it(self, value: object) -> None:
        try:
            amount = SIGNED.validate_python(value)
        except ValidationError:
            return
        assert amount.is_finite()
        assert amount == amount.quantize(Decimal("0.01"))


class TestRatio:
    @pytest.mark.parametrize(("value", "kept"), [("0.85", "0.8500"), (1, "1.0000"), (0, "0.0000"), ("1.0", "1.0000")])
    def test_accepted(self, value: object, kept: str) -> None:
        assert RATIO.dump_json(RATIO.validate_python(value)) == f'"{kept}"'.encode()

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(85, "ratio_range"), ("-0.1", "ratio_range"), ("0.00001", "ratio_places"), ("85%", "ratio_format")],
    )
    def test_refused(self, value: object, expected: str) -> None:
        assert code(RATIO, value) == expected


class TestDay:
    def test_iso_day(self) -> None:
        assert DAY.validate_json(b'"2020-02-29"') == date(2020, 2, 29)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("2019-02-29", "date_format"),
            ("20200229", "date_format"),
            ("2020-02-29T00:00:00", "date_format"),
            ("２０２０-02-29", "date_format"),
            (1582934400, "date_format"),
            (datetime(2020, 2, 29), "date_format"),  # noqa: DTZ001 - just what a day must not be
            (None, "date_format"),
            ("0000-01-01", "date_format"),
            ("1899-12-31", "date_range"),
            ("9999-12-31", "date_range"),
        ],
    )
    def test_refused(self, value: object, expected: str) -> None:
        assert code(DAY, value) == expected


class TestCleanText:
    def test_trimmed_and_composed(self) -> None:
        assert SHORT.validate_python(" e\u0301té ") == "été"

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("   ", "text_empty"),
            ("abcdef", "text_too_long"),
            ("a\x00b", "text_control_character"),
            ("a\nb", "text_control_character"),
            ("a\x9fb", "text_control_character"),
            ("a\ud800", "text_control_character"),
            (5, "string_type"),
        ],
    )
    def test_refused(self, value: object, expected: str) -> None:
        assert code(SHORT, value) == expected

    def test_lines_pass_where_allowed(self) -> None:
        assert LINES.validate_python("一\n二\t三") == "一\n二\t三"
        assert code(LINES, "a\x00b") == "text_control_character"

    @given(st.text())
    def test_what_passes_can_be_stored(self, text: str) -> None:
        try:
            kept = SHORT.validate_python(text)
        except ValidationError:
            return
        assert "\x00" not in kept
        assert kept.encode()
        assert SHORT.validate_python(kept) == kept


class Person(BaseModel):
    id_number: IdNumberText
    card: DisabilityCardText | None = None
    division: DivisionCode
    phone: PhoneText | None = None


class TestModels:
    def test_codes_and_no_values_in_context(self) -> None:
        with pytest.raises(ValidationError) as caught:
            Person.model_validate({"id_number": "110105194912310021", "card": "1", "division": "x", "phone": "1"})
        errors = caught.value.errors(include_input=False)
        assert [error["type"] for error in errors] == [
            "id_number_check_digit",
            "disability_card_length",
            "division_digits",
            "phone_number",
        ]
        assert "19491231" not in str(errors)

    def test_json_schema_of_both_directions(self) -> None:
        class Everything(BaseModel):
            money: Money
            signed: SignedMoney
            ratio: Ratio
            day: BusinessDate
            name: Annotated[str, CleanText(5)]

        for mode in ("validation", "serialization"):
            properties = Everything.model_json_schema(mode=mode)["properties"]
            assert {entry["type"] for entry in properties.values()} == {"string"}
            assert properties["name"]["maxLength"] == 5


class TestMessages:
    def codes_raised(self) -> Iterator[str]:
        import re

        for path in MESSAGES.parent.glob("*.py"):
            text = path.read_text(encoding="utf-8")
            yield from re.findall(r'(?:raise Invalid\w+\(|code=)"([a-z_]+)"', text)

    def test_every_code_has_its_texts_in_both_languages(self) -> None:
        codes = set(self.codes_raised())
        assert len(codes) > 25
        for one in codes:
            text = catalogue().find(one)
            assert text is not None, one
            assert text.detail.zh, one
            assert text.detail.en, one
            assert text.remedy.zh, one
            assert text.remedy.en, one


class TestPersonalNumbersInTexts:
    ID_NUMBER = make_id_number(date(1985, 3, 1), "male", 1)

    @pytest.mark.parametrize("free", [REMARK, REASON])
    def test_are_blanked_where_people_write_about_people(self, free: TypeAdapter[str]) -> None:
        text = f"本人{self.ID_NUMBER}，电话13900000000，卡6222021234567890123，2026年第12号"
        assert free.validate_python(text) == "本人***，电话***，卡***，2026年第12号"
        assert free.validate_python(free.validate_python(text)) == free.validate_python(text)

    @pytest.mark.parametrize("shape", ["{}", "G{}", "{}42", "证{}号", "0{}"])
    def test_an_id_number_is_refused_where_a_text_is_kept_as_it_is(self, shape: str) -> None:
        assert code(DOCUMENT, shape.format(self.ID_NUMBER.lower())) == "text_id_number"

    def test_digits_of_full_width_are_digits(self) -> None:
        wide = "".join(chr(ord(one) + 0xFEE0) for one in self.ID_NUMBER)
        assert REMARK.validate_python(f"本人{wide}。") == "本人***。"
        assert code(DOCUMENT, wide) == "text_id_number"

    @pytest.mark.parametrize(
        "number", ["2026420115010200000001", "420115198503010009", "91420115MA4KX0001X", "13900000000"]
    )
    def test_other_numbers_pass(self, number: str) -> None:
        assert DOCUMENT.validate_python(number) == number

"""Disability certificates, divisions, telephones, bank accounts."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity import (
    NATION,
    InvalidIdentifier,
    Level,
    division_chain,
    division_covers,
    division_level,
    division_prefix,
    parse_account,
    parse_disability_card,
    parse_division,
    parse_phone,
)

ID = "11010519491231002X"
FULL_WIDTH = "４２０１１５０１０２０１"
FULL_WIDTH_PHONE = "１３８００１３８０００"


def refusal(parse: Callable[[str], object], text: str) -> str:
    with pytest.raises(InvalidIdentifier) as caught:
        parse(text)
    return caught.value.code


class TestDisabilityCard:
    def test_twenty_characters(self) -> None:
        card = parse_disability_card(ID.lower() + "43")
        assert (card.id_number.text, card.type, card.grade, card.reissue) == (ID, "4", "3", None)

    def test_reissued(self) -> None:
        assert parse_disability_card(ID + "11b1").reissue == "B1"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (ID, "disability_card_length"),
            (ID + "111", "disability_card_length"),
            ("110105194912310021" + "11", "disability_card_id_number"),
            (ID + "01", "disability_card_type"),
            (ID + "81", "disability_card_type"),
            (ID + "10", "disability_card_grade"),
            (ID + "15", "disability_card_grade"),
            (ID + "11中1", "disability_card_reissue"),
        ],
    )
    def test_each_fault_has_its_code(self, text: str, code: str) -> None:
        assert refusal(parse_disability_card, text) == code


class TestDivision:
    @pytest.mark.parametrize(
        ("code", "level", "prefix"),
        [
            (NATION, Level.NATION, ""),
            ("210000000000", Level.PROVINCE, "21"),
            ("210500000000", Level.CITY, "2105"),
            ("210504000000", Level.COUNTY, "210504"),
            ("210504011000", Level.TOWNSHIP, "210504011"),
            ("210504011201", Level.VILLAGE, "210504011201"),
            ("100000000000", Level.PROVINCE, "10"),
            ("110100000000", Level.CITY, "1101"),
            ("420115010200", Level.VILLAGE, "420115010200"),
            ("420115100000", Level.TOWNSHIP, "420115100"),
        ],
    )
    def test_level_and_prefix(self, code: str, level: Level, prefix: str) -> None:
        assert parse_division(code) == code
        assert division_level(code) is level
        assert division_prefix(code) == prefix

    def test_chain_goes_from_the_village_to_the_nation(self) -> None:
        assert division_chain("420115010201") == (
            "420115010201",
            "420115010000",
            "420115000000",
            "420100000000",
            "420000000000",
            NATION,
        )
        assert division_chain(NATION) == (NATION,)

    def test_covers(self) -> None:
        assert division_covers("420115000000", "420115010201")
        assert not division_covers("420115010201", "420115000000")
        assert division_covers(NATION, "420115010201")

    @pytest.mark.parametrize("text", ["", "42011501020", "4201150102010", "42011501020x", FULL_WIDTH, "420115\x00"])
    def test_not_twelve_digits(self, text: str) -> None:
        assert refusal(parse_division, text) == "division_digits"

    @pytest.mark.parametrize("text", ["420000010000", "000000000001", "420115000201", "420015000000"])
    def test_gap(self, text: str) -> None:
        assert refusal(parse_division, text) == "division_gap"

    @given(st.from_regex(r"[0-9]{12}", fullmatch=True))
    def test_prefix_rebuilds_the_code(self, code: str) -> None:
        assert division_prefix(code).ljust(12, "0") == code


class TestPhone:
    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("13800138000", "13800138000"),
            (" +86 138-0013-8000 ", "13800138000"),
            ("010-12345678".replace("1234", "6234"), "010-62345678"),
            ("02462345678", "024-62345678"),
            ("0414-2345678", "0414-2345678"),
            ("07162345678", "0716-2345678"),
        ],
    )
    def test_accepted(self, text: str, kept: str) -> None:
        assert parse_phone(text) == kept

    @pytest.mark.parametrize(
        "text", ["", "1380013800", "23800138000", "138001380001", FULL_WIDTH_PHONE, "1380013800a", "110"]
    )
    def test_refused(self, text: str) -> None:
        assert refusal(parse_phone, text) == "phone_number"

    @given(st.text(max_size=30))
    def test_reading_twice_changes_nothing(self, text: str) -> None:
        try:
            kept = parse_phone(text)
        except InvalidIdentifier:
            return
        assert parse_phone(kept) == kept


class TestAccount:
    def test_blanks_go(self) -> None:
        assert parse_account("6228 4800 0000 0000 018") == "6228480000000000018"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("1234567", "account_length"),
            ("1" * 31, "account_length"),
            ("", "account_digits"),
            ("12345678a", "account_digits"),
        ],
    )
    def test_refused(self, text: str, code: str) -> None:
        assert refusal(parse_account, text) == code

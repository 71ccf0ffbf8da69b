"""Encryption, index and masks."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.pii import InvalidCiphertext, Vault, mask_account, mask_id_number, mask_name, mask_phone

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))
VAULT = Vault(KEY)
ID = "99010119900307856X"


class TestEncryption:
    @given(st.text())
    def test_round_trip(self, text: str) -> None:
        assert VAULT.decrypt(VAULT.encrypt(text)) == text

    def test_equal_texts_look_different(self) -> None:
        assert VAULT.encrypt(ID) != VAULT.encrypt(ID)

    @given(st.integers(0, 500), st.integers(1, 255))
    def test_any_changed_byte_is_found(self, place: int, flip: int) -> None:
        ciphertext = bytearray(VAULT.encrypt(ID))
        ciphertext[place % len(ciphertext)] ^= flip
        with pytest.raises(InvalidCiphertext):
            VAULT.decrypt(bytes(ciphertext))

    @pytest.mark.parametrize("ciphertext", [b"", b"\x01", b"\x01" * 28])
    def test_cut_short(self, ciphertext: bytes) -> None:
        with pytest.raises(InvalidCiphertext):
            VAULT.decrypt(ciphertext)

    def test_another_key_reads_nothing(self) -> None:
        with pytest.raises(InvalidCiphertext):
            Vault(OTHER).decrypt(VAULT.encrypt(ID))

    def test_rotation_reads_old_and_new_and_keeps_the_index(self) -> None:
        rotated = Vault(OTHER, key_id=2, older_keys={1: KEY}, index_key=KEY)
        assert rotated.decrypt(VAULT.encrypt(ID)) == ID
        assert rotated.encrypt(ID)[0] == 2
        assert rotated.index(ID) == VAULT.index(ID)

    @pytest.mark.parametrize("key", [b"", KEY[:31], KEY + b"x"])
    def test_wrong_key_length(self, key: bytes) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            Vault(key)

    def test_key_as_text(self) -> None:
        for text in (base64.urlsafe_b64encode(KEY).decode(), base64.urlsafe_b64encode(KEY).decode().rstrip("=")):
            assert Vault.from_text(text).decrypt(VAULT.encrypt(ID)) == ID

    def test_repr_tells_no_key(self) -> None:
        assert repr(VAULT) == "Vault(key_id=1)"


class TestIndex:
    def test_stable_short_and_blind_to_case_and_blanks(self) -> None:
        index = VAULT.index(ID)
        assert len(index) == 32
        assert set(index) <= set("0123456789abcdef")
        assert VAULT.index(f" {ID.lower()} ") == index

    def test_another_key_or_text_gives_another_index(self) -> None:
        assert Vault(OTHER).index(ID) != VAULT.index(ID)
        assert VAULT.index(ID[:-1] + "1") != VAULT.index(ID)

    def test_encryption_key_is_not_the_index_key(self) -> None:
        assert VAULT.index(ID) != Vault(OTHER, index_key=OTHER).index(ID)

    @given(st.text(), st.just("\ud800"))
    def test_total(self, text: str, surrogate: str) -> None:
        assert len(VAULT.index(text + surrogate)) == 32


class TestMasks:
    def test_as_the_rules_show(self) -> None:
        assert mask_id_number("990403198001011234") == "990403********1234"
        assert mask_phone("13812345678") == "138****5678"
        assert mask_account("6228480000000000018") == "*" * 15 + "0018"
        assert mask_name("张三丰") == "张*"

    @given(st.text(max_size=30))
    def test_short_texts_show_nothing_whole(self, text: str) -> None:
        for mask in (mask_id_number, mask_account, mask_phone):
            shown = mask(text)
            assert len(shown) in (len(text), 11)
            if text.strip("*"):
                assert shown != text
        assert mask_name("") == ""

    def test_disability_card_shows_no_birth_date(self) -> None:
        assert "19491231" not in mask_id_number(ID + "43")

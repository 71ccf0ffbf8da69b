"""Encryption and blind index of ID numbers, telephones and bank accounts."""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
INDEX_CHARACTERS = 32

_NONCE_BYTES = 12
_TAG_BYTES = 16


class InvalidCiphertext(ValueError):  # noqa: N818 - named as a state, like every refusal of this system
    """Bytes that no key of this vault has encrypted, or that were changed since."""


class Vault:
    """Encrypts with AES-256-GCM, indexes with HMAC-SHA-256; two keys derived from one by HKDF-SHA-256.

    A ciphertext is key id (1 byte), nonce (12), content and tag. To rotate, give the new key under a new `key_id` and
    the older ones in `older_keys`, and keep the index on the first key with `index_key`: an index cannot be read
    back, so it changes only when every row is written anew.
    """

    def __init__(
        self,
        key: bytes,
        *,
        key_id: int = 1,
        older_keys: Mapping[int, bytes] | None = None,
        index_key: bytes | None = None,
    ) -> None:
        """Raises `ValueError` for a key that has not 32 bytes or an id outside 1–255."""
        keys = {**(older_keys or {}), key_id: key}
        for identifier, one in keys.items():
            if len(one) != KEY_BYTES or not 1 <= identifier <= 255:
                raise ValueError("a key has 32 bytes and an id from 1 to 255")
        if index_key is not None and len(index_key) != KEY_BYTES:
            raise ValueError("the index key has 32 bytes")
        self._key_id = key_id
        self._ciphers = {identifier: AESGCM(_derive(one, b"yihu pii encryption")) for identifier, one in keys.items()}
        self._index_key = _derive(index_key or key, b"yihu pii index")

    @classmethod
    def from_text(cls, key: str) -> "Vault":
        """The vault of a key in base64url (with or without padding), as the setting `pii_key` holds it."""
        try:
            return cls(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        except binascii.Error:
            raise ValueError("the key is no base64url text") from None

    def encrypt(self, text: str) -> bytes:
        """The ciphertext of a text; another one at each call."""
        header = bytes([self._key_id])
        nonce = os.urandom(_NONCE_BYTES)
        return header + nonce + self._ciphers[self._key_id].encrypt(nonce, text.encode(), header)

    def decrypt(self, ciphertext: bytes) -> str:
        """The text again, or `InvalidCiphertext`."""
        if len(ciphertext) < 1 + _NONCE_BYTES + _TAG_BYTES:
            raise InvalidCiphertext("too short")
        header, nonce, content = ciphertext[:1], ciphertext[1 : 1 + _NONCE_BYTES], ciphertext[1 + _NONCE_BYTES :]
        cipher = self._ciphers.get(header[0])
        if cipher is None:
            raise InvalidCiphertext("unknown key id")
        try:
            return cipher.decrypt(nonce, content, header).decode()
        except InvalidTag:
            raise InvalidCiphertext("not authentic") from None

    def index(self, text: str) -> str:
        """The keyed hash by which equal texts are found: 32 hex digits (128 bits).

        The text counts without blanks around it and in upper case. This is the only form in which an ID number crosses
        between services.
        """
        normal = text.strip().upper().encode("utf-8", "surrogatepass")
        return hmac.new(self._index_key, normal, hashlib.sha256).hexdigest()[:INDEX_CHARACTERS]

    def __repr__(self) -> str:
        return f"Vault(key_id={self._key_id})"


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)

"""Secrets of principals: scrypt, in a small pool of threads, in equal time for known and unknown names."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import os
from concurrent.futures import ThreadPoolExecutor

_N, _R, _P, _BYTES = 2**14, 8, 1, 32
_MAX_MEMORY = 64 * 1024 * 1024
MAX_SECRET_BYTES = 1024


def hash_secret(secret: str) -> str:
    """`scrypt$n$r$p$salt$hash` with a fresh salt."""
    salt = os.urandom(16)
    digest = _derive(secret, salt, n=_N, r=_R, p=_P)
    return f"scrypt${_N}${_R}${_P}${_text(salt)}${_text(digest)}"


def verify_secret(secret: str, stored: str) -> bool:
    """Whether the secret gives the stored hash; False for a stored text of another form."""
    try:
        scheme, n, r, p, salt, digest = stored.split("$")
        if scheme != "scrypt":
            return False
        expected = _bytes(digest)
        return hmac.compare_digest(_derive(secret, _bytes(salt), n=int(n), r=int(r), p=int(p)), expected)
    except (ValueError, binascii.Error):
        return False


class SecretChecker:
    """Checks secrets off the event loop, `threads` at a time; nothing about a secret is kept in memory."""

    def __init__(self, *, threads: int, queue_limit: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="secret")
        self._queue_limit = queue_limit
        self._under_way = 0
        # An unknown name is checked against this hash, so that it takes as long as a known one.
        self._nobody = hash_secret(_text(os.urandom(32)))

    @property
    def is_full(self) -> bool:
        return self._under_way >= self._queue_limit

    async def check(self, secret: str, stored: str | None) -> bool:
        """Whether `secret` belongs to `stored`; takes the same time when `stored` is None."""
        self._under_way += 1
        try:
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._pool, verify_secret, secret, stored or self._nobody)
        finally:
            self._under_way -= 1
        return right and stored is not None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _derive(secret: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    data = secret.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY, dklen=_BYTES)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

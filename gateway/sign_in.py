"""Who is it: a name and a secret become a principal, at a pace that guessing cannot live on."""

from collections import OrderedDict
from time import monotonic

from gateway.principals import Principals
from gateway.rate_limit import Buckets, Rate
from gateway.secret_hash import MAX_SECRET_BYTES, SecretChecker
from shared.auth.principal import Kind, Principal
from shared.service.problems import TooManyRequests, Unavailable

MAX_NAME_LENGTH = 100
"""Of a principal's name, as the credentials file may declare it."""


class WrongCredentialsError(Exception):
    """No such principal, or not its secret, or disabled, or of another kind: the caller does not learn which."""


def is_usable_name(name: str) -> bool:
    """Whether a principal can have it; all other names count as one, so that long ones cannot fill the memory."""
    return 0 < len(name) <= MAX_NAME_LENGTH and name.isascii() and "\0" not in name


class Failures:
    """Wrong secrets by name and address, forgotten after a while."""

    def __init__(self, *, allowed: int, seconds: float, limit: int = 100_000) -> None:
        self._allowed = allowed
        self._seconds = seconds
        self._limit = limit
        self._counted: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def retry_after(self, name: str, address: str, *, now: float) -> int:
        """Whole seconds for which this name may not be tried from this address; 0 when it may."""
        count, since = self._counted.get((name, address), (0, now))
        left = since + self._seconds - now
        return max(1, int(left)) if count >= self._allowed and left > 0 else 0

    def add(self, name: str, address: str, *, now: float) -> None:
        count, since = self._counted.pop((name, address), (0, now))
        if now - since >= self._seconds:
            count, since = 0, now
        self._counted[name, address] = (count + 1, since)
        if len(self._counted) > self._limit:
            self._counted.popitem(last=False)

    def clear(self, name: str, address: str) -> None:
        self._counted.pop((name, address), None)


class SignIn:
    """Checks credentials. Limited by address (requests) and by name and address (failures)."""

    def __init__(self, principals: Principals, secrets: SecretChecker, *, failures: Failures, rate: Rate) -> None:
        self._principals = principals
        self._secrets = secrets
        self._failures = failures
        self._rate = rate
        self._addresses = Buckets(limit=100_000)

    async def authenticate(self, name: str, secret: str, *, kinds: frozenset[Kind], address: str) -> Principal:
        """The principal of these credentials.

        Raises WrongCredentialsError, TooManyRequests (429), or Unavailable (503) when too many secrets are under check.
        """
        now = monotonic()
        if not is_usable_name(name):
            name = ""
        bucket = self._addresses.of(address, self._rate, now=now)
        if not bucket.take(now=now):
            raise TooManyRequests(retry_after=bucket.retry_after)
        wait = self._failures.retry_after(name, address, now=now)
        if wait:
            raise TooManyRequests(retry_after=wait)
        if self._secrets.is_full:
            raise Unavailable
        usable = is_usable_name(name) and len(secret.encode("utf-8", "surrogatepass")) <= MAX_SECRET_BYTES
        account = await self._principals.find(name) if usable else None
        right = await self._secrets.check(secret if usable else "", account.secret_hash if account else None)
        if not right or account is None or account.disabled or account.principal.kind not in kinds:
            self._failures.add(name, address, now=now)
            raise WrongCredentialsError
        self._failures.clear(name, address)
        return account.principal

"""Telling an outage, which is waited out, from a fault that lies in what is handled."""

import asyncpg

_CERTAIN = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    # A table or column that is missing, a right that was not granted: a migration is under way or was forgotten. That
    # is the operator's to mend, and no fault of the event.
    asyncpg.SyntaxOrAccessError,
)


def is_certain_outage(error: BaseException) -> bool:
    """The database or the network is away, or not as it should be: no event can be at fault, however long it lasts."""
    return isinstance(error, _CERTAIN)


def is_outage(error: BaseException) -> bool:
    """Also what is an outage most of the time: a timeout, a refused socket, a pool that closes."""
    if isinstance(error, asyncpg.DataError):
        # asyncpg counts values that a column cannot hold among its interface errors.
        return False
    return is_certain_outage(error) or isinstance(error, OSError | asyncpg.InterfaceError | asyncpg.InternalClientError)

"""What the registry's routes work with, opened once by the application's lifespan."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.registry.changes.revoking import ChangeRevoker
from services.registry.changes.writer import ChangeWriter
from services.registry.households.writer import HouseholdWriter
from services.registry.roster import RosterPublisher
from services.registry.status.engine import StatusEngine
from shared.clock import Clock
from shared.database import Database
from shared.pii import Vault
from shared.settings import ServiceSettings

SERVICE = "registry"
READ = "registry:read"
WRITE = "registry:write"


@dataclass(frozen=True, slots=True)
class Registry:
    """`committed` is told, after each commit, which households were touched: it nudges the relay, wakes who waits."""

    database: Database
    vault: Vault
    clock: Clock
    settings: ServiceSettings
    publisher: RosterPublisher
    statuses: StatusEngine
    households: HouseholdWriter
    changes: ChangeWriter
    revoker: ChangeRevoker
    committed: Callable[[Collection[UUID]], None]


# An `async` dependency runs in the event loop; a plain one would be sent to a thread for each request.
async def _registry(request: Request) -> Registry:
    found = request.state.registry
    assert isinstance(found, Registry)  # noqa: S101 - the lifespan yields it
    return found


CurrentRegistry = Annotated[Registry, Depends(_registry)]

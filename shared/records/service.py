"""The parts that serve record types, put together once for every service that has some."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request

from shared.clock import Clock
from shared.database import Database
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.records.declaration import RecordType, by_name
from shared.records.group_commit import GroupCommit
from shared.records.openapi import describe_records
from shared.records.reader import RecordReader
from shared.records.requests import RecordRequests
from shared.records.routes import RecordRoutes
from shared.records.writer import RecordWriter, Touch
from shared.roster.cache import SnapshotCache
from shared.settings import ServiceSettings


@dataclass(frozen=True, slots=True)
class RecordService:
    """What answers the requests on a running service's record types; held as `request.state.records`."""

    requests: RecordRequests
    reader: RecordReader
    groups: tuple[GroupCommit, ...]

    @classmethod
    def of(
        cls,
        service: str,
        *,
        database: Database,
        vault: Vault,
        policies: PolicyStore,
        clock: Clock,
        touch: Touch,
        settings: ServiceSettings,
        written: Callable[[], None],
        cache: SnapshotCache | None = None,
    ) -> "RecordService":
        """`touch` is what follows a change of a household's records; `written` is called after each commit."""
        cache = cache or SnapshotCache()
        writer = RecordWriter(database=database, vault=vault, policies=policies, clock=clock, touch=touch, cache=cache)
        # Batches have a lane of their own: a single record must not wait for a thousand rows.
        group, batches = GroupCommit(writer, written=written), GroupCommit(writer, written=written)
        reader = RecordReader(database=database, vault=vault)
        requests = RecordRequests(
            service=service,
            database=database,
            group=group,
            batches=batches,
            reader=reader,
            clock=clock,
            touch=touch,
            cache=cache,
            limits=settings,
            written=written,
        )
        return cls(requests=requests, reader=reader, groups=(group, batches))

    async def close(self) -> None:
        """Wait until all that was submitted is written."""
        for group in self.groups:
            await group.close()


def record_routes(service: str, record_types: Iterable[RecordType]) -> RecordRoutes:
    """The routes of the record types, under `/api/v1/<service>`; the `RecordService` is in the request's state."""
    return RecordRoutes(f"/api/v1/{service}", by_name(record_types), _requests_of)


def document_records(app: FastAPI, service: str, record_types: Iterable[RecordType]) -> None:
    """Let the application's OpenAPI document describe the record routes too."""
    plain: Callable[[], dict[str, object]] = app.openapi
    types = tuple(record_types)

    def openapi() -> dict[str, object]:
        document = app.openapi_schema
        if document is None:
            document = plain()
            describe_records(document, service=service, prefix=f"/api/v1/{service}", record_types=types)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _requests_of(request: Request) -> RecordRequests:
    records: RecordService = request.state.records
    return records.requests

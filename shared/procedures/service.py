"""The parts that serve procedures, put together once for every service that has some."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request

from shared.clock import Clock
from shared.database import Database
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.procedures.declaration import Procedure
from shared.procedures.openapi import describe_procedures
from shared.procedures.reader import CaseReader
from shared.procedures.requests import ProcedureRequests
from shared.procedures.routes import ProcedureRoutes
from shared.procedures.writer import ProcedureWriter
from shared.records.group_commit import GroupCommit
from shared.records.requests import RecordRequests
from shared.records.service import RecordService
from shared.records.writer import Touch
from shared.roster.cache import SnapshotCache
from shared.settings import ServiceSettings


@dataclass(frozen=True, slots=True)
class ProcedureService:
    """What answers the requests on a running service's cases; held as `request.state.procedures`."""

    requests: ProcedureRequests
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
        cache: SnapshotCache,
        records: RecordService,
    ) -> "ProcedureService":
        """Arguments as of `RecordService.of`; `records` is the service's own."""
        writer = ProcedureWriter(
            service, database=database, vault=vault, policies=policies, clock=clock, touch=touch, cache=cache
        )
        group, batches = GroupCommit(writer, written=written), GroupCommit(writer, written=written)
        reader = CaseReader(service, database=database, vault=vault, records=records.reader, clock=clock)
        requests = ProcedureRequests(service=service, group=group, batches=batches, reader=reader, limits=settings)
        return cls(requests=requests, groups=(group, batches))

    async def close(self) -> None:
        """Wait until all that was submitted is written."""
        for group in self.groups:
            await group.close()


def procedure_routes(service: str, procedures: Sequence[Procedure]) -> ProcedureRoutes:
    """The routes of the procedures, under `/api/v1/<service>`; to be put before the record routes."""
    by_name = {one.name: one for one in procedures}
    if len(by_name) < len(procedures):
        raise TypeError("two procedures have one name")
    return ProcedureRoutes(f"/api/v1/{service}", by_name, _requests_of, _records_of)


def document_procedures(app: FastAPI, service: str, procedures: Sequence[Procedure]) -> None:
    """Let the application's OpenAPI document describe them; after `document_records`."""
    if not procedures:
        return
    plain: Callable[[], dict[str, object]] = app.openapi
    described: list[dict[str, object]] = []

    def openapi() -> dict[str, object]:
        if not described:
            document = plain()
            describe_procedures(document, service=service, prefix=f"/api/v1/{service}", procedures=procedures)
            described.append(document)
        return described[0]

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def _requests_of(request: Request) -> ProcedureRequests:
    procedures: ProcedureService = request.state.procedures
    return procedures.requests


def _records_of(request: Request) -> RecordRequests:
    records: RecordService = request.state.records
    return records.requests

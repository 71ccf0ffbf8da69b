"""How many records wait for a person or household that the roster does not know yet."""

from collections.abc import Sequence

from fastapi import APIRouter, Request

from shared.auth import CurrentPrincipal
from shared.records.declaration import RecordType
from shared.records.schemas import UnmatchedCount
from shared.records.subjects import Subject


def unmatched_router(service: str, record_types: Sequence[RecordType]) -> APIRouter:
    """`GET /api/v1/<service>/unmatched`; the records themselves are listed by `?state=unmatched` on each type."""
    router = APIRouter(prefix=f"/api/v1/{service}", tags=[service])
    waiting = [one for one in record_types if one.subject is not Subject.VILLAGE]

    @router.get("/unmatched", summary="Records that wait for their subject")
    async def unmatched(request: Request, principal: CurrentPrincipal) -> UnmatchedCount:
        principal.require(f"{service}:read")
        counts = await request.state.records.reader.unmatched_counts(waiting, principal)
        return UnmatchedCount(counts=counts, total=sum(counts.values()))

    return router

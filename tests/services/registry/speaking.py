"""Departments as the registry hears them: facts published on the stream, and what follows from them awaited."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from shared.facts.models import Benefit, Facts, FactsSnapshot, Standing
from shared.snapshots import FACTS, NatsConnection, cloud_event, snapshots_subject
from shared.testing.waiting import wait_until

Json = dict[str, Any]


class Departments:
    """`say` gives the status that contains the facts."""

    def __init__(self, nats: NatsConnection, registry: httpx.AsyncClient) -> None:
        self._nats = nats
        self._registry = registry
        self._versions: dict[tuple[str, str], int] = {}

    async def send(self, department: str, household_id: str, **parts: Any) -> int:
        version = self._versions[department, household_id] = self._versions.get((department, household_id), 0) + 1
        facts = Facts(as_of=datetime(2020, 5, 1, tzinfo=UTC), **parts)
        snapshot = FactsSnapshot(household_id=UUID(household_id), department=department, version=version, facts=facts)
        event = cloud_event(
            source=department,
            type=FACTS,
            subject=household_id,
            version=version,
            data=snapshot.model_dump_json().encode(),
            time=datetime.now(UTC),
        )
        await (await self._nats.jetstream()).publish(snapshots_subject(department), event)
        return version

    async def say(
        self,
        department: str,
        household_id: str,
        *,
        standings: tuple[Standing, ...] = (),
        benefits: tuple[Benefit, ...] = (),
    ) -> Json:
        version = await self.send(department, household_id, standings=standings, benefits=benefits)
        return await self.status(household_id, f"{department}:{version}")

    async def status(self, household_id: str, at_least: str | None = None) -> Json:
        found: Json = {}

        async def there() -> bool:
            params: Mapping[str, str] = {"at_least": at_least} if at_least else {}
            answer = await self._registry.get(f"/api/v1/households/{household_id}/status", params=params)
            found.update(answer.json())
            return answer.status_code == 200

        await wait_until(there)
        return found

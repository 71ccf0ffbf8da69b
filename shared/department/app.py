"""Wire a department: from its declaration to a running service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request

from shared.clock import Clock, SystemClock
from shared.database import Database, Scope
from shared.department.department import Department
from shared.department.intake import PolicyIntake, RosterIntake
from shared.department.reevaluation import Reevaluation
from shared.department.unmatched import unmatched_router
from shared.facts.engine import FactsEngine
from shared.indicators import indicator_router
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.records.declaration import by_name
from shared.records.group_commit import GroupCommit
from shared.records.matching import Matcher
from shared.records.openapi import describe_records
from shared.records.reader import RecordReader
from shared.records.requests import RecordRequests
from shared.records.routes import RecordRoutes
from shared.records.writer import RecordWriter
from shared.roster.cache import SnapshotCache
from shared.service import Background, create_service
from shared.settings import ServiceSettings
from shared.snapshots import (
    POLICY,
    POLICY_SUBJECT,
    SNAPSHOTS,
    Consumer,
    Relay,
    connect,
    snapshots_subject,
)


@dataclass(frozen=True, slots=True)
class DepartmentState:
    """What a running department holds; `request.state.<name>` in its routes."""

    database: Database
    policies: PolicyStore
    clock: Clock
    records: RecordRequests
    reader: RecordReader
    engine: FactsEngine
    relay: Relay


def create_department(department: Department, settings: ServiceSettings, *, clock: Clock | None = None) -> FastAPI:
    """The department's application. Nothing is opened before its lifespan starts."""
    record_types = by_name(department.record_types)
    prefix = f"/api/v1/{department.name}"
    own = department.folder / "messages.toml"
    app = create_service(
        name=department.name,
        title=department.title,
        settings=settings,
        lifespan=_lifespan(department, settings, clock or SystemClock()),
        routes=[RecordRoutes(prefix, record_types, _records_of)],
        routers=[
            indicator_router(department.name, department.indicators),
            unmatched_router(department.name, list(record_types.values())),
            *department.routers,
        ],
        catalogues=[own] if own.exists() else [],
    )
    plain_openapi: Callable[[], dict[str, object]] = app.openapi

    def openapi() -> dict[str, object]:
        if app.openapi_schema is None:
            document = plain_openapi()
            describe_records(document, service=department.name, prefix=prefix, record_types=record_types.values())
        return plain_openapi()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
    return app


def _records_of(request: Request) -> RecordRequests:
    records: RecordRequests = request.state.records
    return records


def _lifespan(
    department: Department, settings: ServiceSettings, clock: Clock
) -> Callable[[FastAPI], AbstractAsyncContextManager[DepartmentState]]:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[DepartmentState]:
        database = await Database.open(
            settings.database_url.get_secret_value(),
            name=department.name,
            min_size=settings.pool_min,
            max_size=settings.pool_max,
        )
        nats = connect(settings.nats_url, name=department.name)
        try:
            policies = PolicyStore()
            async with database.acquire(Scope.everything()) as connection:
                await policies.load(connection)
            vault = Vault.from_text(settings.pii_key.get_secret_value())
            cache = SnapshotCache()
            engine = FactsEngine(
                department=department.name,
                record_types=department.record_types,
                facts=department.facts,
                policies=policies,
                clock=clock,
                cache=cache,
            )
            relay = Relay(database, nats, clock)
            writer = RecordWriter(
                database=database, vault=vault, policies=policies, clock=clock, touch=engine, cache=cache
            )
            group = GroupCommit(writer, written=relay.nudge)
            reader = RecordReader(database=database, vault=vault)
            records = RecordRequests(
                service=department.name,
                database=database,
                group=group,
                reader=reader,
                clock=clock,
                touch=engine,
                cache=cache,
                limits=settings,
                written=relay.nudge,
            )
            reevaluation = Reevaluation(
                database=database,
                engine=engine,
                policies=policies,
                clock=clock,
                written=relay.nudge,
                pause_seconds=settings.reevaluation_seconds,
            )
            roster = RosterIntake(
                database=database,
                engine=engine,
                matcher=Matcher(record_types=department.record_types, vault=vault, clock=clock),
                record_types=department.record_types,
                written=relay.nudge,
            )
            policy = PolicyIntake(database=database, policies=policies, changed=reevaluation.nudge)
            roster_consumer = Consumer(
                nats,
                stream=SNAPSHOTS,
                durable=department.name,
                subjects=[snapshots_subject("registry")],
                handle=roster,
            )
            policy_consumer = Consumer(
                nats, stream=POLICY, durable=f"{department.name}-policy", subjects=[POLICY_SUBJECT], handle=policy
            )
            app.state.readiness["database"] = database.is_ready
            async with nats, Background() as background:
                background.start("relay", relay.run)
                background.start("reevaluation", reevaluation.run)
                background.start("roster", roster_consumer.run)
                background.start("policy", policy_consumer.run)
                yield DepartmentState(database, policies, clock, records, reader, engine, relay)
                await group.close()
        finally:
            await database.close()

    return run

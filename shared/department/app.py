"""Wire a department: from its declaration to a running service."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from shared.clock import Clock, SystemClock
from shared.database import Database, Scope
from shared.department.backlog import backlog_router
from shared.department.department import Department
from shared.department.housekeeping import Housekeeping
from shared.department.intake import PolicyIntake, RosterIntake
from shared.department.reevaluation import Reevaluation
from shared.department.republish import operations_router
from shared.department.unmatched import unmatched_router
from shared.facts.engine import FactsEngine
from shared.indicators import indicator_router
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.procedures.catalogue import procedures_router
from shared.procedures.service import ProcedureService, document_procedures, procedure_routes
from shared.records.matching import Matcher
from shared.records.service import RecordService, document_records, record_routes
from shared.roster.cache import SnapshotCache
from shared.service import Background, create_service
from shared.settings import ServiceSettings
from shared.snapshots import (
    POLICY,
    POLICY_SUBJECT,
    SNAPSHOTS,
    Consumer,
    NatsConnection,
    Relay,
    connect,
    snapshots_subject,
)
from shared.standing_lists.routes import standing_list_router
from shared.standing_lists.sweeping import Sweeping


@dataclass(frozen=True, slots=True)
class DepartmentState:
    """What a running department holds; `request.state.<name>` in its routes."""

    database: Database
    policies: PolicyStore
    clock: Clock
    vault: Vault
    records: RecordService
    procedures: ProcedureService
    engine: FactsEngine
    relay: Relay
    intake: Consumer


def create_department(department: Department, settings: ServiceSettings, *, clock: Clock | None = None) -> FastAPI:
    """The department's application. Nothing is opened before its lifespan starts."""
    own = department.folder / "messages.toml"
    app = create_service(
        name=department.name,
        title=department.title,
        settings=settings,
        lifespan=_lifespan(department, settings, clock or SystemClock()),
        routes=[
            procedure_routes(department.name, department.procedures),
            record_routes(department.name, department.all_record_types),
        ],
        routers=[
            indicator_router(department.name, department.indicators),
            standing_list_router(department.name, department.lists, max_rows=settings.max_batch_rows),
            unmatched_router(department.name, department.all_record_types),
            operations_router(department.name),
            backlog_router(department.name, tag=department.name),
            *([procedures_router(department.name, department.procedures)] if department.procedures else []),
            *department.routers,
        ],
        catalogues=[own] if own.exists() else [],
    )
    document_records(app, department.name, department.all_record_types)
    document_procedures(app, department.name, department.procedures)
    return app


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
        try:
            policies = PolicyStore()
            async with database.acquire(Scope.everything()) as connection:
                await policies.load(connection)
            async with connect(settings.nats_url, name=department.name) as nats, Background() as background:
                state = _start(
                    department, settings, clock, database=database, policies=policies, nats=nats, background=background
                )
                app.state.readiness["database"] = database.is_ready
                yield state
                await state.procedures.close()
                await state.records.close()
        finally:
            await database.close()

    return run


def _start(
    department: Department,
    settings: ServiceSettings,
    clock: Clock,
    *,
    database: Database,
    policies: PolicyStore,
    nats: NatsConnection,
    background: Background,
) -> DepartmentState:
    """Put the parts together and start the work that goes on beside the requests."""
    vault = Vault.from_text(settings.pii_key.get_secret_value())
    cache = SnapshotCache()
    engine = FactsEngine(
        department=department.name,
        record_types=department.all_record_types,
        facts=department.facts,
        policies=policies,
        clock=clock,
        cache=cache,
    )
    relay = Relay(database, nats, clock)
    records = RecordService.of(
        department.name,
        database=database,
        vault=vault,
        policies=policies,
        clock=clock,
        touch=engine,
        settings=settings,
        written=relay.nudge,
        cache=cache,
    )
    procedures = ProcedureService.of(
        department.name,
        database=database,
        vault=vault,
        policies=policies,
        clock=clock,
        touch=engine,
        settings=settings,
        written=relay.nudge,
        cache=cache,
        records=records,
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
        matcher=Matcher(record_types=department.all_record_types, vault=vault, policies=policies, clock=clock),
        record_types=department.all_record_types,
        written=relay.nudge,
    )
    policy = PolicyIntake(database=database, policies=policies, changed=reevaluation.nudge)
    roster_consumer = Consumer(
        nats, stream=SNAPSHOTS, durable=department.name, subjects=[snapshots_subject("registry")], handle=roster
    )
    policy_consumer = Consumer(
        nats, stream=POLICY, durable=f"{department.name}-policy", subjects=[POLICY_SUBJECT], handle=policy
    )
    housekeeping = Housekeeping(database=database, idempotency_keep_days=settings.idempotency_keep_days)
    sweeping = Sweeping(database=database, declared=department.lists, policies=policies, clock=clock)
    background.start("relay", relay.run)
    background.start("reevaluation", reevaluation.run)
    background.start("housekeeping", housekeeping.run)
    background.start("sweeping", sweeping.run)
    background.start("roster", roster_consumer.run)
    background.start("policy", policy_consumer.run)
    background.start("policy-follower", policy.follow)
    return DepartmentState(database, policies, clock, vault, records, procedures, engine, relay, roster_consumer)

"""The registry's application: the only place where its parts are put together."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from fastapi import FastAPI

from services.registry.batches.api import router as batches_router
from services.registry.categories.intake import CategoryIntake
from services.registry.changes.api import router as changes_router
from services.registry.changes.revoking import ChangeRevoker
from services.registry.changes.writer import ChangeWriter
from services.registry.context import SERVICE, Registry
from services.registry.deaths.api import router as deaths_router
from services.registry.divisions.api import router as divisions_router
from services.registry.exits.api import router as exits_router
from services.registry.files.api import router as files_router
from services.registry.files.book import router as book_router
from services.registry.households.api import router as households_router
from services.registry.households.batch import router as batch_router
from services.registry.households.writer import HouseholdWriter
from services.registry.income.api import router as income_router
from services.registry.income.growth import router as growth_router
from services.registry.indicators import INDICATORS
from services.registry.lifecycle.api import router as lifecycle_router
from services.registry.lists import LISTS
from services.registry.members.api import router as members_router
from services.registry.operations import router as operations_router
from services.registry.policy import MESSAGES as POLICY_MESSAGES
from services.registry.policy import PolicyOverrides, all_defaults, policy_router
from services.registry.records import RECORD_TYPES
from services.registry.roster import RosterPublisher
from services.registry.status.listing import StatusLists
from services.registry.status.projector import DURABLE, SUBJECTS
from services.registry.status.reader import StatusReader
from services.registry.status.routes import MESSAGES as STATUS_MESSAGES
from services.registry.status.routes import router as status_router
from services.registry.status.service import UnifiedStatus
from services.registry.villages.api import router as villages_router
from shared.clock import Clock, SystemClock
from shared.codes import Label
from shared.database import Database, Scope
from shared.department.backlog import backlog_router
from shared.department.housekeeping import Housekeeping
from shared.department.intake import PolicyIntake
from shared.department.unmatched import unmatched_router
from shared.indicators import indicator_router
from shared.pii import Vault
from shared.policy import PolicyStore
from shared.records.matching import Matcher
from shared.records.service import RecordService, document_records, record_routes
from shared.service import Background, create_service
from shared.settings import ServiceSettings
from shared.snapshots import GATHERED, POLICY, POLICY_SUBJECT, SNAPSHOTS, Consumer, Relay, RelaySettings, connect
from shared.standing_lists.routes import standing_list_router
from shared.standing_lists.sweeping import Sweeping

TITLE = Label(zh="一户登记", en="Household registry")
MESSAGES = Path(__file__).with_name("messages.toml")


@dataclass(frozen=True, slots=True)
class RegistryState:
    """What a running registry holds; `request.state.<name>` in its routes."""

    registry: Registry
    database: Database
    policies: PolicyStore
    clock: Clock
    records: RecordService
    status_reader: StatusReader
    status_lists: StatusLists
    policy_overrides: PolicyOverrides
    intake: Consumer


def create_app(settings: ServiceSettings, *, clock: Clock | None = None) -> FastAPI:
    """The application. Nothing is opened before its lifespan starts."""
    app = create_service(
        name=SERVICE,
        title=TITLE,
        settings=settings,
        lifespan=_lifespan(settings, clock or SystemClock()),
        routes=[record_routes(SERVICE, RECORD_TYPES)],
        # The status of a household is asked for most often, so its routes are tried first.
        routers=[
            status_router,
            households_router,
            batch_router,
            members_router,
            lifecycle_router,
            changes_router,
            income_router,
            files_router,
            book_router,
            villages_router,
            divisions_router,
            batches_router,
            exits_router,
            growth_router,
            indicator_router(SERVICE, INDICATORS),
            deaths_router,
            standing_list_router(SERVICE, LISTS, max_rows=settings.max_batch_rows),
            policy_router,
            unmatched_router(SERVICE, RECORD_TYPES),
            operations_router,
            backlog_router(SERVICE, tag="operations"),
        ],
        catalogues=[MESSAGES, STATUS_MESSAGES, POLICY_MESSAGES],
    )
    document_records(app, SERVICE, RECORD_TYPES)
    return app


def _lifespan(
    settings: ServiceSettings, clock: Clock
) -> Callable[[FastAPI], AbstractAsyncContextManager[RegistryState]]:
    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[RegistryState]:
        database = await Database.open(
            settings.database_url.get_secret_value(),
            name=SERVICE,
            min_size=settings.pool_min,
            max_size=settings.pool_max,
        )
        nats = connect(settings.nats_url, name=SERVICE)
        try:
            policies = PolicyStore(all_defaults())
            async with database.acquire(Scope.everything()) as connection:
                await policies.load(connection)
            vault = Vault.from_text(settings.pii_key.get_secret_value())
            # What changes a status comes gathered from the departments, and people look at the answer.
            relay = Relay(database, nats, clock, RelaySettings(pace=GATHERED))
            status = UnifiedStatus.of(
                database,
                policy=policies,
                clock=clock,
                vault=vault,
                nudge=relay.nudge,
                wait_seconds=settings.max_wait_seconds,
            )
            publisher = RosterPublisher(
                clock=clock,
                status=status,
                matcher=Matcher(record_types=RECORD_TYPES, vault=vault, policies=policies, clock=clock),
            )

            status.projector.take_up_with(CategoryIntake(publisher, vault=vault))

            def committed(household_ids: Collection[UUID]) -> None:
                relay.nudge()
                status.waiters.notify(household_ids)

            registry = Registry(
                database=database,
                vault=vault,
                clock=clock,
                settings=settings,
                publisher=publisher,
                statuses=status.engine,
                households=HouseholdWriter(vault=vault, publisher=publisher, clock=clock),
                changes=ChangeWriter(vault=vault, publisher=publisher, clock=clock),
                revoker=ChangeRevoker(vault=vault, publisher=publisher),
                committed=committed,
            )
            records = RecordService.of(
                SERVICE,
                database=database,
                vault=vault,
                policies=policies,
                clock=clock,
                touch=publisher,
                settings=settings,
                written=relay.nudge,
            )

            def policy_changed() -> None:
                relay.nudge()
                status.reevaluation.wake()

            facts = Consumer(nats, stream=SNAPSHOTS, durable=DURABLE, subjects=SUBJECTS, handle=status.projector.handle)
            intake = PolicyIntake(database=database, policies=policies, changed=policy_changed)
            policy = Consumer(
                nats, stream=POLICY, durable=f"{SERVICE}-policy", subjects=[POLICY_SUBJECT], handle=intake
            )
            sweeping = Sweeping(database=database, declared=LISTS, policies=policies, clock=clock)
            housekeeping = Housekeeping(database=database, idempotency_keep_days=settings.idempotency_keep_days)
            app.state.readiness["database"] = database.is_ready
            async with nats, Background() as background:
                background.start("relay", relay.run)
                background.start("facts", facts.run)
                background.start("policy", policy.run)
                background.start("policy-follower", intake.follow)
                background.start("housekeeping", housekeeping.run)
                background.start("sweeping", sweeping.run)
                background.start("status-reevaluation", status.reevaluation.run)
                yield RegistryState(
                    registry=registry,
                    database=database,
                    policies=policies,
                    clock=clock,
                    records=records,
                    status_reader=status.reader,
                    status_lists=status.lists,
                    policy_overrides=PolicyOverrides(
                        database=database, store=policies, clock=clock, changed=policy_changed
                    ),
                    intake=facts,
                )
                await records.close()
        finally:
            await database.close()

    return run

"""The running toy department, with a roster given to it as the registry would."""

from collections.abc import AsyncIterator

import pytest

from shared.pii import Vault
from shared.testing.databases import TestDatabases
from shared.testing.department import NOON_OF_1_JUNE_2020, DepartmentSystem, running_department
from shared.testing.tokens import TestTokens
from tests.departments.repairs.running import Repairs, run_repairs
from tests.departments.water.app import create_app

TOWNSHIP = "420115010000"


@pytest.fixture(scope="module")
async def water(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[DepartmentSystem]:
    database = await service_database("water", package="tests.departments.water")
    async with running_department(
        create_app,
        name="water",
        database=database,
        nats_url=nats_url,
        tokens=tokens,
        vault=vault,
        reevaluation_seconds=0.05,
    ) as system:
        system.divisions = (TOWNSHIP,)
        yield system


@pytest.fixture(scope="module")
async def bureau(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[Repairs]:
    async for one in run_repairs(service_database, nats_url, tokens, vault):
        yield one


@pytest.fixture
def repairs(bureau: Repairs) -> Repairs:
    """The bureau on 1 June 2020."""
    bureau.clock.set(NOON_OF_1_JUNE_2020)
    return bureau

"""A running civil affairs service, one a test module, at noon in China on 1 June 2020."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from services.civil_affairs.app import create_app
from shared.pii import Vault
from shared.testing.databases import TestDatabases
from shared.testing.department import DepartmentSystem, running_department
from shared.testing.tokens import TestTokens

_VILLAGES = count(202)


@pytest.fixture(scope="module")
async def civil_affairs(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[DepartmentSystem]:
    database = await service_database("civil_affairs")
    async with running_department(
        create_app, name="civil_affairs", database=database, nats_url=nats_url, tokens=tokens, vault=vault
    ) as system:
        yield system


@pytest.fixture
def village() -> str:
    """A village of its own for each test, so that rates and lists hold nothing else."""
    return f"420115010{next(_VILLAGES)}"

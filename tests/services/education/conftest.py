"""A running education service, one a test module, at noon in China on 1 June 2020: in the spring term."""

from collections.abc import AsyncIterator

import pytest

from services.education.app import create_app
from shared.pii import Vault
from shared.testing.databases import TestDatabases
from shared.testing.department import DepartmentSystem, running_department
from shared.testing.tokens import TestTokens


@pytest.fixture(scope="module")
async def education(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[DepartmentSystem]:
    database = await service_database("education")
    async with running_department(
        create_app, name="education", database=database, nats_url=nats_url, tokens=tokens, vault=vault
    ) as system:
        yield system


@pytest.fixture
def in_both_districts(education: DepartmentSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    """The department's system holds the districts of the planted villages, unless a request names others."""
    plain, held = education.headers, ("210504000000", "420115000000")
    monkeypatch.setattr(education, "headers", lambda *where, **more: plain(*(where or held), **more))

"""No ID number, phone or account in the open: not in answers, addresses, logs, events or plain columns.

Run after all other stories of this folder, over what all of them have sent.
"""

import re
from collections.abc import Iterator

import asyncpg
import nats
import nats.errors
import pytest

from shared.testing.people import make_phone
from tests.gateway.families import (
    ENROLMENTS,
    SECRETS,
    enrolment,
    household,
    member,
    new_id_number,
    register,
)
from tests.gateway.streams import messages_of, nats_admin_url, postgres_admin_url
from tests.gateway.system import System, body_of

PHONE = make_phone(73_516_642)
ACCOUNT = "6222009973516642518"


@pytest.fixture(scope="module")
async def talked_about(system: System) -> frozenset[str]:
    """People who were written of in every way, also wrongly: all that must stay hidden."""
    number, other = new_id_number(), new_id_number("female")
    card = f"{number}43"
    people = [
        member(number, phone=PHONE, disability_card=card),
        member(other, relation="spouse", phone=PHONE),
    ]
    body = household(people, phone=PHONE, bank_name="农村商业银行", bank_account=ACCOUNT)
    made = body_of(await system.registry.post("/api/v1/households", body, key="privacy"), 201)
    repeated = {**body, "code": "T-PRIVACY-2"}
    assert (await system.registry.post("/api/v1/households", repeated)).status_code == 409
    await system.registry.post("/api/v1/households", {**repeated, "bank_account": ACCOUNT + "x", "phone": PHONE + "1"})
    await system.registry.post("/api/v1/households", {**repeated, ACCOUNT: PHONE})
    await system.registry.post("/api/v1/households:lookup", {"id_number": number})
    await system.mobile.post("/api/v1/statuses:lookup", {"id_number": number})
    await system.mobile.post("/api/v1/statuses:lookup", {"id_number": number, "household_code": number})
    for content in (
        enrolment(id_number=number),
        {**enrolment(id_number=number), "scheme": number},
        {**enrolment(id_number=other), number: number},
        enrolment(household_code=number, name=other),
        enrolment(id_number=new_id_number()),
    ):
        await system.health.post(ENROLMENTS, content, key=f"privacy-{len(str(content))}")
    await system.health.post(f"{ENROLMENTS}:batch", {"rows": [enrolment(id_number=number), {"id_number": number}]})
    await system.health.post(f"{ENROLMENTS}:search", {"id_number": number})
    # A careless caller puts numbers where they do not belong.
    for path in (
        f"/api/v1/households/{number}/status",
        f"/api/v1/households/by-code/{number}/status",
        f"/api/v1/households?code={number}",
        f"{ENROLMENTS}?id_number={number}",
        f"{ENROLMENTS}/{number}",
        f"/api/v1/{number}",
    ):
        await system.office.get(path)
    await system.health.send("POST", ENROLMENTS, body=f'{{"id_number": "{number}", '.encode())
    head = made["members"][0]["member_id"]  # type: ignore[index]  # JSON
    await system.office.post(f"/api/v1/members/{head}:reveal", {"purpose": "核对"})
    await system.office.post(f"/api/v1/households/{made['household_id']}:reveal", {"purpose": "核对"})
    corrected = new_id_number()
    patched = await system.registry.send(
        "PATCH", f"/api/v1/members/{head}", body={"id_number": corrected, "disability_card": None, "phone": PHONE}
    )
    assert patched.status_code == 200, patched.text
    family = await register(system, size=1, phone=PHONE, bank_account=ACCOUNT)
    await system.mobile.get(family.status_path)
    return frozenset({*SECRETS, PHONE, ACCOUNT, card})


def found_in(text: str, secrets: frozenset[str]) -> set[str]:
    return {secret for secret in secrets if secret in text}


class TestAnswers:
    @pytest.mark.req("M45")
    async def test_answers_are_masked(self, system: System, talked_about: frozenset[str]) -> None:
        for caller, path in (
            (system.registry, "/api/v1/households?limit=500&changed_since=2026-01-01T00:00:00Z"),
            (system.office, f"{ENROLMENTS}?limit=200"),
            (system.office, "/api/v1/statuses?limit=500"),
            (system.office, "/api/v1/health/unmatched"),
        ):
            answer = await caller.get(path)
            assert answer.status_code == 200, answer.text
            assert not found_in(answer.text, talked_about), path
        looked_up = await system.registry.post("/api/v1/households:lookup", {"id_number": sorted(SECRETS)[0]})
        assert not found_in(looked_up.text, talked_about)

    async def test_histories_and_refusals_are_masked(self, system: System, talked_about: frozenset[str]) -> None:
        page = await system.registry.get("/api/v1/households?limit=500&division=420115010221")
        for one in page.json()["items"][-40:]:
            for part in ("history", "changes", "members"):
                answer = await system.office.get(f"/api/v1/households/{one['household_id']}/{part}")
                assert not found_in(answer.text, talked_about), part


class TestLogs:
    @pytest.mark.req("M45")
    async def test_no_log_names_anybody(self, system: System, talked_about: frozenset[str]) -> None:
        files = [*(system.home / "logs").iterdir(), system.console]
        assert len(files) > 4
        for file in files:
            text = file.read_text(errors="replace")
            assert not found_in(text, talked_about), f"{file.name}: {lines_with(text, talked_about)}"
            assert not re.search(r"99\d{4}(?:19|20)\d{9}[\dX]", text), f"an ID number of the demo in {file.name}"


class TestEvents:
    @pytest.mark.req("M45")
    async def test_no_stream_names_anybody(self, system: System, talked_about: frozenset[str]) -> None:
        url = nats_admin_url(system.home)
        connection = await nats.connect(url)
        try:
            stream = connection.jetstream()
            names = [one.config.name for one in await stream.streams_info()]
            assert {"SNAPSHOTS", "STATUS"} <= set(names)
            read = 0
            for name in names:
                async for subject, data_bytes in messages_of(stream, str(name)):
                    read += 1
                    data = subject + data_bytes.decode(errors="replace")
                    assert not found_in(data, talked_about), f"{name}: {data[:200]}"
                    # The demo's people too: 18 digits that begin like an ID number.
                    assert not re.search(r'"99\d{15}[\dX]"', data), name
            assert read > 1_000, "the other stories ran in another system"
        finally:
            await connection.close()


_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name IN (
  SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')
  AND (data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea'))
"""


class TestColumns:
    @pytest.mark.req("M45")
    async def test_no_plain_column_of_any_database_names_anybody(
        self, system: System, talked_about: frozenset[str]
    ) -> None:
        url = postgres_admin_url(system.home)
        connection = await asyncpg.connect(url)
        databases = [
            row[0] for row in await connection.fetch("SELECT datname FROM pg_database WHERE NOT datistemplate")
        ]
        await connection.close()
        assert sum(name.startswith("yihu") for name in databases) >= 3
        found = [one for name in databases for one in await leaks_in(url, name, talked_about)]
        assert not found, found


async def leaks_in(url: str, database: str, secrets: frozenset[str]) -> list[str]:
    connection = await asyncpg.connect(url, database=database)
    found = []
    try:
        for table, column in await connection.fetch(_COLUMNS):
            # Bytes are searched as they lie there: an event in the outbox is text inside.
            text = f"convert_from(\"{column}\", 'SQL_ASCII')" if await is_bytes(connection, table, column) else ""
            expression = text or f'"{column}"::text'
            sql = f'SELECT count(*) FROM "{table}" WHERE {expression} LIKE ANY ($1::text[])'
            try:
                count = await connection.fetchval(sql, [f"%{secret}%" for secret in sorted(secrets)])
            except asyncpg.CharacterNotInRepertoireError:
                sql = f'SELECT count(*) FROM "{table}" WHERE encode("{column}", \'escape\') LIKE ANY ($1::text[])'
                count = await connection.fetchval(sql, [f"%{secret}%" for secret in sorted(secrets)])
            if count:
                found.append(f"{database}.{table}.{column}: {count} rows")
    finally:
        await connection.close()
    return found


async def is_bytes(connection: asyncpg.Connection, table: str, column: str) -> bool:
    kind = await connection.fetchval(
        "SELECT data_type FROM information_schema.columns WHERE table_name = $1 AND column_name = $2", table, column
    )
    return bool(kind == "bytea")


def lines_with(text: str, secrets: frozenset[str]) -> Iterator[str]:
    return (line for line in text.splitlines() if found_in(line, secrets))

"""The embedded servers: real ones, closed to strangers, whole again after a crash."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import nats
import psutil
import pytest

from shared.embedded import EmbeddedNats, EmbeddedPostgres, NatsUser
from shared.embedded.postgres import RELAXED
from shared.testing.databases import TestDatabases

OWNER = """
import sys, time
from pathlib import Path
from shared.embedded import EmbeddedNats, EmbeddedPostgres, NatsUser
home = Path(sys.argv[1])
postgres = EmbeddedPostgres(home, password="secret")
postgres.start()
server = EmbeddedNats(home, users=[NatsUser("yihu", "secret")])
server.start()
print(postgres.process.pid, server.process.pid, postgres.port, server.port, flush=True)
time.sleep(600)
"""


def start_owner(home: Path) -> tuple["subprocess.Popen[str]", list[int]]:
    root = Path(__file__).parents[3]
    owner = subprocess.Popen(  # noqa: S603 - this interpreter
        [sys.executable, "-c", OWNER, str(home)], cwd=root, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert owner.stdout is not None
    return owner, [int(word) for word in owner.stdout.readline().split()]


@pytest.fixture
def home(server_home: Path, request: pytest.FixtureRequest) -> Path:
    folder = server_home / request.node.name
    folder.mkdir(mode=0o711)
    return folder


class TestPostgres:
    async def test_version_and_locale(self, postgres: EmbeddedPostgres) -> None:
        connection = await asyncpg.connect(postgres.admin_url)
        assert connection.get_server_version().major == 18
        locale = await connection.fetchrow(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'postgres'"
        )
        assert tuple(locale) == (b"b", "C.UTF-8")
        await connection.close()

    async def test_a_wrong_password_is_refused_on_every_way_in(self, postgres: EmbeddedPostgres) -> None:
        for host in ("127.0.0.1", str(postgres.socket_folder)):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(
                    host=host, port=postgres.port, user="yihu_admin", password="wrong", database="postgres"
                )

    async def test_listens_on_loopback_alone(self, postgres: EmbeddedPostgres) -> None:
        connections = psutil.Process(postgres.process.pid).net_connections(kind="inet")
        assert {connection.laddr.ip for connection in connections} == {"127.0.0.1"}

    def test_never_runs_as_root(self, postgres: EmbeddedPostgres) -> None:
        assert psutil.Process(postgres.process.pid).uids().effective != 0

    async def test_durable_unless_relaxed(self, home: Path) -> None:
        server = EmbeddedPostgres(home, password="secret")
        server.start()
        try:
            connection = await asyncpg.connect(server.admin_url)
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert await connection.fetchval("SELECT current_setting($1)", name) == "on"
            await connection.close()
        finally:
            server.remove()


@pytest.mark.parametrize("name", ["一户 数据", 'it\'s "one" \\ $HOME, 2'])
def test_a_home_of_any_name(home: Path, name: str) -> None:
    folder = home / name
    postgres = EmbeddedPostgres(folder, password="secret")
    nats_server = EmbeddedNats(folder, users=[NatsUser("yihu", "secret")])
    try:
        postgres.start()
        nats_server.start()
    finally:
        nats_server.remove()
        postgres.remove()


class TestServiceDatabases:
    async def test_the_app_changes_rows_and_nothing_else(self, service_database: TestDatabases) -> None:
        database = await service_database("sample", migrated=False)
        owner = await asyncpg.connect(database.owner_url)
        await owner.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, name text)")
        app = await asyncpg.connect(database.app_url)
        await app.execute("INSERT INTO thing (name) VALUES ('a')")
        await app.execute("UPDATE thing SET name = 'b'")
        for forbidden in ("CREATE TABLE other (id int)", "DROP TABLE thing", "TRUNCATE thing", "CREATE ROLE more"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(forbidden)
        await app.close()
        await owner.close()

    async def test_row_level_security_holds_for_the_app(self, service_database: TestDatabases) -> None:
        database = await service_database("sample", migrated=False)
        owner = await asyncpg.connect(database.owner_url)
        await owner.execute(
            "CREATE TABLE thing (id int); INSERT INTO thing VALUES (1); ALTER TABLE thing ENABLE ROW LEVEL SECURITY"
        )
        app = await asyncpg.connect(database.app_url)
        assert await app.fetch("SELECT * FROM thing") == []
        await app.close()
        await owner.close()

    async def test_each_copy_is_its_own(self, service_database: TestDatabases) -> None:
        first, second = [await service_database("sample", migrated=False) for _ in range(2)]
        assert first.name != second.name

    async def test_a_service_cannot_enter_the_database_of_another(self, service_database: TestDatabases) -> None:
        one = await service_database("sample", migrated=False)
        other = await service_database("second", migrated=False)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(one.app_url.replace(one.name, other.name))


class TestNats:
    def test_strangers_are_refused(self, nats_server: EmbeddedNats) -> None:
        with socket.create_connection(("127.0.0.1", nats_server.port), timeout=10) as connection:
            answers = connection.makefile("rb")
            assert answers.readline().startswith(b"INFO ")
            connection.sendall(b'CONNECT {"user":"yihu","pass":"wrong","verbose":false}\r\nPING\r\n')
            assert b"Authorization Violation" in answers.readline()

    async def test_a_user_publishes_only_what_it_may(self, home: Path) -> None:
        users = [NatsUser("all", "secret"), NatsUser("health", "secret", publish=("snapshots.health", "_INBOX.>"))]
        server = EmbeddedNats(home, users=users)
        server.start()
        errors: asyncio.Queue[Exception] = asyncio.Queue()
        try:
            listener = await nats.connect(server.url_of("all"))
            heard = await listener.subscribe("snapshots.>")
            await listener.flush()
            client = await nats.connect(server.url_of("health"), error_cb=errors.put)
            await client.publish("snapshots.registry", b"forged")
            await client.publish("snapshots.health", b"own")
            await client.flush()
            message = await heard.next_msg(timeout=5)
            assert (message.subject, message.data) == ("snapshots.health", b"own")
            assert "permissions violation" in str(await errors.get()).lower()
            await client.close()
            await listener.close()
        finally:
            server.remove()

    @pytest.mark.parametrize("password", ["with space", "at@sign", "slash/"])
    def test_a_password_that_would_not_survive_a_url_is_refused(self, password: str) -> None:
        with pytest.raises(ValueError, match="URL"):
            NatsUser("yihu", password)


class TestCrash:
    def test_nothing_is_orphaned_when_the_owner_is_killed(self, home: Path) -> None:
        owner, (postgres_pid, nats_pid, _, _) = start_owner(home)
        watched = [psutil.Process(postgres_pid), psutil.Process(nats_pid)]
        owner.kill()
        owner.communicate()
        _, alive = psutil.wait_procs(watched, timeout=20)
        assert alive == []

    async def test_data_and_ports_survive_a_kill_of_everything(self, home: Path) -> None:
        owner, (postgres_pid, nats_pid, postgres_port, nats_port) = start_owner(home)
        connection = await asyncpg.connect(
            host="127.0.0.1", port=postgres_port, user="yihu_admin", password="secret", database="postgres"
        )
        await connection.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")
        client = await nats.connect(f"nats://yihu:secret@127.0.0.1:{nats_port}")
        await client.jetstream().add_stream(name="KEPT", subjects=["kept"])
        await client.jetstream().publish("kept", b"1")
        await client.close()
        await connection.close()
        sessions = psutil.Process(postgres_pid).children()
        for pid in (owner.pid, postgres_pid, nats_pid):
            os.kill(pid, signal.SIGKILL)
        owner.communicate()
        psutil.wait_procs(sessions, timeout=20)

        postgres = EmbeddedPostgres(home, password="secret", settings=RELAXED)
        server = EmbeddedNats(home, users=[NatsUser("yihu", "secret")])
        postgres.start()
        server.start()
        try:
            assert (postgres.port, server.port) == (postgres_port, nats_port)
            connection = await asyncpg.connect(postgres.admin_url)
            assert await connection.fetchval("SELECT count(*) FROM kept") == 1
            await connection.close()
            client = await nats.connect(server.url)
            assert (await client.jetstream().stream_info("KEPT")).state.messages == 1
            await client.close()
        finally:
            postgres.remove()
            server.remove()

    def test_a_server_left_running_is_replaced(self, home: Path) -> None:
        # Its owner and the watchdog were both killed with a signal that they cannot see.
        first = EmbeddedNats(home, users=[NatsUser("yihu", "secret")])
        first.start()
        second = EmbeddedNats(home, users=[NatsUser("yihu", "secret")])
        started = time.monotonic()
        second.start()
        assert first.process.wait(10) is not None
        assert time.monotonic() - started < 15
        second.remove()
        first.stop()

    def test_a_killed_server_that_nobody_waited_for_holds_no_lock(self, home: Path) -> None:
        first = EmbeddedPostgres(home, password="secret", settings=RELAXED)
        first.start()
        killed = psutil.Process(first.process.pid)
        killed.kill()
        while killed.status() != psutil.STATUS_ZOMBIE:
            os.sched_yield()
        second = EmbeddedPostgres(home, password="secret", settings=RELAXED)
        try:
            second.start()
        finally:
            second.remove()
            first.process.wait(10)

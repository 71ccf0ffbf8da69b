"""Principals: imported from a file as often as wanted, stored without their secrets."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from gateway.principals import Principals, demo_principals, import_principals, main
from gateway.secret_hash import SecretChecker, hash_secret, verify_secret
from shared.auth.issuer import TokenIssuer, new_signing_key
from shared.database import Database, migrations
from shared.testing.databases import TestDatabase, TestDatabases

SECRET = "a-secret-of-the-demo"


@pytest.fixture
async def database(service_database: TestDatabases) -> TestDatabase:
    return await service_database("gateway")


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    rows = [{**each.model_dump(mode="json"), "secret": f"{SECRET}-{each.id}"} for each in demo_principals()]
    return write(tmp_path / "credentials.json", {"address": "http://127.0.0.1:8000", "principals": rows})


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


class TestImport:
    async def test_again_changes_nothing(self, database: TestDatabase, credentials: Path) -> None:
        count = len(demo_principals())
        assert await import_principals(credentials, database_url=database.app_url) == count
        assert await import_principals(credentials, database_url=database.app_url) == 0

    async def test_what_has_changed_is_corrected(
        self, database: TestDatabase, credentials: Path, tmp_path: Path
    ) -> None:
        await import_principals(credentials, database_url=database.app_url)
        content = json.loads(read(credentials))
        content["principals"][0]["scopes"] = ["registry:read"]
        content["principals"][1]["secret"] = "another-secret-entirely"
        content["principals"][2]["disabled"] = True
        corrected = write(tmp_path / "corrected.json", content)
        assert await import_principals(corrected, database_url=database.app_url) == 3
        assert await import_principals(corrected, database_url=database.app_url) == 0
        opened = await Database.open(database.app_url, name="test", min_size=1, max_size=1)
        try:
            first, second, third = [await Principals(opened).find(each["id"]) for each in content["principals"][:3]]
        finally:
            await opened.close()
        assert first is not None
        assert second is not None
        assert third is not None
        assert first.principal.scopes == {"registry:read"}
        assert verify_secret("another-secret-entirely", second.secret_hash)
        assert third.disabled
        # A file that does not say, as that of every start, leaves it so; one that says the opposite does not.
        del content["principals"][2]["disabled"]
        assert await import_principals(write(corrected, content), database_url=database.app_url) == 0
        content["principals"][2]["disabled"] = False
        assert await import_principals(write(corrected, content), database_url=database.app_url) == 1

    async def test_no_secret_is_stored(self, database: TestDatabase, credentials: Path) -> None:
        await import_principals(credentials, database_url=database.app_url)
        connection = await asyncpg.connect(database.admin_url)
        try:
            stored = await connection.fetchval("SELECT string_agg(principal::text, ' ') FROM principal")
        finally:
            await connection.close()
        assert SECRET not in stored

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "[]",
            '{"principals": [{"id": "x"}]}',
            '{"principals": [{"id": "x", "kind": "system", "name": "n", "secret": "short-topsecret"}]}',
            '{"principals": [{"id": "a b", "kind": "system", "name": "n", "secret": "topsecret-topsecret"}]}',
            '{"principals": [{"id": "x", "kind": "robot", "name": "n", "secret": "topsecret-topsecret"}]}',
            '{"principals": [{"id": "x", "kind": "system", "name": "n", "secret": "topsecret-topsecret", "extra": 1}]}',
            '{"principals": [{"id": "x", "kind": "system", "name": "n", "secret": "topsecret-topsecret",'
            ' "divisions": ["42"]}]}',
        ],
    )
    def test_a_file_of_another_shape_is_refused_without_repeating_secrets(
        self, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("YIHU_SERVICE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
        monkeypatch.setenv("YIHU_SIGNING_KEY", new_signing_key())
        path = tmp_path / "bad.json"
        path.write_text(content, encoding="utf-8")
        assert main(["import", str(path)]) == 2
        assert "topsecret" not in capsys.readouterr().err

    async def test_the_command(self, database: TestDatabase, credentials: Path) -> None:
        environment = {
            "YIHU_SERVICE_DATABASE_URL": database.app_url,
            "YIHU_SIGNING_KEY": new_signing_key(),
            "PATH": "/usr/bin:/bin",
        }
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "gateway.principals", "import", str(credentials)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == f"principals changed: {len(demo_principals())}\n"


class TestDemo:
    def test_who_may_do_what(self) -> None:
        demo = {each.id: each for each in demo_principals()}
        assert demo["mobile-app"].divisions == ("420115010000",)
        assert "health:write" not in demo["mobile-app"].scopes
        assert set(demo["health-system"].scopes) == {"health:read", "health:write", "registry:read", "status:read"}
        assert {"policy:write", "pii:reveal", "operations"} <= set(demo["district-office"].scopes)
        assert len(demo["village-auditor"].divisions) == 1


class TestSecrets:
    def test_each_hash_has_its_own_salt(self) -> None:
        first, second = hash_secret(SECRET), hash_secret(SECRET)
        assert first != second
        assert verify_secret(SECRET, first)
        assert verify_secret(SECRET, second)
        assert not verify_secret(SECRET + "x", first)

    @pytest.mark.parametrize(
        "stored", ["", "plain", "scrypt$1$2", "scrypt$a$b$c$d$e", "scrypt$3$8$1$AA$AA", "md5$1$1$1$A$A"]
    )
    def test_a_hash_of_another_form_fits_nothing(self, stored: str) -> None:
        assert not verify_secret(SECRET, stored)

    async def test_nobody_fits_nothing(self) -> None:
        checker = SecretChecker(threads=1, queue_limit=1)
        try:
            assert not await checker.check(SECRET, None)
            assert not await checker.check("\ud800", None)
            assert await checker.check(SECRET, hash_secret(SECRET))
        finally:
            checker.close()


class TestMigrations:
    async def test_up_down_up_and_as_declared(self, service_database: TestDatabases) -> None:
        database = await service_database("gateway", migrated=False)
        for step in (migrations.upgrade, migrations.downgrade, migrations.upgrade, migrations.check):
            await asyncio.to_thread(step, "gateway", database.owner_url)


def test_the_token_of_every_demo_principal_can_be_made() -> None:
    issuer = TokenIssuer(new_signing_key())
    assert list(issuer.jwks()["keys"][0]) == ["kty", "crv", "x", "kid", "use", "alg"]

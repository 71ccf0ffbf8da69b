"""Servers given by URL: a wrong one is named at once, without its password."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops import given_servers
from ops.given_servers import check_nats, check_postgres
from shared.embedded import EmbeddedNats, EmbeddedPostgres, StartError
from shared.embedded.installation import nats_server as nats_program
from shared.embedded.processes import free_port

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_servers, "PATIENCE_SECONDS", 5.0)


def test_the_right_ones(postgres: EmbeddedPostgres, nats_server: EmbeddedNats) -> None:
    check_postgres(postgres.admin_url)
    check_nats(nats_server.url)


def test_a_wrong_password_is_said_and_not_shown(postgres: EmbeddedPostgres, nats_server: EmbeddedNats) -> None:
    with pytest.raises(StartError, match=f"127.0.0.1:{postgres.port}.*password authentication failed") as refused:
        check_postgres(f"postgresql://yihu_admin:wr0ng@127.0.0.1:{postgres.port}/postgres")
    assert "wr0ng" not in str(refused.value)
    # The server hangs up with its refusal, which may be overtaken by that.
    with pytest.raises(StartError, match=f"127.0.0.1:{nats_server.port}.*(Authorization|reset by peer)") as refused:
        check_nats(f"nats://yihu:wr0ng@127.0.0.1:{nats_server.port}")
    assert "wr0ng" not in str(refused.value)


@pytest.mark.parametrize("url", ["nonsense", "postgresql://a:b@127.0.0.1:1/x", "nats://a:b@nowhere.invalid"])
def test_nobody_there(url: str) -> None:
    for check in (check_postgres, check_nats):
        with pytest.raises(StartError, match=r"YIHU_(DATABASE|NATS)_URL"):
            check(url)


def test_a_nats_without_jetstream() -> None:
    port = free_port()
    server = subprocess.Popen(  # noqa: S603 - the wheel's own program
        [str(nats_program()), "-a", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        with pytest.raises(StartError, match="without JetStream"):
            check_nats(f"nats://127.0.0.1:{port}")
    finally:
        server.kill()
        server.wait()


def test_a_home_that_cannot_be_used_is_named_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    done = subprocess.run(
        [sys.executable, "-m", "ops", "up"],
        cwd=ROOT,
        env={**os.environ, "YIHU_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, f"{home}: Not a directory (YIHU_HOME is {home})\n")

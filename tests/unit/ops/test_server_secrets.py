"""What a container installation's servers are given: secrets of its own, the same at every start."""

import json
import stat
from pathlib import Path

import pytest

from ops.home import Home
from ops.ready import main as ready
from ops.server_secrets import write_server_secrets
from ops.topology import services
from shared.embedded.processes import free_port


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    made = {name: tmp_path / name for name in ("postgres", "nats")}
    for folder in made.values():
        folder.mkdir()
    return made


class TestServerSecrets:
    def test_the_same_at_every_start_and_for_the_owner_alone(self, tmp_path: Path, folders: dict[str, Path]) -> None:
        files = [folders["postgres"] / "password", folders["nats"] / "nats.conf", tmp_path / "home" / "pgpass"]
        write_server_secrets(Home(tmp_path / "home"), **folders)
        first = [file.read_text() for file in files]
        write_server_secrets(Home(tmp_path / "home"), **folders)
        assert [file.read_text() for file in files] == first
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    def test_no_two_installations_share_a_password(self, tmp_path: Path, folders: dict[str, Path]) -> None:
        seen = set()
        for home in ("one", "other"):
            write_server_secrets(Home(tmp_path / home), **folders)
            seen.add((folders["postgres"] / "password").read_text())
        assert len(seen) == 2

    def test_a_given_password_goes_first_also_with_signs_of_its_own(
        self, tmp_path: Path, folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POSTGRES_PASSWORD", "a:b\\c")
        write_server_secrets(Home(tmp_path / "home"), **folders)
        assert (folders["postgres"] / "password").read_text().strip() == "a:b\\c"
        assert "*:*:*:postgres:a\\:b\\\\c" in (tmp_path / "home" / "pgpass").read_text().splitlines()

    def test_every_service_is_a_user_who_may_publish_its_own_subjects_only(
        self, tmp_path: Path, folders: dict[str, Path]
    ) -> None:
        write_server_secrets(Home(tmp_path / "home"), **folders)
        users = json.loads((folders["nats"] / "nats.conf").read_text())["accounts"]["YIHU"]["users"]
        allowed = {user["user"]: user["permissions"]["publish"]["allow"] for user in users[1:]}
        heard = {user["user"]: user["permissions"]["subscribe"]["allow"] for user in users[1:]}
        assert allowed == {service.name: list(service.publish) for service in services()}
        assert heard == {service.name: list(service.subscribe) for service in services()}
        assert len({user["password"] for user in users}) == len(users)


class TestReady:
    def test_nobody_there_is_not_ready(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YIHU_LISTEN_PORT", str(free_port()))
        assert ready() == 1

"""The home: secrets made once and kept, for their owner's eyes, one supervisor at a time."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ops.home import Home, HomeInUseError, SecretsMissingError
from ops.topology import ROOT

HOLDER = """
import sys, time
from pathlib import Path
from ops.home import Home
home = Home(Path(sys.argv[1]))
home.make()
home.lock()
print("locked", flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


class TestSecrets:
    def test_made_once(self, home: Home) -> None:
        assert home.secrets(["registry"]) == home.secrets(["registry"])

    def test_a_new_department_gets_its_own_and_changes_no_other(self, home: Home) -> None:
        before = home.secrets(["registry"])
        after = home.secrets(["registry", "housing"], ["housing-system"])
        assert after.roles.items() > before.roles.items()
        assert {"yihu_housing", "yihu_housing_owner"} <= after.roles.keys()
        assert "housing" in after.nats
        assert "housing-system" in after.principals
        assert (after.pii_key, after.signing_key) == (before.pii_key, before.signing_key)

    def test_for_the_owner_alone(self, home: Home) -> None:
        home.secrets(["registry"])
        home.write_credentials(address="http://127.0.0.1:8000", principals=[{"id": "mobile-app"}])
        for file in (home.secrets_file, home.credentials_file):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_no_password_stands_twice(self, home: Home) -> None:
        secrets = home.secrets(["registry", "health"], ["mobile-app", "health-system"])
        every = [*secrets.roles.values(), *secrets.nats.values(), *secrets.principals.values(), secrets.postgres_admin]
        assert len(set(every)) == len(every)

    def test_data_without_its_secrets_is_not_given_new_ones(self, home: Home) -> None:
        (home.path / "postgres").mkdir()
        with pytest.raises(SecretsMissingError, match=r"secrets\.json"):
            home.secrets(["registry"])

    def test_keys_of_the_environment_go_first_and_are_not_stored(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("YIHU_PII_KEY", "from-the-environment")
        assert home.secrets(["registry"]).pii_key == "from-the-environment"
        assert "from-the-environment" not in home.secrets_file.read_text()


class TestLock:
    def test_a_second_supervisor_is_refused_and_told_who_has_it(self, home: Home) -> None:
        holder = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", HOLDER, str(home.path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "locked\n"
            with pytest.raises(HomeInUseError, match=str(holder.pid)):
                home.lock()
        finally:
            holder.kill()
            holder.communicate()
        home.lock()  # a killed holder leaves no lock behind
        home.unlock()


class TestCredentials:
    def test_names_the_address_and_the_principals(self, home: Home) -> None:
        home.write_credentials(address="http://127.0.0.1:8123", principals=[{"id": "mobile-app", "secret": "s"}])
        document = json.loads(home.credentials_file.read_text())
        assert document["address"] == "http://127.0.0.1:8123"
        assert document["token_endpoint"].startswith("http://127.0.0.1:8123/")
        assert [entry["id"] for entry in document["principals"]] == ["mobile-app"]

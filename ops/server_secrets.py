"""What the servers of a container installation need before they start: a password and a configuration."""

import os
from pathlib import Path

from ops.home import Home, write_private
from ops.migrate import installation_secrets
from ops.nats_users import nats_users
from shared.embedded.nats_configuration import nats_configuration

ADMINISTRATOR = "postgres"
"""The superuser of the official image."""


def write_server_secrets(home: Home, *, postgres: Path, nats: Path) -> None:
    """Write `postgres/password` and `nats/nats.conf`; the same at every start, as the home's secrets are.

    `POSTGRES_PASSWORD` goes before the generated password; PostgreSQL takes either only when its cluster is made.
    """
    secrets = installation_secrets(home)
    password = os.environ.get("POSTGRES_PASSWORD") or secrets.postgres_admin
    home.write_pgpass(secrets, administrator=ADMINISTRATOR, password=password)
    write_private(postgres / "password", password)
    configuration = nats_configuration(
        nats_users(secrets), listen="0.0.0.0:4222", store=Path("/data"), monitor="127.0.0.1:8222"
    )
    write_private(nats / "nats.conf", configuration)

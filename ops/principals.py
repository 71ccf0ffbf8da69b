"""`make principals`: who may sign in, from a file, into the running system of this home."""

import os
from pathlib import Path

from ops.home import Home
from ops.migrate import installation_secrets
from ops.topology import GATEWAY
from shared.embedded.databases import service_urls


def principals(home: Home, file: Path) -> int:
    """The gateway's own command, with this home's database: `YIHU_DATABASE_URL`, else the embedded one."""
    from gateway.principals import main

    server = os.environ.get("YIHU_DATABASE_URL") or f"postgresql://127.0.0.1:{home.server_port('postgres')}/postgres"
    secrets = installation_secrets(home)
    os.environ["YIHU_SERVICE_DATABASE_URL"] = service_urls(server, GATEWAY, passwords=secrets.roles).app_url
    os.environ["YIHU_SIGNING_KEY"] = secrets.signing_key
    return main(["import", str(file)])

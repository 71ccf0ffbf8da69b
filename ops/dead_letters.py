"""`python -m ops deadletters`: the kernel's command for dead letters, as the administrator of this home's NATS."""

import os
from collections.abc import Sequence

from ops.environment import nats_url_for
from ops.home import Home
from ops.migrate import installation_secrets


def dead_letters(home: Home, arguments: Sequence[str]) -> int:
    """List, show or redrive; `arguments` are those of `python -m shared.snapshots.deadletters`."""
    from shared.snapshots.deadletters.__main__ import main

    return main(["--nats-url", nats_admin_url(home), *arguments])


def nats_admin_url(home: Home) -> str:
    """`YIHU_NATS_URL`, else the embedded server's; raises `NoServerError` where there is neither."""
    url = os.environ.get("YIHU_NATS_URL") or f"nats://127.0.0.1:{home.server_port('nats')}"
    return nats_url_for(None, url, installation_secrets(home))

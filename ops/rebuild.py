"""`make rebuild`: every projection made anew from its owners, online, through the gateway; the statuses verified."""

import sys
import time
from collections.abc import Mapping

import httpx

from ops.home import Home
from ops.token import NoTokenError, fetch_token, read_credentials

OPERATOR = "district-office"
SECONDS = 300.0
PATIENCE_SECONDS = 60.0
"""How long what was published again may take to arrive before a difference counts."""
STEPS = ("republish", "rebuild")


def rebuild(home: Home) -> int:
    """Whatever services offer below `/operations/` is called: republish, then rebuild, then verify. 0 = all agree."""
    try:
        address = read_credentials(home).address
        headers = {"Authorization": f"Bearer {fetch_token(home, OPERATOR)}"}
        with httpx.Client(base_url=address, headers=headers, timeout=SECONDS, trust_env=False) as client:
            offered = client.get("/api/v1/openapi.json").raise_for_status().json()["paths"]
            for step in STEPS:
                for path in _paths(offered, step, method="post"):
                    _say(path, client.post(path))
            return 0 if all(_agrees(client, path) for path in _paths(offered, "verify", method="get")) else 1
    except (NoTokenError, httpx.HTTPError) as failure:
        sys.stderr.write(f"{failure}\n")
    return 1


def _paths(offered: Mapping[str, Mapping[str, object]], step: str, *, method: str) -> list[str]:
    """The registry's first: the departments' projections hang on its rosters."""
    found = [
        path
        for path, methods in offered.items()
        if method in methods and "/operations" in path and path.replace(":", "/").endswith(f"/{step}")
    ]
    return sorted(found, key=lambda path: (not path.startswith("/api/v1/registry/"), path))


def _agrees(client: httpx.Client, path: str) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = client.get(path)
        answer.raise_for_status()
        found = answer.json()
        if found.get("clean") is True or time.monotonic() > deadline:
            _say(path, answer)
            return found.get("clean") is True
        time.sleep(1)


def _say(path: str, answer: httpx.Response) -> None:
    sys.stdout.write(f"{path} -> {answer.status_code} {answer.text}\n")
    sys.stdout.flush()
    answer.raise_for_status()

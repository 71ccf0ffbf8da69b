"""`make rebuild`: every projection made anew from its owners, online, through the gateway; the statuses verified."""

import sys
import time
from collections.abc import Mapping, Sequence

import httpx

from ops.home import Home
from ops.token import NoTokenError, fetch_token, read_credentials

OPERATOR = "district-office"
SECONDS = 300.0
PATIENCE_SECONDS = 60.0
"""How long nothing may become less of what is under way before it counts as stuck, and a service may be away."""
POLL_SECONDS = 1.0
STEPS = ("republish", "rebuild")


class StuckError(RuntimeError):
    """Events do not arrive."""


def rebuild(home: Home) -> int:
    """Whatever services offer below `/operations/` is called: republish, then rebuild, each waited for, then verify.
    0 = all has arrived and agrees."""
    try:
        address = read_credentials(home).address
        headers = {"Authorization": f"Bearer {fetch_token(home, OPERATOR)}"}
        with httpx.Client(base_url=address, headers=headers, timeout=SECONDS, trust_env=False) as client:
            offered = client.get("/api/v1/openapi.json").raise_for_status().json()["paths"]
            backlogs = _paths(offered, "backlog", method="get")
            for step in STEPS:
                for path in _paths(offered, step, method="post"):
                    _say(path, _ask(client, "POST", path))
                _wait_for_arrival(client, backlogs)
            return 0 if all(_agrees(client, path) for path in _paths(offered, "verify", method="get")) else 1
    except (NoTokenError, httpx.HTTPError, StuckError) as failure:
        sys.stderr.write(f"{failure}\n")
    return 1


def _wait_for_arrival(client: httpx.Client, paths: Sequence[str]) -> None:
    """Until all that was under way has been published and taken in, and so has what followed from it (a roster makes
    facts, facts make statuses). Each service need be seen through once: others go on writing. Raises StuckError."""
    for number in ("unpublished", "untaken", "unpublished", "untaken"):
        left = dict.fromkeys(paths, 0)
        least, since = None, time.monotonic()
        while left := {path: count for path in left if (count := _count(client, path, number))}:
            total = sum(left.values())
            said = ", ".join(f"{path.split('/')[3]} {count:,}" for path, count in left.items())
            _write(f"{total:,} events {number}: {said}")
            if least is None or total < least:
                least, since = total, time.monotonic()
            elif time.monotonic() - since > PATIENCE_SECONDS:
                raise StuckError(f"after {PATIENCE_SECONDS:.0f} s no fewer events are {number}: {said}. {_REMEDY}")
            time.sleep(POLL_SECONDS)


_REMEDY = "See /healthz of the gateway, the logs of these services and `make deadletters`; then begin again."


def _ask(client: httpx.Client, method: str, path: str) -> httpx.Response:
    """The answer; a service that is away, or not connected to the streams yet, is asked again for a while."""
    since = time.monotonic()
    while (answer := client.request(method, path)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        if time.monotonic() - since > PATIENCE_SECONDS:
            break
        _write(f"{path} -> 503, asked again")
        time.sleep(POLL_SECONDS)
    return answer


def _count(client: httpx.Client, path: str, number: str) -> int:
    return int(_ask(client, "GET", path).raise_for_status().json()[number])


def _paths(offered: Mapping[str, Mapping[str, object]], step: str, *, method: str) -> list[str]:
    """The registry's first: the departments' projections hang on its rosters."""
    found = [
        path
        for path, methods in offered.items()
        if method in methods and "/operations" in path and path.replace(":", "/").endswith(f"/{step}")
    ]
    return sorted(found, key=lambda path: (not path.startswith("/api/v1/registry/"), path))


def _agrees(client: httpx.Client, path: str) -> bool:
    answer = _ask(client, "GET", path)
    _say(path, answer)
    return answer.json().get("clean") is True


def _say(path: str, answer: httpx.Response) -> None:
    _write(f"{path} -> {answer.status_code} {answer.text}")
    answer.raise_for_status()


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()

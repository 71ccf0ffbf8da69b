"""What is printed when everything runs: where it is, where the credentials are, the main job in `curl` lines."""

import contextlib
import json
import shlex
from dataclasses import dataclass

import httpx

from ops.home import Home
from ops.token import NoTokenError, fetch_token
from ops.topology import ROOT
from shared.clock import SystemClock

RECORD = "/api/v1/health/insurance-enrolments"


@dataclass(frozen=True, slots=True)
class Example:
    """A person of the demo: whose status is read, and who loses the insurance of this year."""

    household_id: str
    member_id: str


def greeting(home: Home, address: str, *, asked_at: str | None = None, token_command: str | None = None) -> list[str]:
    """Lines for the terminal; the `curl` lines work as they stand, in the checkout's folder.

    `address` is what the lines name. For a container: `asked_at` is where the gateway is for us, `token_command` how a
    principal's token is got.
    """
    example = _example(home, asked_at or address)
    lines = [
        "",
        f"Yihu runs at {address} (API documentation: {address}/docs)",
        f"Credentials of the demo: {home.credentials_file}",
    ]
    if example is not None:
        command = token_command or _make(home, "-s token CLIENT={client}")
        lines += ["", "The main job: read a status, post a health record, read the status that it changed", ""]
        lines += _curl_lines(address, example, command)
    if token_command is None:
        lines += ["", f"The same with times and a refusal: {_make(home, 'tour')}. Stop with Ctrl-C."]
    return lines


def _curl_lines(address: str, example: Example, token_command: str) -> list[str]:
    today = SystemClock().today()
    record = {"member_id": example.member_id, "year": today.year, "enrolled": False, "enrolled_on": today.isoformat()}
    reader, system = (f"$({token_command.replace('{client}', client)})" for client in ("mobile-app", "health-system"))
    status = f"{address}/api/v1/households/{example.household_id}/status?view=mobile"
    read = f'curl -sw "\\n" -H "Authorization: Bearer {reader}" "{status}"'
    post = (
        f'curl -sw "\\n" -H "Authorization: Bearer {system}" -H "Content-Type: application/json"'
        f" -d '{json.dumps(record)}' {address}{RECORD}"
    )
    return [f"  {line}" for line in (read, post, read)]


def _make(home: Home, target: str) -> str:
    command = f"make {target}"
    return command if home.path == ROOT / ".yihu" else f"YIHU_HOME={shlex.quote(str(home.path))} {command}"


def _example(home: Home, address: str) -> Example | None:
    """Someone with an insurance enrolment; None where nothing is loaded."""
    with contextlib.suppress(NoTokenError, httpx.HTTPError, KeyError, IndexError, ValueError):
        headers = {"Authorization": f"Bearer {fetch_token(home, 'health-system')}"}
        answer = httpx.get(f"{address}{RECORD}?limit=1", headers=headers, timeout=10, trust_env=False)
        row = answer.raise_for_status().json()["items"][0]
        return Example(household_id=str(row["household_id"]), member_id=str(row["member_id"]))
    return None

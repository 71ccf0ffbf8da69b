"""`make tour`: a department posts an update, and a helper's mobile client sees the household's status change."""

import json
import sys
import time
from datetime import timedelta

import httpx

from ops.home import Home
from ops.token import NoTokenError, fetch_token, read_credentials
from ops.tour.words import difference, summary
from shared.clock import SystemClock

DIVISION = "420115010000"
LIST = "/api/v1/statuses"
BILLS = "/api/v1/health/settlement-bills"
WAIT_SECONDS = 10.0


class TourError(Exception):
    """The system does not show what the tour is there to show."""


def main() -> int:
    home = Home.of_environment()
    try:
        with httpx.Client(base_url=read_credentials(home).address, timeout=30, trust_env=False) as client:
            Tour(client, home).run()
    except (NoTokenError, TourError, httpx.HTTPError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


class Tour:
    """Six steps; the health department's system writes, the helpers' mobile application reads."""

    def __init__(self, client: httpx.Client, home: Home) -> None:
        self._client = client
        self._writer = {"Authorization": f"Bearer {fetch_token(home, 'health-system')}"}
        self._reader = {"Authorization": f"Bearer {fetch_token(home, 'mobile-app')}", "Accept-Language": "en"}

    def run(self) -> None:
        household_id = self._a_household()
        path = f"/api/v1/households/{household_id}/status"
        before = self._read(path)
        member = before.json()["members"]["items"][0]
        say("1. The mobile client reads a household's unified status")
        show(f"GET {path}", before)
        say(summary(before.json()))
        say("2. The health department's system posts a hospital bill of a member")
        today = SystemClock().today()
        bill = {
            "member_id": member["member_id"],
            "bill_number": f"TOUR-{int(time.time())}",
            "kind": "inpatient",
            "admitted_on": (today - timedelta(days=3)).isoformat(),
            "settled_on": today.isoformat(),
            "total": "60000.00",
            "basic_insurance": "30000.00",
            "serious_illness_insurance": "8000.00",
            "medical_aid": "4000.00",
            "self_paid": "18000.00",
            "one_stop": True,
            "treated_before_payment": True,
        }
        say(json.dumps(bill, ensure_ascii=False))
        written = self._client.post(BILLS, json=bill, headers={**self._writer, "Idempotency-Key": bill["bill_number"]})
        answered = time.perf_counter()
        show(f"POST {BILLS}", written)
        if written.status_code != httpx.codes.CREATED:
            raise TourError(written.text)
        wanted = version_of(written, "health")
        say(f"   Yihu-Version: health={wanted}")
        after = self._until_visible(path, wanted)
        delay = (time.perf_counter() - answered) * 1000
        say(f"3. The mobile client reads again: the change is visible {delay:.1f} ms after the bill was accepted")
        show(f"GET {path}", after)
        say(difference(before.json(), after.json()))
        say("4. The same request is sent again: it is answered as before and acts once")
        again = self._client.post(BILLS, json=bill, headers={**self._writer, "Idempotency-Key": bill["bill_number"]})
        show(f"POST {BILLS}", again)
        if again.content != written.content:
            raise TourError("the repeat was answered differently")
        say("5. A bill whose layers do not add up is refused, with field, rule and remedy")
        wrong = {**bill, "bill_number": f"{bill['bill_number']}-X", "self_paid": "1.00"}
        refused = self._client.post(BILLS, json=wrong, headers={**self._writer, "Accept-Language": "en"})
        show(f"POST {BILLS}", refused)
        for error in refused.json()["errors"]:
            say(f"   {error['pointer']} {error['code']}: {error['message']} {error['remedy']}")
        say("6. The bill was an example: it is voided with a reason, and the status says so too")
        voided = self._client.post(
            f"{written.headers['location']}:void", json={"reason": "example of the tour"}, headers=self._writer
        )
        show(f"POST {written.headers['location']}:void", voided)
        self._until_visible(path, version_of(voided, "health"))

    def _a_household(self) -> str:
        """One with several members and no open signal of its medical cost, so that the change can be seen."""
        listed = self._client.get(LIST, params={"division": DIVISION, "limit": 200}, headers=self._reader)
        if listed.status_code != httpx.codes.OK:
            raise TourError(listed.text)
        items = listed.json()["items"]
        if not items:
            raise TourError("there is no household in the demo division: load it with make demo")
        calm = [item for item in items if not item.get("signals")]
        chosen: str = (calm or items)[0]["household_id"]
        return chosen

    def _read(self, path: str) -> httpx.Response:
        response = self._client.get(path, headers=self._reader)
        if response.status_code != httpx.codes.OK:
            raise TourError(response.text)
        return response

    def _until_visible(self, path: str, wanted: int) -> httpx.Response:
        deadline = time.monotonic() + WAIT_SECONDS
        while version_of(response := self._read(path), "health") < wanted:
            if time.monotonic() > deadline:
                raise TourError("the update did not become visible")
        return response


def version_of(response: httpx.Response, source: str) -> int:
    """The version that a response names for a source in `Yihu-Version`; 0 when it names none."""
    for part in response.headers.get("yihu-version", "").split(","):
        name, _, number = part.strip().partition("=")
        if name == source:
            return int(number)
    return 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def show(request: str, response: httpx.Response) -> None:
    milliseconds = response.elapsed.total_seconds() * 1000
    say(f"   {request} -> {response.status_code} in {milliseconds:.1f} ms")


if __name__ == "__main__":
    sys.exit(main())

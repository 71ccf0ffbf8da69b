"""Loading a district through the gateway: steps in order, the batches of a step a few at a time."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ops.demo.client import Client, Clients, DemoError
from ops.demo.district import REGISTRY, District
from ops.demo.step import OPENED_FOR, Document, Step
from ops.token import Credentials

BATCH_ROWS = {"/api/v1/households:batch": 200}
DEFAULT_BATCH_ROWS = 500
PARALLEL = 3
UNMATCHED_SECONDS = 30
VISIBLE_SECONDS = 120
_THERE_ALREADY = frozenset({"case-open", "case-known"})

Report = Callable[[str], None]


@dataclass(slots=True)
class Loaded:
    """What became of the rows. `refused` counts refusals by step, code and pointer, without any content."""

    rows: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    opened: dict[str, dict[object, object]] = field(default_factory=dict)
    """Ids of what was posted for a household code or ID number, by collection; for the steps of cases."""
    newest: dict[str, tuple[object, object]] = field(default_factory=dict)
    """Household and version of what each service took in last."""

    @property
    def complete(self) -> bool:
        return self.accepted == self.rows


async def load(district: District, *, credentials: Credentials, report: Report) -> Loaded:
    """Send every step and tell `report` a line of each; raises `DemoError` when the system cannot be reached."""
    began = time.monotonic()
    loaded = Loaded(rows=district.rows)
    async with Clients(credentials, connections=PARALLEL + 1) as clients:
        departments = dict.fromkeys(step.service for step in district.steps if step.service != REGISTRY)
        waiting = {name: await _unmatched(clients.with_scope(f"{name}:write"), name) for name in departments}
        for number, step in enumerate(district.steps, start=1):
            client = clients.with_scope(f"{step.service}:write")
            started = time.monotonic()
            await _send_step(client, step, loaded)
            took = time.monotonic() - started
            report(f"[{number:2d}/{len(district.steps)}] {step.title}: {len(step.rows)} rows in {took:.1f} s")
        for name, before in waiting.items():
            strangers = before + sum(step.strangers for step in district.steps if step.service == name)
            await _wait_until_matched(clients.with_scope(f"{name}:write"), name, report, strangers=strangers)
        await _wait_until_visible(clients.with_scope("status:read"), loaded, report)
    loaded.seconds = time.monotonic() - began
    return loaded


async def _send_step(client: Client, step: Step, loaded: Loaded) -> None:
    size = BATCH_ROWS.get(step.path, DEFAULT_BATCH_ROWS)
    sent = _with_case_ids(step, loaded) if step.acts_on_cases else step.rows
    batches = [sent[start : start + size] for start in range(0, len(sent), size)]
    places = asyncio.Semaphore(PARALLEL)

    async def send(rows: Sequence[dict[str, object]]) -> dict[str, object]:
        async with places:
            return await client.post(step.path, {"rows": list(rows)})

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(send(rows)) for rows in batches]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    for rows, task in zip(batches, tasks, strict=True):
        _count(task.result(), rows, step, loaded)


def _with_case_ids(step: Step, loaded: Loaded) -> tuple[Document, ...]:
    """The rows with the ids of the cases that they are about."""
    opened = loaded.opened.get(step.cases, {})
    return tuple(
        {"case_id": opened.get(row[OPENED_FOR]), **{name: value for name, value in row.items() if name != OPENED_FOR}}
        for row in step.rows
    )


def _count(answer: dict[str, object], rows: Sequence[Document], step: Step, loaded: Loaded) -> None:
    results = answer.get("results")
    if not isinstance(results, list):
        raise DemoError(f"{step.path}: the answer has no results")
    opened = loaded.opened.setdefault(step.cases, {})
    for row, result in zip(rows, results, strict=True):
        if "id" in result and not step.acts_on_cases:
            opened[row.get("household_code") or row.get("id_number")] = result["id"]
        if result["status"] < 300:
            loaded.accepted += 1
            if result.get("version") is not None:
                loaded.newest[step.service] = (result["household_id"], result["version"])
            continue
        problem = result.get("problem") or {}
        if problem.get("code") in _THERE_ALREADY:
            loaded.accepted += 1  # loaded on an earlier day
            continue
        faults = [f"{_field(one.get('pointer'))} {one.get('code')}" for one in problem.get("errors", ())]
        loaded.refused[f"{step.title}: {problem.get('code')} {'; '.join(faults)}"] += 1


def _field(pointer: object) -> str:
    """The field without the numbers of row and member, so that equal refusals count as one."""
    return "/".join(part for part in str(pointer).split("/") if not part.isdigit() and part != "rows")


async def _unmatched(client: Client, service: str) -> int:
    return int(str((await client.get(f"/api/v1/{service}/unmatched"))["total"]))


async def _wait_until_matched(client: Client, service: str, report: Report, *, strangers: int) -> None:
    """Records that came before their household's roster are matched by themselves; see that none stays behind but those
    of strangers."""
    deadline = time.monotonic() + UNMATCHED_SECONDS
    while True:
        waiting = await _unmatched(client, service)
        if waiting <= strangers:
            return
        if time.monotonic() > deadline:
            report(f"{waiting} {service} records still wait for their household")
            return
        await asyncio.sleep(0.2)


async def _wait_until_visible(client: Client, loaded: Loaded, report: Report) -> None:
    """The statuses follow what was taken in, in its order: wait until they contain what came last of each service."""
    started = time.monotonic()
    for service, (household, version) in loaded.newest.items():
        while True:
            try:
                await client.get(f"/api/v1/households/{household}/status?at_least={service}:{version}")
                break
            except DemoError:
                if time.monotonic() - started > VISIBLE_SECONDS:
                    report(f"the statuses do not yet contain all that {service} took in")
                    return
                await asyncio.sleep(0.5)
    report(f"statuses up to date after {time.monotonic() - started:.1f} s")

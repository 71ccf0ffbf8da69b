"""The figures of the main job, each taken through the gateway as a client has it."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from ops.bench.load import Answer, Connection, Measured, UnexpectedAnswerError, request, run_load

BATCH_ROWS = 1000
PAGE_ROWS = 500
VISIBLE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Person:
    member_id: UUID
    household_id: UUID


@dataclass(slots=True)
class Subject:
    """The system that is measured: its gateway, tokens of a department and of a mobile client, and its people."""

    url: str
    writer: str
    reader: str
    people: Sequence[Person] = ()

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "127.0.0.1"

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80

    async def connect(self) -> Connection:
        return await Connection.open(self.host, self.port)

    def get(self, path: str, token: str) -> bytes:
        return request("GET", path, host=self.host, token=token)

    def post(self, path: str, body: object) -> bytes:
        return request("POST", path, host=self.host, token=self.writer, body=orjson.dumps(body))


_numbers = itertools.count(int(time.time()) * 1000)


def bill(person: Person, day: date) -> dict[str, object]:
    """A settlement bill that was never sent before: it changes the household's figures, and so its status."""
    return {
        "member_id": str(person.member_id),
        "bill_number": f"BENCH{next(_numbers)}",
        "kind": "outpatient",
        "settled_on": day.isoformat(),
        "total": "100.00",
        "basic_insurance": "70.00",
        "self_paid": "30.00",
    }


async def read_people(subject: Subject) -> list[Person]:
    """Everybody with an enrolment, as the health service lists them."""
    connection = await subject.connect()
    people: dict[UUID, Person] = {}
    cursor = ""
    try:
        while True:
            path = f"/api/v1/health/insurance-enrolments?state=matched&limit={PAGE_ROWS}{cursor}"
            answer = await connection.send(subject.get(path, subject.writer))
            if answer.status != 200:
                raise UnexpectedAnswerError(answer.body[:300].decode(errors="replace"))
            page = orjson.loads(answer.body)
            for item in page["items"]:
                person = Person(UUID(item["member_id"]), UUID(item["household_id"]))
                people[person.member_id] = person
            if page["next_cursor"] is None:
                return list(people.values())
            cursor = f"&cursor={page['next_cursor']}"
    finally:
        connection.close()


async def updates(subject: Subject, *, clients: int, seconds: float, day: date) -> Measured:
    """One record a request, each of another person."""
    people = subject.people

    def make(number: int) -> bytes:
        return subject.post("/api/v1/health/settlement-bills", bill(people[number % len(people)], day))

    return await run_load(subject.host, subject.port, clients=clients, seconds=seconds, make=make)


async def status_reads(subject: Subject, *, clients: int, seconds: float) -> Measured:
    """The mobile client's status of one household after the other."""
    households = sorted({person.household_id for person in subject.people})
    requests = [
        subject.get(f"/api/v1/households/{household_id}/status?view=mobile", subject.reader)
        for household_id in households
    ]
    count = len(requests)
    return await run_load(
        subject.host, subject.port, clients=clients, seconds=seconds, make=lambda number: requests[number % count]
    )


async def write_to_visible(subject: Subject, *, writes: int, pause_seconds: float, day: date) -> Measured:
    """From the answer to a write until a mobile client's plain read shows it; looked at every millisecond or so."""
    writer, reader = await subject.connect(), await subject.connect()
    times: list[float] = []
    began = time.perf_counter()
    try:
        for number in range(writes):
            person = subject.people[(number * 37) % len(subject.people)]
            answer = await writer.send(subject.post("/api/v1/health/settlement-bills", bill(person, day)))
            written = time.perf_counter()
            wanted = _version(answer, "health")
            read = subject.get(f"/api/v1/households/{person.household_id}/status", subject.reader)
            while _version(await reader.send(read), "health") < wanted:
                if time.perf_counter() - written > VISIBLE_SECONDS:
                    raise UnexpectedAnswerError("a write did not become visible")
                await asyncio.sleep(0.001)
            times.append(time.perf_counter() - written)
            await asyncio.sleep(pause_seconds)
    finally:
        writer.close()
        reader.close()
    return Measured(len(times), time.perf_counter() - began, times)


async def batches(subject: Subject, *, clients: int, rounds: int, day: date) -> Measured:
    """Batches of 1,000 rows, household by household as a department's list has them.

    `requests` counts rows, `times` are those of the batches.
    """
    people = sorted(subject.people, key=lambda person: person.household_id)
    bodies = [
        subject.post(
            "/api/v1/health/settlement-bills:batch",
            {"rows": [bill(people[(number * BATCH_ROWS + row) % len(people)], day) for row in range(BATCH_ROWS)]},
        )
        for number in range(rounds)
    ]
    waiting = iter(bodies)
    times: list[float] = []
    began = time.perf_counter()

    async def client() -> None:
        connection = await subject.connect()
        try:
            for body in waiting:
                sent = time.perf_counter()
                answer = await connection.send(body)
                times.append(time.perf_counter() - sent)
                if answer.status != 200 or orjson.loads(answer.body)["refused"]:
                    raise UnexpectedAnswerError(answer.body[:300].decode(errors="replace"))
        finally:
            connection.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return Measured(rounds * BATCH_ROWS, time.perf_counter() - began, times)


def _version(answer: Answer, source: str) -> int:
    if answer.status not in (200, 201):
        raise UnexpectedAnswerError(f"{answer.status}: {answer.body[:300].decode(errors='replace')}")
    for part in (answer.header("yihu-version") or "").split(","):
        name, _, number = part.strip().partition("=")
        if name == source:
            return int(number)
    return 0

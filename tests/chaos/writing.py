"""A department system that keeps writing while something is killed, and what it was told was accepted."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import httpx

from tests.gateway.families import BILLS, Family, bill, figure, status_of, version_of
from tests.gateway.system import BUSY, System


@dataclass
class Ledger:
    """What was accepted: for each household its bills of one yuan, and the highest version it was answered with."""

    accepted: dict[str, set[str]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    refusals: list[httpx.Response] = field(default_factory=list)

    def note(self, family: Family, number: str, answer: httpx.Response) -> None:
        self.accepted.setdefault(family.household_id, set()).add(number)
        version = version_of(answer)
        self.versions[family.household_id] = max(self.versions.get(family.household_id, 0), version)

    @property
    def count(self) -> int:
        return sum(len(numbers) for numbers in self.accepted.values())


async def write_one(system: System, family: Family, ledger: Ledger, *, patience: bool = True) -> None:
    """One bill of one yuan; with patience, sent again under its key until it is accepted."""
    number, key = f"C{uuid.uuid4().hex[:16]}", uuid.uuid4().hex
    content = bill(number, self_paid="1.00", id_number=family.head.id_number)
    while True:
        with contextlib.suppress(httpx.TransportError):
            answer = await system.health.post(BILLS, content, key=key)
            if answer.status_code in {200, 201}:
                ledger.note(family, number, answer)
                return
            ledger.refusals.append(answer)
            assert answer.status_code in BUSY, f"{answer.status_code} {answer.text}"
        if not patience:
            return
        await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def kept_writing(system: System, families: Sequence[Family], *, writers: int = 4) -> AsyncIterator[Ledger]:
    """Bills for the families, one after the other from so many writers, until the block ends."""
    ledger, stop = Ledger(), asyncio.Event()

    async def writer(number: int) -> None:
        turn = number
        while not stop.is_set():
            await write_one(system, families[turn % len(families)], ledger)
            turn += 1

    tasks = [asyncio.create_task(writer(number)) for number in range(writers)]
    try:
        yield ledger
    finally:
        stop.set()
        async with asyncio.timeout(120):
            await asyncio.gather(*tasks)


async def assert_nothing_lost_nothing_doubled(system: System, families: Sequence[Family], ledger: Ledger) -> None:
    """Every accepted bill stands once in the records and is counted once in the status that the mobile client reads."""
    for family in families:
        numbers = ledger.accepted.get(family.household_id, set())
        if not numbers:
            continue
        held = await system.health.pages(BILLS, member_id=family.head.member_id, limit="200")
        held_numbers = [str(one["bill_number"]) for one in held]
        assert len(held_numbers) == len(set(held_numbers)), "a bill was doubled"
        assert numbers <= set(held_numbers), f"lost: {numbers - set(held_numbers)}"
        at_least = f"health:{ledger.versions[family.household_id]}"
        status = await status_of(system.mobile, family, at_least=at_least, seconds=90)
        assert figure(status, "self_paid_medical_cost") == f"{len(held_numbers)}.00"
        sources = cast(dict[str, dict[str, int]], status["sources"])
        assert sources["health"]["version"] >= ledger.versions[family.household_id]

"""Many callers at the same thing at the same moment: one wins, nobody gets an error of ours, the figures add up."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.gateway.families import (
    BILLS,
    ENROLMENTS,
    bill,
    enrolment,
    figure,
    guarantee,
    household,
    member,
    new_id_number,
    register,
    status_of,
    today,
    version_of,
)
from tests.gateway.system import System, body_of


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


class TestRegistry:
    @pytest.mark.req("M43")
    async def test_a_person_claimed_by_ten_households_at_once_gets_into_one(self, system: System) -> None:
        number = new_id_number()
        answers = await asyncio.gather(
            *(system.registry.post("/api/v1/households", household([member(number)])) for _ in range(10))
        )
        assert statuses(answers) == {201: 1, 409: 9}, [answer.text for answer in answers if answer.status_code >= 500]
        found = body_of(await system.registry.post("/api/v1/households:lookup", {"id_number": number}))
        winner = next(answer for answer in answers if answer.status_code == 201)
        assert found["household"]["code"] == winner.json()["code"]  # type: ignore[index]  # JSON

    async def test_a_code_claimed_ten_times_at_once_is_one_household(self, system: System) -> None:
        one = household([member(new_id_number())])
        answers = await asyncio.gather(*(system.registry.post("/api/v1/households", one) for _ in range(10)))
        # A repeat that overtakes the first one's commit may be told of the conflict; sent later it is a correction.
        assert statuses(answers)[201] == 1
        assert set(statuses(answers)) <= {200, 201, 409}
        again = await system.registry.post("/api/v1/households", one)
        assert again.status_code == 200
        taken = [answer for answer in [*answers, again] if answer.status_code != 409]
        assert len({answer.json()["household_id"] for answer in taken}) == 1

    async def test_two_households_merged_into_each_other_at_once(self, system: System) -> None:
        first, second = await register(system, size=1), await register(system, size=1)

        async def merge(one: str, into: str, who: str) -> httpx.Response:
            content = {"kind": "merge", "occurred_on": today().isoformat(), "into": into, "relations": {who: "other"}}
            return await system.registry.post(f"/api/v1/households/{one}/changes", content)

        answers = await asyncio.gather(
            merge(first.household_id, second.household_id, first.head.member_id),
            merge(second.household_id, first.household_id, second.head.member_id),
        )
        codes = sorted(answer.status_code for answer in answers)
        assert codes[0] == 201
        assert 400 <= codes[1] < 500, [answer.text for answer in answers]

    async def test_a_member_called_to_two_households_at_once_lives_in_one(self, system: System) -> None:
        old = await register(system, size=2)
        homes = [await register(system, size=1) for _ in range(2)]
        who = old.people[1].member_id
        joining = {"kind": "07", "occurred_on": today().isoformat(), "member_id": who, "relation": "other"}
        answers = await asyncio.gather(
            *(system.registry.post(f"/api/v1/households/{home.household_id}/changes", joining) for home in homes)
        )
        assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
        everywhere = [
            one["member_id"]
            for home in (old, *homes)
            for one in body_of(await system.registry.get(f"/api/v1/households/{home.household_id}/members"))["items"]  # type: ignore[attr-defined]  # a list
        ]
        assert everywhere.count(who) == 1

    async def test_records_and_natural_changes_at_once_end_in_one_truth(self, system: System) -> None:
        """A person moves to and fro while bills come in: each bill counts where the person lives in the end."""
        one, other = await register(system, size=2), await register(system, size=1)
        mover = one.people[1]

        async def move() -> None:
            for home, relation in ((other, "other"), (one, "spouse"), (other, "other")):
                content = {
                    "kind": "07",
                    "occurred_on": today().isoformat(),
                    "member_id": mover.member_id,
                    "relation": relation,
                }
                body_of(await system.registry.post(f"/api/v1/households/{home.household_id}/changes", content), 201)

        async def write() -> None:
            for _ in range(10):
                written = await system.health.post(BILLS, bill(self_paid="1.00", member_id=mover.member_id))
                assert written.status_code == 201, written.text

        await asyncio.gather(move(), write(), write())
        async with asyncio.timeout(60):
            while True:
                here, there = await status_of(system.office, other), await status_of(system.office, one)
                if (
                    figure(here, "self_paid_medical_cost") == "20.00"
                    and figure(there, "self_paid_medical_cost") is None
                ):
                    break


class TestHealth:
    async def test_forty_bills_of_one_person_at_once_all_count(self, system: System) -> None:
        family = await register(system, size=1)
        answers = await asyncio.gather(
            *(system.health.post(BILLS, bill(self_paid="1.00", id_number=family.head.id_number)) for _ in range(40))
        )
        assert statuses(answers) == {201: 40}
        highest = max(version_of(answer) for answer in answers)
        status = await status_of(system.mobile, family, at_least=f"health:{highest}")
        assert figure(status, "self_paid_medical_cost") == "40.00"

    async def test_one_record_written_and_voided_by_many_at_once(self, system: System) -> None:
        family = await register(system, size=1)
        made = await system.health.post(ENROLMENTS, enrolment(id_number=family.head.id_number))
        path = f"{ENROLMENTS}/{made.json()['id']}:void"
        calls = [system.health.post(path, {"reason": "重复"}) for _ in range(5)]
        calls += [system.health.post(ENROLMENTS, enrolment(id_number=family.head.id_number)) for _ in range(5)]
        answers = await asyncio.gather(*calls)
        assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
        records = await system.health.pages(ENROLMENTS, member_id=family.head.member_id)
        current = [one for one in records if one["state"] == "matched"]
        assert len(current) <= 1
        highest = max(version_of(answer) for answer in answers)
        status = await status_of(system.mobile, family, at_least=f"health:{highest}")
        assert (guarantee(status)["state"] == "met") is bool(current)

    async def test_a_batch_of_a_thousand_times_one_person_is_one_record(self, system: System) -> None:
        family = await register(system, size=1)
        rows = [bill(self_paid="1.00", id_number=family.head.id_number)] * 999
        rows.append(bill(self_paid="2.00", id_number=family.head.id_number))
        document = body_of(await system.health.post(f"{BILLS}:batch", {"rows": rows}))
        assert (document["accepted"], document["refused"]) == (1000, 0)
        version = document["results"][-1]["version"]  # type: ignore[index]  # JSON
        status = await status_of(system.mobile, family, at_least=f"health:{version}")
        assert figure(status, "self_paid_medical_cost") == "3.00"

    async def test_batches_that_overlap_in_opposite_order_do_not_lock_each_other(self, system: System) -> None:
        families = [await register(system, size=1) for _ in range(10)]
        rows = [bill(f"OV{family.code}", self_paid="1.00", id_number=family.head.id_number) for family in families]
        batches = [rows if number % 2 else rows[::-1] for number in range(8)]
        answers = await asyncio.gather(*(system.health.post(f"{BILLS}:batch", {"rows": batch}) for batch in batches))
        assert statuses(answers) == {200: 8}
        assert all(answer.json()["refused"] == 0 for answer in answers)
        for family in families:
            assert len(await system.health.pages(BILLS, member_id=family.head.member_id)) == 1

"""What happens to a household happens to its departments' facts too: birth, death, move, split, merge, transfer."""

from collections.abc import Mapping
from typing import cast

import pytest

from shared.testing.waiting import wait_until
from tests.gateway.families import (
    BILLS,
    ENROLMENTS,
    Family,
    Person,
    bill,
    enrolment,
    figure,
    guarantee,
    member,
    new_code,
    new_id_number,
    register,
    status_of,
    today,
    version_of,
)
from tests.gateway.system import System, body_of


async def change(system: System, family: Family, **content: object) -> dict[str, object]:
    """Record a change of today; its result."""
    path = f"/api/v1/households/{family.household_id}/changes"
    return body_of(await system.registry.post(path, {"occurred_on": today().isoformat(), **content}), 201)


async def insure(system: System, *people: Person) -> int:
    """Enrol everybody; the version of the last write."""
    version = 0
    for person in people:
        written = await system.health.post(ENROLMENTS, enrolment(member_id=person.member_id))
        assert written.status_code == 201, written.text
        version = version_of(written)
    return version


async def wait_for(system: System, family: Family, expected: Mapping[str, object]) -> dict[str, object]:
    """The status, once it says: members' count, state of basic medical care, self-paid cost."""
    seen: dict[str, object] = {}

    async def as_expected() -> bool:
        nonlocal seen
        status = await status_of(system.office, family)
        seen = {
            "members": cast(dict[str, object], status["members"])["count"],
            "basic_medical": guarantee(status)["state"],
            "self_paid": figure(status, "self_paid_medical_cost"),
            "state": cast(dict[str, object], status["lifecycle"])["state"],
            "division": cast(dict[str, object], status["place"])["division"],
        }
        return expected.items() <= seen.items()

    try:
        await wait_until(as_expected, seconds=60)
    except TimeoutError:
        raise AssertionError(f"expected {dict(expected)}, the status says {seen}") from None
    return await status_of(system.office, family)


class TestMembers:
    @pytest.mark.req("D10", "M33")
    async def test_a_newborn_counts_and_is_awaited_in_insurance(self, system: System) -> None:
        family = await register(system, size=2)
        await insure(system, *family.people)
        await wait_for(system, family, {"members": 2, "basic_medical": "met"})
        born = {"name": "新生", "sex": "1", "relation": "son"}
        result = await change(system, family, kind="06", member=born)
        status = await wait_for(system, family, {"members": 3, "basic_medical": "unknown"})
        (reason,) = cast(list[dict[str, object]], guarantee(status)["reasons"])
        assert reason["code"] == "enrolment_awaited"
        assert reason["member_id"] == result["member_id"]

    @pytest.mark.req("D10")
    async def test_the_dead_no_longer_count(self, system: System) -> None:
        family = await register(system, size=2)
        head, spouse = family.people
        await insure(system, head)
        await wait_for(system, family, {"members": 2, "basic_medical": "unmet"})
        await change(system, family, kind="01", member_id=spouse.member_id)
        await wait_for(system, family, {"members": 1, "basic_medical": "met"})
        refused = await system.registry.post(
            f"/api/v1/households/{family.household_id}/members", member(spouse.id_number, relation="other")
        )
        assert refused.status_code == 422, "who has died is not registered again"

    @pytest.mark.req("D10", "M45")
    async def test_who_moves_to_another_household_takes_the_records_along(self, system: System) -> None:
        old, new = await register(system, size=2), await register(system, size=1)
        daughter = old.people[1]
        await insure(system, *old.people, *new.people)
        for person in (old.head, daughter):
            await system.health.post(BILLS, bill(self_paid="50.00", member_id=person.member_id))
        await wait_for(system, old, {"self_paid": "100.00", "basic_medical": "met"})
        await change(system, new, kind="07", member_id=daughter.member_id, relation="daughter_in_law")
        await wait_for(system, new, {"members": 2, "self_paid": "50.00", "basic_medical": "met"})
        await wait_for(system, old, {"members": 1, "self_paid": "50.00", "basic_medical": "met"})
        records = await system.health.pages(BILLS, member_id=daughter.member_id)
        assert {one["household_id"] for one in records} == {new.household_id}

    async def test_who_moved_out_can_be_written_of_again_after_moving_in(self, system: System) -> None:
        old, new = await register(system, size=2), await register(system, size=1)
        gone = old.people[1]
        await change(system, old, kind="08", member_id=gone.member_id)
        await wait_for(system, old, {"members": 1})
        late = await system.health.post(BILLS, bill(self_paid="70.00", id_number=gone.id_number))
        assert late.status_code == 201, late.text
        await change(system, new, kind="07", member_id=gone.member_id, relation="other")
        await wait_for(system, new, {"members": 2, "self_paid": "70.00"})
        await wait_for(system, old, {"self_paid": None})


class TestHouseholds:
    @pytest.mark.req("D10")
    async def test_a_split_takes_the_records_of_those_who_go(self, system: System) -> None:
        family = await register(system, size=3)
        son = family.people[2]
        await system.health.post(BILLS, bill(self_paid="10.00", member_id=son.member_id))
        await system.health.post(BILLS, bill(self_paid="1.00", member_id=family.head.member_id))
        await wait_for(system, family, {"self_paid": "11.00"})
        code = new_code()
        result = await change(
            system, family, kind="split", code=code, members=[{"member_id": son.member_id, "relation": "head"}]
        )
        touched = {
            str(one["code"]): str(one["household_id"]) for one in cast(list[dict[str, object]], result["households"])
        }
        made = Family(touched[code], code, family.division, (son,))
        await wait_for(system, made, {"members": 1, "self_paid": "10.00", "state": "registered"})
        await wait_for(system, family, {"members": 2, "self_paid": "1.00"})

    @pytest.mark.req("D10")
    async def test_a_merge_brings_all_together_and_closes_the_other(self, system: System) -> None:
        first, second = await register(system, size=1), await register(system, size=1)
        for family, paid in ((first, "3.00"), (second, "4.00")):
            await system.health.post(BILLS, bill(self_paid=paid, member_id=family.head.member_id))
        await wait_for(system, first, {"self_paid": "3.00"})
        relations = {first.head.member_id: "sibling"}
        await change(system, first, kind="merge", into=second.household_id, relations=relations)
        await wait_for(system, second, {"members": 2, "self_paid": "7.00"})
        closed = await wait_for(system, first, {"members": 0, "state": "closed", "self_paid": None})
        assert cast(dict[str, object], closed["lifecycle"])["merged_into"] == second.household_id

    @pytest.mark.req("D10")
    async def test_a_transfer_takes_everything_to_the_other_village(self, system: System) -> None:
        family = await register(system, size=1)
        await system.health.post(BILLS, bill(self_paid="8.00", member_id=family.head.member_id))
        await change(system, family, kind="transfer", division="420115010230")
        await wait_for(system, family, {"division": "420115010230", "self_paid": "8.00"})

        async def records_are_there() -> bool:
            records = await system.health.pages(BILLS, member_id=family.head.member_id)
            return {one["division"] for one in records} == {"420115010230"}

        await wait_until(records_are_there, seconds=30)
        listed = await system.mobile.pages("/api/v1/statuses", division="420115010230", limit="200")
        assert family.household_id in {one["household_id"] for one in listed}

    @pytest.mark.req("M43")
    async def test_one_person_is_in_one_household_only(self, system: System) -> None:
        family = await register(system, size=1)
        other = await register(system, size=1)
        answer = await system.registry.post(
            f"/api/v1/households/{other.household_id}/members", member(family.head.id_number, relation="other")
        )
        assert answer.status_code == 409
        assert family.code in answer.text
        assert other.code in answer.text
        assert family.head.id_number not in answer.text

    async def test_a_change_of_tomorrow_or_before_membership_is_refused(self, system: System) -> None:
        family = await register(system, size=2)
        path = f"/api/v1/households/{family.household_id}/changes"
        for day in ("2999-01-01", "1949-10-01", "0000-01-01", "2026-02-30"):
            leaving = {"kind": "08", "occurred_on": day, "member_id": family.people[1].member_id}
            assert (await system.registry.post(path, leaving)).status_code in {409, 422}, day
        nobody = {"kind": "01", "occurred_on": today().isoformat(), "member_id": family.household_id}
        assert (await system.registry.post(path, nobody)).status_code in {404, 409, 422}
        assert (await status_of(system.office, family))["members"]["count"] == 2  # type: ignore[index]  # JSON

    async def test_a_change_sent_again_under_its_key_happens_once(self, system: System) -> None:
        family = await register(system, size=1)
        path = f"/api/v1/households/{family.household_id}/changes"
        joining = {
            "kind": "07",
            "occurred_on": today().isoformat(),
            "member": member(new_id_number(), relation="other"),
        }
        first = await system.registry.post(path, joining, key=new_code())
        key = first.request.headers["idempotency-key"]
        again = await system.registry.post(path, joining, key=key)
        assert first.content == again.content
        await wait_for(system, family, {"members": 2})

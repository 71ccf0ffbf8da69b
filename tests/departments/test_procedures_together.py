"""Steps of many at once: objections that stop them, races, repeats, batches, cases of people not known yet."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.pii import Vault
from shared.roster.models import RosterHousehold
from shared.testing.databases import TestDatabases
from shared.testing.department import NOON_OF_1_JUNE_2020, Person
from shared.testing.tokens import TestTokens
from shared.testing.waiting import wait_until
from tests.departments.repairs.running import Repairs, application, run_repairs
from tests.departments.test_procedures import refused


@pytest.fixture(scope="module")
async def bureau(
    service_database: TestDatabases, nats_url: str, tokens: TestTokens, vault: Vault
) -> AsyncIterator[Repairs]:
    async for one in run_repairs(service_database, nats_url, tokens, vault):
        yield one


def joined(repairs: Repairs, household: RosterHousehold, *people: Person) -> RosterHousehold:
    """The household with these people, in its next version."""
    return repairs.system.make_household(
        *people, household_id=household.household_id, code=household.code, version=household.version + 1
    )


@pytest.fixture
def repairs(bureau: Repairs) -> Repairs:
    """The bureau on 1 June 2020."""
    bureau.clock.set(NOON_OF_1_JUNE_2020)
    return bureau


class TestObjections:
    async def test_an_open_objection_stops_the_decision_until_it_is_dismissed(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        repairs.clock.advance(timedelta(days=7))
        objection = (await repairs.step(case, "object", "village", text="房屋并未损坏", objector="赵某")).json()
        assert (objection["open_objections"], objection["stage"]) == (1, "posted")
        assert refused(await repairs.step(case, "decide", granted=True), 409, "objection-open")["params"] == {
            "count": 1
        }
        undecided = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()["undecided"]
        assert undecided == [objection["step_id"]]
        finding = {"objection_id": undecided[0], "finding": "经复核属实", "upheld": False}
        refused(await repairs.step(case, "decide_objection", "village", **finding), 403, "step-not-yours")
        dismissed = (await repairs.step(case, "decide_objection", **finding)).json()
        # The declaration says that the posting starts anew.
        assert (dismissed["open_objections"], dismissed["ready_on"]) == (0, "2020-06-15")
        refused(await repairs.step(case, "decide_objection", **finding), 409, "objection-not-open")
        refused(await repairs.step(case, "decide", granted=True), 409, "posting-running")
        repairs.clock.advance(timedelta(days=7))
        assert (await repairs.step(case, "decide", granted=True)).json()["stage"] == "in_force"

    async def test_an_upheld_objection_leads_back_and_the_case_can_still_be_withdrawn(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        for text in ("其一", "其二"):
            objection = (await repairs.step(case, "object", "village", text=text)).json()
        upheld = {"objection_id": objection["step_id"], "finding": "须重新核查", "upheld": True}
        back = (await repairs.step(case, "decide_objection", **upheld)).json()
        assert (back["stage"], back["ready_on"], back["open_objections"]) == ("applied", None, 1)
        refused(await repairs.step(case, "post"), 409, "objection-open")
        refused(await repairs.step(case, "object", "village", text="其三"), 409, "step-not-open")
        withdrawn = await repairs.step(case, "withdraw", "village", reason="不再申请")
        assert withdrawn.json()["stage"] == "withdrawn"

    async def test_a_decision_needs_an_objection_of_the_same_case(self, repairs: Repairs) -> None:
        one, other = await repairs.posted(), await repairs.posted()
        theirs = (await repairs.step(other, "object", "village", text="无")).json()["step_id"]
        for objection_id in (theirs, str(uuid4())):
            body = {"objection_id": objection_id, "finding": "无", "upheld": False}
            refused(await repairs.step(one, "decide_objection", **body), 409, "objection-not-open")


class TestRaces:
    async def test_of_two_officials_one_wins_and_the_other_is_told(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        repairs.clock.advance(timedelta(days=7))
        answers = await asyncio.gather(*(repairs.step(case, "decide", granted=bool(n % 2)) for n in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
        for answer in answers:
            if answer.status_code != 200:
                assert refused(answer, 409, "step-not-open")["title"]
        entries = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()["entries"]
        assert [one["revision"] for one in entries] == [1, 2, 3, 4]

    async def test_of_two_applications_one_opens(self, repairs: Repairs) -> None:
        household = await repairs.household()
        body = application(household)
        answers = await asyncio.gather(*(repairs.post("repair-cases", body, "village") for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * 4]

    async def test_a_repeat_under_its_key_acts_once(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        path, body = f"repair-cases/{case['id']}:visit", {"taken_on": "2020-06-01", "visited_on": "2020-06-01"}
        answers = [await repairs.post(path, body, "village", **{"Idempotency-Key": "v-1"}) for _ in range(3)]
        assert {(one.status_code, one.json()["step_id"]) for one in answers} == {(200, answers[0].json()["step_id"])}
        other = await repairs.post(path, {**body, "note": "另"}, "village", **{"Idempotency-Key": "v-1"})
        refused(other, 409, "idempotency-key-reused")
        assert len((await repairs.get(f"repair-cases/{case['id']}/steps")).json()["entries"]) == 2

    async def test_repeats_at_once_under_one_key_have_one_answer(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        path, key = f"repair-cases/{case['id']}:void", {"Idempotency-Key": f"void-{case['id']}"}
        sent = (repairs.post(path, {"reason": "录入错误"}, "district", **key) for _ in range(8))
        answers = await asyncio.gather(*sent)
        assert {(one.status_code, one.text) for one in answers} == {(200, answers[0].text)}
        refused(await repairs.post(path, {"reason": "录入错误"}, "district"), 409, "already-voided")


class TestPeopleNotKnownYet:
    async def test_a_case_waits_goes_on_and_finds_its_household(self, repairs: Repairs) -> None:
        person = repairs.system.person("未")
        body = {**application(repairs.system.make_household()), "household_code": None, "id_number": person.id_number}
        opened = await repairs.post("repair-cases", body, "village")
        case = opened.json()
        assert (opened.status_code, case["state"], case["division"]) == (201, "unmatched", None)
        refused(await repairs.step(case, "visit", visited_on="2020-06-01"), 404, "not-found")
        assert (await repairs.step(case, "visit", "village", visited_on="2020-06-01")).status_code == 200
        waiting = (await repairs.get("repair-cases:waiting?stage=applied&limit=200", "village")).json()["items"]
        assert case["id"] in {one["id"] for one in waiting}
        household = repairs.system.make_household(person)
        await repairs.system.settle(household)

        async def matched() -> bool:
            return (await repairs.get(f"repair-cases/{case['id']}")).status_code == 200

        await wait_until(matched)
        assert (await repairs.step(case, "post")).json()["household_id"] == str(household.household_id)
        refused(await repairs.post("repair-cases", application(household), "village"), 409, "case-open")

    async def test_a_running_case_is_not_ousted_by_a_later_application(self, repairs: Repairs) -> None:
        known, late = repairs.system.person("先"), repairs.system.person("后")
        household = await repairs.system.household(known)
        running = await repairs.posted(household)
        repairs.clock.advance(timedelta(hours=1))
        named = {"household_code": None, "id_number": late.id_number}
        ousted = (await repairs.post("repair-cases", application(household, **named), "village")).json()
        assert ousted["state"] == "unmatched"
        await repairs.system.settle(joined(repairs, household, known, late))
        await self._is_superseded(repairs, ousted)
        held = (await repairs.get(f"repair-cases/{running['id']}")).json()
        assert (held["state"], held["stage"], held["revision"]) == ("matched", "posted", running["revision"])

    async def test_of_applications_that_turn_out_to_be_of_one_household_the_first_stands(
        self, repairs: Repairs
    ) -> None:
        person = repairs.system.person("早")
        household = repairs.system.make_household(person)
        named = {"household_code": None, "id_number": person.id_number}
        first = (await repairs.post("repair-cases", application(household, **named), "village")).json()
        second = (await repairs.post("repair-cases", application(household), "village")).json()
        assert (first["state"], second["state"]) == ("unmatched", "unmatched")
        # What is done about the later one does not put it before the first.
        assert (await repairs.step(second, "visit", "village", visited_on="2020-06-01")).status_code == 200
        await repairs.system.settle(household)
        await self._is_superseded(repairs, second)
        assert (await repairs.get(f"repair-cases/{first['id']}")).json()["state"] == "matched"

    async def _is_superseded(self, repairs: Repairs, case: dict[str, object]) -> None:
        async def out_of_force() -> bool:
            (row,) = await repairs.system.rows("SELECT voided_at FROM repair_case WHERE id = $1", case["id"])
            return row["voided_at"] is not None

        await wait_until(out_of_force, seconds=5)

    async def test_cases_go_with_their_household(self, repairs: Repairs) -> None:
        household = await repairs.household()
        case = await repairs.applied(household)
        moved = household.model_copy(update={"version": 2, "division": "420115011001"})
        await repairs.system.settle(moved)

        async def gone() -> bool:
            return (await repairs.get(f"repair-cases/{case['id']}")).status_code == 404

        await wait_until(gone)
        steps = await repairs.get(f"repair-cases/{case['id']}/steps", "other_township")
        assert [one["step"] for one in steps.json()["entries"]] == ["apply"]


class TestBatches:
    async def test_a_thousand_cases_opened_and_taken_on_with_bad_rows_among_them(self, repairs: Repairs) -> None:
        households = [repairs.system.make_household(repairs.system.person(f"批{n}")) for n in range(1000)]
        await repairs.system.settle(*households)
        rows: list[object] = [application(one) for one in households]
        rows[3] = {**application(households[3]), "repair_class": "huge"}
        rows[5] = {**application(households[5]), "step": "decide"}
        rows[7] = application(households[6])
        rows[9] = "row"
        answer = await repairs.post("repair-cases:batch", {"rows": rows})
        opened = answer.json()
        assert (answer.status_code, opened["accepted"], opened["refused"]) == (200, 996, 4), answer.text[:500]
        statuses = {n: opened["results"][n]["status"] for n in (3, 5, 7, 9)}
        assert statuses == {3: 422, 5: 422, 7: 409, 9: 422}
        pointers = [opened["results"][n]["problem"]["errors"][0]["pointer"] for n in (3, 5)]
        assert pointers == ["/rows/3/repair_class", "/rows/5/step"]

        good = [one for one in opened["results"] if one["status"] == 201]
        assert {(one["stage"], one["revision"]) for one in good} == {("applied", 1)}
        head = {"taken_on": "2020-06-01"}
        # Two steps of one case follow each other in one batch.
        steps: list[object] = []
        for one in good[:500]:
            visit = {"case_id": one["id"], "step": "visit", "visited_on": "2020-06-01", **head}
            steps += [visit, {"case_id": one["id"], "step": "post", **head}]
        steps[0] = {"case_id": good[0]["id"], "step": "decide", "granted": True, **head}
        steps[2] = {"case_id": good[1]["id"], "step": "fly", **head}
        steps[4] = {"case_id": str(uuid4()), "step": "visit", "visited_on": "2020-06-01", **head}
        steps[6] = {**steps[6], "if_revision": 2}  # type: ignore[dict-item]
        taken = (await repairs.post("repair-cases/steps:batch", {"rows": steps})).json()
        bad = {one["row"]: one["status"] for one in taken["results"] if one["status"] != 200}
        # Each case without its visit cannot be posted either.
        assert bad == {0: 409, 1: 422, 2: 422, 3: 422, 4: 404, 5: 422, 6: 412, 7: 422}
        assert taken["accepted"] == 992
        [kept] = await repairs.system.rows("SELECT count(*) FROM repair_case WHERE stage = 'posted' AND revision = 3")
        assert kept["count"] == 496 + await self._posted_before(repairs, good[0]["id"])

    @staticmethod
    async def _posted_before(repairs: Repairs, first: str) -> int:
        [row] = await repairs.system.rows(
            "SELECT count(*) FROM repair_case WHERE stage = 'posted' AND revision = 3 AND id < $1::uuid", first
        )
        count: int = row["count"]  # type: ignore[assignment]  # a count
        return count

    async def test_whole_batches_are_refused_for_their_form_alone(self, repairs: Repairs) -> None:
        for path in ("repair-cases:batch", "repair-cases/steps:batch"):
            refused(await repairs.post(path, {"rows": []}), 422, "batch_empty")
            refused(await repairs.post(path, {"row": []}), 422, "batch_rows")
            refused(await repairs.post(path, {"rows": [{}] * 1001}), 413, "too-many-rows")

"""Whose hands and whose days: four eyes on a case; postings that were entered afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.departments.repairs.running import Repairs, application
from tests.departments.test_procedures import refused


async def waiting(repairs: Repairs, who: str) -> dict[str, list[str]]:
    """What waits for an official: the steps that he may take, by case."""
    items = (await repairs.get("repair-cases:waiting?limit=200", who)).json()["items"]
    return {one["id"]: one["next"] for one in items}


async def may_decide(repairs: Repairs, case: dict[str, object], who: str) -> bool:
    steps = (await repairs.get(f"repair-cases/{case['id']}/steps", who)).json()["next"]
    (found,) = [one["may_take"] for one in steps if one["step"] == "decide"]
    return bool(found)


class TestFourEyes:
    """Who took the application in or visited the house does not decide: `Step(not_by=("apply", "visit"))`."""

    @pytest.mark.req("M09", "Y53")
    async def test_who_checked_does_not_decide(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        for step, evidence in (("visit", {"visited_on": "2020-06-01"}), ("post", {})):
            assert (await repairs.step(case, step, "township", **evidence)).status_code == 200
        repairs.clock.advance(timedelta(days=7))
        problem = refused(await repairs.step(case, "decide", granted=True), 403, "four-eyes")
        assert problem["params"] == {"step": "确认", "taken": ["入户核查"], "steps": ["visit"]}
        assert await may_decide(repairs, case, "township") is False
        assert await may_decide(repairs, case, "colleague") is True
        assert case["id"] not in await waiting(repairs, "township")
        assert "decide" in (await waiting(repairs, "colleague"))[str(case["id"])]
        # A refusal for the stage comes first, and who only posted may decide.
        decided = await repairs.step(case, "decide", "colleague", granted=True)
        assert decided.json()["stage"] == "in_force", decided.text
        refused(await repairs.step(case, "decide", granted=True), 409, "step-not-open")

    async def test_who_took_the_application_in_does_not_decide_even_in_one_batch(self, repairs: Repairs) -> None:
        household = await repairs.household()
        opened = await repairs.post("repair-cases", application(household, taken_on="2020-05-20"))
        case = opened.json()
        rows: list[dict[str, object]] = [
            {"step": "visit", "taken_on": "2020-05-20", "visited_on": "2020-05-20"},
            {"step": "post", "taken_on": "2020-05-20"},
            {"step": "decide", "taken_on": "2020-05-29", "granted": True},
        ]
        for row in rows:
            row["case_id"] = case["id"]
        # The colleague visits, posts and decides in one go: only the last is refused, for the visit.
        answer = (await repairs.post("repair-cases/steps:batch", {"rows": rows}, "colleague")).json()
        assert [one["status"] for one in answer["results"]] == [200, 200, 403]
        assert answer["results"][2]["problem"]["params"]["steps"] == ["visit"]
        again = refused(await repairs.step(case, "decide", granted=True), 403, "four-eyes")
        assert again["params"]["steps"] == ["apply"]  # type: ignore[index]  # a JSON object


class TestBackDatedPostings:
    """Villages post on paper and enter it later; what was not up here for its days is marked, and listed."""

    async def listed(self, repairs: Repairs) -> dict[str, dict[str, object]]:
        items = (await repairs.get("lists/posting_back_dated?limit=500", "township")).json()["items"]
        return {one["subject"]: one["detail"] for one in items}

    async def marks(self, repairs: Repairs, case: dict[str, object]) -> dict[str, bool]:
        entries = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()["entries"]
        return {one["step"]: one["back_dated"] for one in entries}

    @pytest.mark.req("M09", "Y53")
    async def test_a_posting_entered_when_it_was_over_is_marked_and_listed(self, repairs: Repairs) -> None:
        case = await self.posted_on(repairs, "2020-05-20")
        assert (case["stage_since"], case["stage_recorded_on"], case["ready_on"]) == (
            "2020-05-20", "2020-06-01", "2020-05-27",
        )  # fmt: skip
        assert str(case["id"]) not in await self.listed(repairs)
        early = await repairs.step(case, "decide", granted=True, taken_on="2020-05-26")
        refused(early, 409, "posting-running")
        decided = await repairs.step(case, "decide", granted=True, taken_on="2020-05-27")
        assert decided.status_code == 200, decided.text
        assert await self.marks(repairs, case) == {"apply": False, "visit": False, "post": False, "decide": True}
        assert (await self.listed(repairs))[str(case["id"])] == {
            "case_type": "repair-cases", "step": "decide", "taken_on": "2020-05-27", "recorded_on": "2020-06-01",
            "recorded_by": "township",
        }  # fmt: skip
        voided = await repairs.post(f"repair-cases/{case['id']}:void", {"reason": "重复录入"}, "district")
        assert voided.status_code == 200
        assert str(case["id"]) not in await self.listed(repairs)

    @pytest.mark.parametrize(("day", "marked"), [(7, True), (8, False)])
    async def test_it_counts_from_the_day_it_was_recorded(self, repairs: Repairs, day: int, *, marked: bool) -> None:
        """Entered on 1 June, it has been up here for its seven days on 8 June, whatever day the step is given."""
        case = await self.posted_on(repairs, "2020-05-25")
        repairs.clock.set(datetime(2020, 6, day, 4, 0, tzinfo=UTC))
        decided = await repairs.step(case, "decide", granted=True, taken_on="2020-06-01")
        assert decided.status_code == 200, decided.text
        assert (await self.marks(repairs, case))["decide"] is marked
        assert (str(case["id"]) in await self.listed(repairs)) is marked

    async def test_a_withdrawal_does_not_wait_for_the_posting(self, repairs: Repairs) -> None:
        case = await self.posted_on(repairs, "2020-05-20")
        assert (await repairs.step(case, "withdraw", "village", reason="家庭自愿")).status_code == 200
        assert not any((await self.marks(repairs, case)).values())

    async def posted_on(self, repairs: Repairs, day: str) -> dict[str, object]:
        """A case whose steps up to the posting were taken on that day, and are recorded today."""
        case = await repairs.applied(taken_on=day)
        await repairs.step(case, "visit", "village", visited_on=day, taken_on=day)
        answer = await repairs.step(case, "post", taken_on=day)
        assert answer.status_code == 200, answer.text
        posted: dict[str, object] = answer.json()
        return posted

"""A procedure from its declaration alone: the way of a case, and each refusal on it."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from shared.database import migrations
from shared.testing.databases import TestDatabases
from tests.departments.repairs.running import Repairs, application


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    problem: dict[str, object] = answer.json()
    codes = {problem["code"], *(error["code"] for error in answer.json()["errors"])}
    assert (answer.status_code, code in codes) == (status, True), answer.text
    assert problem["detail"]
    assert problem["remedy"]
    return problem


class TestTheWayOfACase:
    async def test_from_application_to_review(self, repairs: Repairs) -> None:
        household = await repairs.household()
        case = await repairs.applied(household, cost="8000.00")
        assert (case["stage"], case["due_on"], case["ready_on"]) == ("applied", "2020-06-08", None)
        visit = await repairs.step(case, "visit", "village", visited_on="2020-06-01")
        assert visit.json()["visited_on"] == "2020-06-01"
        posted = (await repairs.step(case, "post")).json()
        # Posting for seven days; the decision is due 20 working days after the application, 25 and 26 June being free.
        assert (posted["stage"], posted["ready_on"], posted["due_on"]) == ("posted", "2020-06-08", "2020-06-30")
        repairs.clock.advance(timedelta(days=7))
        decided = await repairs.step(case, "decide", granted=True)
        granted = decided.json()
        assert (granted["stage"], granted["grant_yuan"]) == ("in_force", "5000.00")
        assert (granted["due_on"], granted["ready_on"]) == ("2021-06-08", None)
        review = (await repairs.step(case, "review", goes_on=True, repair_class="heavy")).json()
        assert (review["stage"], review["stage_since"], review["due_on"]) == ("in_force", "2020-06-08", "2020-12-08")
        ended = (await repairs.step(case, "review", goes_on=False)).json()
        assert (ended["stage"], ended["closed_on"], ended["due_on"]) == ("ended", "2020-06-08", None)
        assert ended["repair_class"] == "heavy"

    async def test_every_step_is_kept_and_history_names_it(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        steps = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()
        told = [(one["step"], one["from_stage"], one["to_stage"], one["principal"]) for one in steps["entries"]]
        assert told == [
            ("apply", None, "applied", "village"),
            ("visit", "applied", "applied", "village"),
            ("post", "applied", "posted", "township"),
        ]
        assert [one["revision"] for one in steps["entries"]] == [1, 2, 3]
        assert steps["entries"][0]["evidence"] == {"repair_class": "light", "cost": "3000.00", "phone": None}
        nexts = {one["step"]: (one["may_take"], one["from_day"]) for one in steps["next"]}
        assert nexts["decide"] == (True, "2020-06-08")
        history = (await repairs.get(f"repair-cases/{case['id']}/history")).json()["entries"]
        assert [(one["action"], one["reason"]) for one in history] == [
            ("create", "apply"), ("step", "visit"), ("step", "post"),
        ]  # fmt: skip
        read = await repairs.get(f"repair-cases/{case['id']}")
        assert (read.json()["stage"], read.headers["etag"]) == ("posted", '"3"')

    async def test_facts_and_event_follow_in_the_same_transaction(self, repairs: Repairs) -> None:
        household = await repairs.household()
        case = await repairs.posted(household)
        repairs.clock.advance(timedelta(days=7))
        decided = await repairs.step(case, "decide", granted=True)
        version = int(decided.headers["yihu-version"].removeprefix("repairs="))
        [facts] = await repairs.system.rows(
            "SELECT version, content FROM household_facts WHERE household_id = $1", household.household_id
        )
        assert (facts["version"], '"3000.00"' in str(facts["content"])) == (version, True)
        events = await repairs.system.rows("SELECT version FROM outbox WHERE key = $1", str(household.household_id))
        assert version in {row["version"] for row in events}
        ended = await repairs.step(case, "review", goes_on=False)
        assert int(ended.headers["yihu-version"].removeprefix("repairs=")) == version + 1

    async def test_a_system_takes_over_what_is_in_force_and_records_for_officials(self, repairs: Repairs) -> None:
        household = await repairs.household()
        body = {**application(household), "step": "take_over", "grant_yuan": "700"}
        taken = await repairs.post("repair-cases", body, "system")
        assert (taken.status_code, taken.json()["stage"]) == (201, "in_force")
        refused(await repairs.post("repair-cases", body, "system"), 409, "case-open")
        case = await repairs.applied()
        day = {"visited_on": "2020-06-01"}
        refused(await repairs.step(case, "visit", "system", **day), 422, "on_behalf_missing")
        official = {"official": "王某", "role": "clerk"}
        refused(await repairs.step(case, "visit", "system", **day, on_behalf_of=official), 422, "on_behalf_role")
        official["role"] = "village_officer"
        visited = await repairs.step(case, "visit", "system", **day, on_behalf_of=official)
        assert visited.status_code == 200, visited.text
        refused(await repairs.step(case, "visit", "village", **day, on_behalf_of=official), 422, "on_behalf_refused")
        steps = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()["entries"]
        assert steps[-1]["on_behalf_of"] == official
        refused(await repairs.step(case, "withdraw", "system", reason="无"), 403, "step-not-yours")

    async def test_a_closed_case_makes_room_for_another(self, repairs: Repairs) -> None:
        household = await repairs.household()
        case = await repairs.applied(household)
        again = refused(await repairs.post("repair-cases", application(household), "village"), 409, "case-open")
        assert again["params"] == {"case_id": case["id"]}
        withdrawn = await repairs.step(case, "withdraw", "village", reason="家庭自愿")
        assert withdrawn.json()["closed_on"] == "2020-06-01"
        refused(await repairs.step(case, "visit", "village", visited_on="2020-06-01"), 409, "step-not-open")
        second = await repairs.applied(household)
        assert second["id"] != case["id"]
        assert (await repairs.step(second, "withdraw", "village", reason="再次撤回")).status_code == 200


class TestRefusals:
    @pytest.mark.parametrize("who", ["village", "district", "system", "small_township"])
    async def test_the_wrong_role_or_too_small_an_area(self, repairs: Repairs, who: str) -> None:
        case = await repairs.posted()
        refused(await repairs.step(case, "decide", who, granted=True), 403, "step-not-yours")

    async def test_another_area_and_another_department(self, repairs: Repairs) -> None:
        household = await repairs.household()
        case = await repairs.applied(household)
        for who in ("other_township", "other_village"):
            refused(await repairs.step(case, "post", who), 404, "not-found")
            assert (await repairs.get(f"repair-cases/{case['id']}/steps", who)).status_code == 404
        refused(await repairs.step(case, "post", "other_department"), 403, "step-not-yours")
        refused(await repairs.post("repair-cases", application(household), "other_village"), 403, "out-of-area")

    async def test_the_wrong_stage_names_what_is_open(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        problem = refused(await repairs.step(case, "decide", granted=True), 409, "step-not-open")
        params = problem["params"]
        assert isinstance(params, dict)
        assert (params["stage"], params["open_steps"]) == ("applied", ["visit", "post", "withdraw"])

    async def test_missing_evidence_and_broken_rules(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        missing = refused(await repairs.step(case, "visit", "village"), 422, "missing")
        assert [error["pointer"] for error in missing["errors"]] == ["/visited_on"]  # type: ignore[attr-defined]
        refused(await repairs.step(case, "post"), 422, "invalid_value")
        late = await repairs.step(case, "visit", "village", visited_on="2020-06-02")
        refused(late, 422, "day_in_future")
        extra = await repairs.step(case, "visit", "village", visited_on="2020-06-01", stage="posted")
        refused(extra, 422, "extra_forbidden")
        assert (await repairs.get(f"repair-cases/{case['id']}")).json()["revision"] == 1

    async def test_the_posting_runs_its_days(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        repairs.clock.advance(timedelta(days=30))
        early = await repairs.step(case, "decide", granted=True, taken_on="2020-06-07")
        assert refused(early, 409, "posting-running")["params"] == {
            "since": "2020-06-01", "until": "2020-06-08", "days": 7, "taken_on": "2020-06-07",
        }  # fmt: skip
        assert (await repairs.step(case, "decide", granted=True, taken_on="2020-06-08")).status_code == 200

    async def test_days_go_forward_and_not_beyond_today(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        before = await repairs.step(case, "visit", "village", visited_on="2020-05-31", taken_on="2020-05-31")
        refused(before, 422, "step_before_last")
        after = await repairs.step(case, "visit", "village", visited_on="2020-06-01", taken_on="2020-06-02")
        refused(after, 422, "step_in_future")
        household = await repairs.household()
        future = application(household, taken_on="2020-06-02")
        refused(await repairs.post("repair-cases", future, "village"), 422, "step_in_future")

    async def test_the_etag_guards_a_step(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        path, body = f"repair-cases/{case['id']}:visit", {"taken_on": "2020-06-01", "visited_on": "2020-06-01"}
        refused(await repairs.post(path, body, "village", **{"If-Match": '"7"'}), 412, "precondition-failed")
        assert (await repairs.post(path, body, "village", **{"If-Match": '"1"'})).status_code == 200

    async def test_scopes_are_required(self, repairs: Repairs) -> None:
        reader = repairs.system.tokens.headers(scopes=["repairs:read"], roles=["village_officer"])
        answer = await repairs.client.post("/api/v1/repairs/repair-cases", json={}, headers=reader)
        refused(answer, 403, "forbidden")

    async def test_cases_are_written_by_steps_alone(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        forged = {"household_id": case["household_id"], "stage": "in_force", "opened_on": "2020-06-01"}
        assert (await repairs.post("repair-cases", forged)).status_code == 422
        connection_refuses = "UPDATE procedure_step SET taken_on = '2019-01-01'"
        with pytest.raises(Exception, match="append-only"):
            await repairs.system.rows(connection_refuses)

    async def test_void_is_for_those_named(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        path, reason = f"repair-cases/{case['id']}:void", {"reason": "重复录入"}
        answer = await repairs.post(path, reason)
        refused(answer, 403, "step-not-yours")
        assert "“作废”" in answer.json()["detail"]
        assert (await repairs.post(path, reason, "other_township")).status_code == 404
        voided = await repairs.post(path, reason, "district")
        assert (voided.status_code, voided.json()["state"]) == (200, "voided")
        refused(await repairs.step(case, "visit", "village", visited_on="2020-06-01"), 409, "already-voided")


async def test_the_migrations_build_what_is_declared(service_database: TestDatabases) -> None:
    package = "tests.departments.repairs"
    database = await service_database("repairs", package=package)
    await asyncio.to_thread(migrations.check, package, database.owner_url)
    await asyncio.to_thread(migrations.downgrade, package, database.owner_url)
    await asyncio.to_thread(migrations.upgrade, package, database.owner_url)

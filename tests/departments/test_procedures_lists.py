"""What waits and what is late, by who asks; the declaration as a document; senseless requests."""

from datetime import UTC, datetime, timedelta

import httpx

from shared.testing.department import HANYANG_PAIRED_VILLAGE as VILLAGE
from tests.departments.repairs.running import Repairs, application
from tests.departments.test_procedures import refused

SECOND_VILLAGE, ELSEWHERE = "420115010202", "420115011001"


async def listed(repairs: Repairs, query: str, who: str) -> dict[str, dict[str, object]]:
    answer = await repairs.get(f"repair-cases:waiting?{query}", who)
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["items"]}


class TestWaiting:
    async def test_each_sees_what_waits_for_them(self, repairs: Repairs) -> None:
        applied = await repairs.applied()
        posted = await repairs.posted()
        far_household = await repairs.household(ELSEWHERE)
        far = (await repairs.post("repair-cases", application(far_household), "other_township")).json()
        # On the first day the posted case waits for nobody; the applied one for village and township.
        mine = {applied["id"], posted["id"], far["id"]}
        assert mine & set(await listed(repairs, "limit=200", "village")) == {applied["id"]}
        assert mine & set(await listed(repairs, "limit=200", "township")) == {applied["id"]}
        assert mine & set(await listed(repairs, "limit=200", "other_village")) == set()
        assert mine & set(await listed(repairs, "limit=200", "other_township")) == {far["id"]}
        assert mine & set(await listed(repairs, "limit=200", "district")) == set()
        every = await listed(repairs, "waits_for=anyone&limit=200", "district")
        assert mine <= set(every)
        assert mine & set(await listed(repairs, f"waits_for=anyone&division={ELSEWHERE}", "district")) == {far["id"]}
        repairs.clock.advance(timedelta(days=7))
        township = await listed(repairs, "stage=posted&limit=200", "township")
        assert township[str(posted["id"])]["next"] == ["decide", "object", "withdraw"]
        assert posted["id"] not in await listed(repairs, "limit=200", "village")

    async def test_an_objection_waits_for_who_decides_it(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        assert case["id"] not in await listed(repairs, "limit=200", "township")
        await repairs.step(case, "object", "village", text="有异议")
        told = await listed(repairs, "limit=200", "township")
        assert told[str(case["id"])]["next"] == ["object", "decide_objection", "withdraw"]
        assert case["id"] not in await listed(repairs, "limit=200", "village")

    async def test_a_lasting_stage_waits_from_its_due_day_on(self, repairs: Repairs) -> None:
        household = await repairs.household()
        body = {**application(household), "step": "take_over", "grant_yuan": "700", "repair_class": "heavy"}
        case = (await repairs.post("repair-cases", body, "system")).json()
        assert case["due_on"] == "2020-12-01"
        assert case["id"] not in await listed(repairs, "waits_for=anyone&limit=200", "township")
        assert case["id"] in await listed(repairs, "due_by=2020-12-01&limit=200", "township")
        assert case["id"] not in await listed(repairs, "due_by=2020-11-30&limit=200", "township")
        repairs.clock.set(datetime(2020, 12, 1, 4, 0, tzinfo=UTC))
        due = await listed(repairs, "limit=200&late=false", "township")
        assert due[case["id"]]["late"] is False
        repairs.clock.advance(timedelta(days=1))
        assert (await listed(repairs, "limit=200&late=true", "township"))[case["id"]]["late"] is True

    async def test_what_is_late_comes_first_and_a_late_step_is_marked(self, repairs: Repairs) -> None:
        case = await repairs.applied()
        assert case["due_on"] == "2020-06-08"
        repairs.clock.set(datetime(2020, 6, 8, 4, 0, tzinfo=UTC))
        assert case["id"] not in await listed(repairs, "late=true&limit=200", "village")
        repairs.clock.advance(timedelta(days=1))
        fresh = await repairs.applied(await repairs.household(), taken_on="2020-06-09")
        late = await listed(repairs, "late=true&limit=200", "village")
        assert case["id"] in late
        assert fresh["id"] not in late
        order = list(await listed(repairs, "limit=200", "village"))
        assert order.index(str(case["id"])) < order.index(str(fresh["id"]))
        await repairs.step(case, "visit", "village", visited_on="2020-06-09")
        entries = (await repairs.get(f"repair-cases/{case['id']}/steps")).json()["entries"]
        assert [(one["step"], one["late"]) for one in entries] == [("apply", False), ("visit", True)]

    async def test_pages_by_cursor_miss_nothing_and_double_nothing(self, repairs: Repairs) -> None:
        households = [
            repairs.system.make_household(repairs.system.person(f"页{n}"), division=SECOND_VILLAGE) for n in range(7)
        ]
        await repairs.system.settle(*households)
        rows = [application(one, taken_on="2020-05-2" + str(n // 2)) for n, one in enumerate(households)]
        assert (await repairs.post("repair-cases:batch", {"rows": rows})).json()["accepted"] == 7
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await repairs.get(f"repair-cases:waiting?division={SECOND_VILLAGE}&limit=3{cursor}")).json()
            seen += [one["household_id"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert len(seen) == 7
        stage = (await repairs.get(f"repair-cases:waiting?division={SECOND_VILLAGE}&stage=applied&limit=3")).json()
        for query, status in ((f"division={SECOND_VILLAGE}&stage=applied", 200), (f"division={SECOND_VILLAGE}", 400)):
            again = await repairs.get(f"repair-cases:waiting?{query}&cursor={stage['next_cursor']}")
            assert again.status_code == status, again.text
        assert set(seen) == {str(one.household_id) for one in households}

    async def test_ordinary_lists_filter_by_stage(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        found = (await repairs.get(f"repair-cases?stage=posted&household_id={case['household_id']}")).json()["items"]
        assert [one["id"] for one in found] == [case["id"]]
        none = (await repairs.get(f"repair-cases?stage=applied&household_id={case['household_id']}")).json()["items"]
        assert none == []

    async def test_unknown_empty_and_malformed_filters_are_errors(self, repairs: Repairs) -> None:
        for query in (
            "colour=red", "stage=", "stage=gone", "late=yes", "waits_for=you", "limit=0", "limit=100000", "due_by=x",
            "division=42011", "cursor=zzz", "late=true&late=true",
        ):  # fmt: skip
            answer = await repairs.get(f"repair-cases:waiting?{query}")
            assert answer.status_code == 400, (query, answer.text)
        assert (await repairs.get("repair-cases?stage=gone")).status_code == 400


class TestVillages:
    async def test_a_village_has_a_case_for_each_key(self, repairs: Repairs) -> None:
        body = {"division": VILLAGE, "project_code": "A|1", "planned_end": "2020-07-01", "taken_on": "2020-06-01"}
        opened = await repairs.post("village-works", body, "village")
        case = opened.json()
        assert (opened.status_code, case["division"], case["due_on"]) == (201, VILLAGE, "2020-07-01"), opened.text
        refused(await repairs.post("village-works", body, "village"), 409, "case-open")
        refused(
            await repairs.post("village-works", {**body, "division": SECOND_VILLAGE}, "village"), 403, "out-of-area"
        )
        rows = [{**body, "project_code": code} for code in ("A", "B", "B")]
        batch = (await repairs.post("village-works:batch", {"rows": rows}, "village")).json()
        assert [one["status"] for one in batch["results"]] == [201, 201, 409]
        finished = await repairs.post(f"village-works/{case['id']}:finish", {"taken_on": "2020-06-01"})
        assert finished.json()["stage"] == "finished"
        assert (await repairs.post("village-works", body, "village")).status_code == 201
        waiting = (await repairs.get("village-works:waiting")).json()["items"]
        assert sorted(one["project_code"] for one in waiting) == ["A", "A|1", "B"]


class TestDocuments:
    async def test_the_declaration_is_told(self, repairs: Repairs) -> None:
        answer = await repairs.get("procedures?division=420115000000&year=2020")
        assert answer.status_code == 200, answer.text
        procedure, _ = answer.json()["procedures"]
        stages = {one["name"]: one for one in procedure["stages"]}
        assert stages["posted"]["posting"] == {
            "parameter": "repairs.posting_days", "unit": "day", "since": "stage_since", "by": None, "value": "7",
        }  # fmt: skip
        assert stages["in_force"]["due"]["by"] == "repair_class"
        steps = {one["name"]: one for one in procedure["steps"]}
        assert steps["decide"]["to_stages"] == ["in_force", "refused"]
        assert [one["role"] for one in steps["decide"]["by"]] == ["township_officer"]
        assert set(steps["visit"]["evidence"]["required"]) == {"visited_on", "taken_on"}
        assert steps["object"]["label"] == {"zh": "提出异议", "en": "Object"}

    async def test_the_routes_are_described(self, repairs: Repairs) -> None:
        document = (await repairs.client.get("/openapi.json")).json()
        paths = {path.removeprefix("/api/v1/repairs/") for path in document["paths"] if "repairs" in path}
        assert {"repair-cases", "repair-cases:batch", "repair-cases/steps:batch", "repair-cases:waiting"} <= paths
        assert {"repair-cases/{id}:decide", "repair-cases/{id}/steps", "repair-cases/{id}:void"} <= paths
        opening = document["paths"]["/api/v1/repairs/repair-cases"]["post"]
        forms = opening["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
        assert forms[1] == {"$ref": "#/components/schemas/RepairCaseTakeOver"}
        schemas = document["components"]["schemas"]
        assert schemas["RepairCaseTakeOver"]["properties"]["step"]["const"] == "take_over"
        assert "RepairCaseCreate" not in schemas
        missing = [one for one in _references(document) if one.rpartition("/")[2] not in schemas]
        assert missing == []


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for one in value.values() for found in _references(one)]
    return [found for one in value for found in _references(one)] if isinstance(value, list) else []


class TestSenselessRequests:
    async def test_nothing_gives_a_server_error(self, repairs: Repairs) -> None:
        case = await repairs.posted()
        values: list[object] = [None, True, -1, 10**30, "", "x", "\u0001", "2020-13-45", "9999-12-31", [], {}, [None]]
        full = {"taken_on": "2020-06-01", "visited_on": "2020-06-01", "granted": True, "text": "x", "reason": "x"}
        bodies = [*values, *({**full, name: value} for name in _NAMES for value in values)]
        paths = [f"repair-cases/{case['id']}:{step}" for step in ("decide", "object", "decide_objection", "fly")]
        for path in (*paths, "repair-cases", "repair-cases/x:visit"):
            for body in bodies:
                answer = await repairs.post(path, body)
                assert answer.status_code < 500, (path, body, answer.text)
        for path in ("repair-cases:batch", "repair-cases/steps:batch"):
            answer = await repairs.post(path, {"rows": [{"case_id": case["id"], "step": "decide"}, *bodies[:900]]})
            assert answer.status_code == 200
            assert all(400 <= one["status"] < 500 for one in answer.json()["results"])

    async def test_wrong_methods_and_paths(self, repairs: Repairs) -> None:
        case = await repairs.applied()

        async def send(method: str, path: str) -> httpx.Response:
            url = f"/api/v1/repairs/{path}"
            return await repairs.client.request(method, url, headers=repairs.headers("township"))

        for method, path in (
            ("GET", "repair-cases/steps:batch"), ("POST", "repair-cases:waiting"), ("PUT", "repair-cases"),
            ("POST", f"repair-cases/{case['id']}/steps"), ("GET", f"repair-cases/{case['id']}:visit"),
        ):  # fmt: skip
            refused(await send(method, path), 405, "method-not-allowed")
        for path in (f"repair-cases/{case['id']}:apply", f"repair-cases/{case['id']}:fly", "repair-cases:fly"):
            refused(await send("POST", path), 404, "not-found")
        refused(await send("GET", "repair-cases/x/steps"), 400, "uuid_parsing")


_NAMES = ("taken_on", "on_behalf_of", "step", "granted", "household_code", "cost", "objection_id", "upheld", "case_id")

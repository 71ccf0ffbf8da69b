"""一户一档, 一户一卡, 一村一册: the catalogue, who is complete and who is late, the card and the book."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from services.registry.files.catalogue import ITEMS
from shared.clock import MovableClock
from shared.codes import code_list
from shared.facts.models import Batch
from tests.services.registry.conftest import FAR_VILLAGE, VILLAGE, Json, People, create
from tests.services.registry.speaking import Departments
from tests.services.registry.test_batches import benefit
from tests.services.registry.test_changes import change, family
from tests.services.registry.test_indicators import indicator

INCOMES = "/api/v1/registry/income-years"
OLD = "2015-01-01"
WHOLE = {"first_identified_on": "2014-05-01", "living": {"arable_land": "1.50"}}


async def file_of(client: httpx.AsyncClient, home: Json, **params: Any) -> Json:
    answer = await client.get(f"/api/v1/households/{home['household_id']}/file", params=params)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def missing(found: Json) -> list[str]:
    return [one["item"] for one in found["items"] if one["required"] and not one["held"]]


async def earn(client: httpx.AsyncClient, code: str, year: int) -> None:
    body = {"household_code": code, "year": year, "concept": "net", "recorded_on": f"{year}-12-01", "wage_work": "900"}
    assert (await client.post(INCOMES, json=body)).status_code == 201


@pytest.mark.req("M30", "M31", "SYS17")
def test_the_catalogue_is_one_and_in_one_order() -> None:
    assert tuple(ITEMS) == code_list("household_file_item").codes


@pytest.mark.req("M29", "M30", "M31", "SYS17")
class TestFile:
    async def test_what_is_held_and_what_is_missing(self, registry: httpx.AsyncClient, people: People) -> None:
        members = [people.member(since=OLD), people.member("spouse", "female", since=OLD, health_status=[])]
        home = await create(registry, people.household("F-1", members=members, state_since="2020-03-01", causes=[]))
        found = await file_of(registry, home)
        assert [one["item"] for one in found["items"]] == list(ITEMS)
        assert missing(found) == ["identification", "causes", "health", "living_conditions", "income"]
        assert (found["year"], found["complete"], found["due_on"]) == (2020, False, "2020-03-31")

        path = f"/api/v1/households/{home['household_id']}"
        assert (await registry.patch(path, json={**WHOLE, "causes": ["illness"]})).status_code == 200
        spouse = f"/api/v1/members/{home['members'][1]['member_id']}"
        assert (await registry.patch(spouse, json={"health_status": ["chronic_disease"]})).status_code == 200
        await earn(registry, "F-1", 2019)
        assert (await file_of(registry, home))["complete"] is True
        # The file of the year before wants the income of the year before that; an empty telephone is no fault here.
        assert missing(await file_of(registry, home, year=2019)) == ["income"]
        phone = next(one for one in (await file_of(registry, home))["items"] if one["item"] == "contact")
        assert (phone["held"], phone["required"]) == (False, False)

    async def test_what_must_be_held_is_said_by_the_place(self, registry: httpx.AsyncClient, people: People) -> None:
        far = await create(registry, people.household("F-9", division=FAR_VILLAGE, **WHOLE))
        assert missing(await file_of(registry, far)) == ["income"]
        setting = {"area": "411103101000", "year": 2020, "value": ["contact"], "source": "x", "reason": "本扶办发"}
        put = await registry.put("/api/v1/policy/parameters/file.required_items", json=setting)
        assert put.status_code == 201, put.text
        assert missing(await file_of(registry, far)) == ["contact"]

    async def test_who_is_complete_and_who_is_late(
        self, registry: httpx.AsyncClient, people: People, clock: MovableClock
    ) -> None:
        await create(registry, people.household("F-1", state_since="2020-05-20", **WHOLE))
        await create(registry, people.household("F-2", state_since="2020-05-20"))
        await create(registry, people.household("F-3", state_since="2020-05-20", state="candidate"))
        await earn(registry, "F-1", 2019)
        share = await indicator(registry, "files_complete")
        assert (share["numerator"], share["denominator"], share["met"]) == (1, 2, False)
        path = "/api/v1/registry/lists/files_overdue"
        clock.set(datetime(2020, 6, 19, 4, tzinfo=UTC))  # the thirtieth day after
        assert (await registry.get(path)).json()["items"] == []
        clock.set(datetime(2020, 6, 20, 4, tzinfo=UTC))
        (line,) = (await registry.get(path)).json()["items"]
        assert (line["household_code"], line["detail"]["due_on"]) == ("F-2", "2020-06-19")
        assert line["detail"]["missing"] == "identification,living_conditions,income"


@pytest.mark.req("D09", "SYS17", "SYS02")
class TestCardAndBook:
    async def test_one_household_one_card(
        self, registry: httpx.AsyncClient, people: People, departments: Departments
    ) -> None:
        document = family(people, "F-1", OLD, phone="13800001234")
        home = await create(registry, document)
        head, son = home["members"][0]["member_id"], home["members"][2]["member_id"]
        await earn(registry, "F-1", 2019)
        await change(registry, home, kind="08", member_id=son)
        await departments.say(
            "health", home["household_id"], benefits=(benefit("doctor_contract", Batch.MEDICAL, head),)
        )
        said = await departments.send("village", home["household_id"], figures={"plan": Decimal(3)})
        await departments.status(home["household_id"], f"village:{said}")
        answer = await registry.get(f"/api/v1/households/{home['household_id']}/card")
        assert answer.status_code == 200, answer.text
        card = answer.json()
        assert [one["relation"] for one in card["household"]["members"]] == ["head", "spouse"]
        assert [(one["year"], one["net_income"]) for one in card["incomes"]] == [(2019, "900.00")]
        assert [one["state"] for one in card["states"]] == ["registered"]
        assert [(one["kind"], one["member_id"]) for one in card["changes"]] == [("08", son)]
        assert card["file"]["complete"] is False
        given = {part["batch"]: [one["programme"] for one in part["benefits"]] for part in card["status"]["benefits"]}
        assert given["medical"] == ["doctor_contract"]
        assert (card["status"]["plan"]["state"], card["status"]["plan"]["value"]) == ("said", "3")
        assert card["status"]["sources"]["village"]["version"] == said
        assert card["status"]["sources"]["registry"]["version"] == card["household"]["version"]
        for secret in ("13800001234", *(member["id_number"] for member in document["members"])):
            assert secret not in answer.text

    async def test_one_village_one_book(
        self, registry: httpx.AsyncClient, people: People, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        for code in ("F-1", "F-2"):
            await create(registry, family(people, code, OLD))
        gone = await create(registry, people.household("F-3", members=[people.member(since=OLD)], state_since=OLD))
        await change(registry, gone, kind="08", member_id=gone["members"][0]["member_id"])
        await create(registry, people.household("F-4", state="candidate"))
        await create(registry, people.household("F-5", division=FAR_VILLAGE))
        path = f"/api/v1/villages/{VILLAGE}/book"
        book = (await registry.get(path)).json()
        assert (book["division"], book["sheet"]) == (VILLAGE, None)
        assert [(one["code"], one["member_count"]) for one in book["items"]] == [("F-1", 3), ("F-2", 3), ("F-4", 2)]
        assert book["items"][0]["head_name"].startswith("测试")
        assert book["sums"] == [
            {"state": "candidate", "households": 1, "members": 2},
            {"state": "registered", "households": 2, "members": 6},
        ]
        sheet = {"village_class": "poor", "rural_population": 50}
        assert (await registry.put(f"/api/v1/villages/{VILLAGE}", json=sheet)).status_code == 201
        first = (await registry.get(path, params={"limit": "2"})).json()
        rest = (await registry.get(path, params={"limit": "2", "cursor": first["next_cursor"]})).json()
        assert first["sheet"]["village_class"] == "poor"
        assert [one["code"] for one in (*first["items"], *rest["items"])] == ["F-1", "F-2", "F-4"]
        assert rest["next_cursor"] is None
        far = headers_of(divisions=[FAR_VILLAGE])
        assert (await registry.get(path, headers=far)).status_code == 404
        assert (await registry.get("/api/v1/villages/420115010000/book")).status_code == 404

    async def test_the_card_needs_both_scopes_and_its_area(
        self, registry: httpx.AsyncClient, people: People, headers_of: Callable[..., dict[str, str]]
    ) -> None:
        home = await create(registry, family(people, "F-1", OLD))
        for name in ("card", "file"):
            path = f"/api/v1/households/{home['household_id']}/{name}"
            assert (await registry.get(path, headers=headers_of(divisions=[FAR_VILLAGE]))).status_code == 404
            assert (await registry.get(path, headers=headers_of(scopes=["status:read"]))).status_code == 403
            assert (await registry.get(f"{path}?colour=red")).status_code == 400

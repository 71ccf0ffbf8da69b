"""The five batches counted by place and programme, each person once."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import httpx
import pytest

from shared.facts.models import Batch, Benefit
from tests.services.registry.conftest import OTHER_VILLAGE, VILLAGE, Json, People, create
from tests.services.registry.speaking import Departments

PATH = "/api/v1/registry/batches"


def benefit(programme: str, batch: Batch, *members: str) -> Benefit:
    return Benefit(programme=programme, batch=batch, members=tuple(map(UUID, members)), amount=Decimal("10"))


def of(counts: Json, batch: str) -> Json:
    return next(one for one in counts["batches"] if one["batch"] == batch)


@pytest.mark.req("M08", "M45", "Y100")
async def test_households_and_persons_by_batch_programme_and_place(
    registry: httpx.AsyncClient,
    departments: Departments,
    people: People,
    headers_of: Callable[..., dict[str, str]],
) -> None:
    near = await create(registry, people.household("B-1"))
    far = await create(registry, people.household("B-2", division=OTHER_VILLAGE))
    await create(registry, people.household("B-3"))
    head, spouse = (member["member_id"] for member in near["members"])
    await departments.say(
        "health",
        near["household_id"],
        benefits=(
            benefit("doctor_contract", Batch.MEDICAL, head, spouse),
            benefit("health_card", Batch.MEDICAL, head),
        ),
    )
    await departments.say("civil_affairs", far["household_id"], benefits=(benefit("dibao", Batch.DIBAO),))

    counts = (await registry.get(PATH, params={"by": "division", "division": "420115010"})).json()
    assert (counts["division"], counts["households"], counts["members"]) == ("420115010000", 3, 6)
    assert [one["batch"] for one in counts["batches"]] == [batch.value for batch in Batch]
    assert of(counts, "medical") == {
        "batch": "medical",
        "households": 1,
        "persons": 2,
        "programmes": [
            {"programme": "doctor_contract", "households": 1, "persons": 2},
            {"programme": "health_card", "households": 1, "persons": 1},
        ],
    }
    assert (of(counts, "dibao")["households"], of(counts, "dibao")["persons"]) == (1, 2)
    assert of(counts, "housing") == {"batch": "housing", "households": 0, "persons": 0, "programmes": []}
    areas = {area["division"]: area for area in counts["areas"]}
    assert [areas[VILLAGE]["households"], areas[OTHER_VILLAGE]["households"]] == [2, 1]
    assert of(areas[VILLAGE], "dibao")["households"] == 0
    assert of(areas[OTHER_VILLAGE], "dibao")["programmes"][0]["persons"] == 2

    assert "areas" not in (await registry.get(PATH)).json()
    own = (await registry.get(PATH, headers=headers_of(divisions=[VILLAGE]))).json()
    assert (own["households"], of(own, "dibao")["households"], of(own, "medical")["persons"]) == (2, 0, 2)
    assert (own["division"], own["complete"], counts["complete"]) == (VILLAGE, True, True)
    part = (await registry.get(PATH, params={"division": "420115"}, headers=headers_of(divisions=[VILLAGE]))).json()
    assert (part["division"], part["complete"], part["households"]) == ("420115000000", False, 2)
    exited = (await registry.get(PATH, params={"state": "exited"})).json()
    assert exited["households"] == 0


@pytest.mark.req("M08", "H07")
async def test_a_benefit_of_so_many_whom_nobody_names_counts_so_many(
    registry: httpx.AsyncClient, departments: Departments, people: People
) -> None:
    home = await create(registry, people.household("B-4"))
    head = home["members"][0]["member_id"]

    async def counted(*given: Benefit) -> tuple[int, list[int]]:
        await departments.say("civil_affairs", home["household_id"], benefits=given)
        found = of((await registry.get(PATH)).json(), "dibao")
        return found["persons"], [one["persons"] for one in found["programmes"]]

    def relief(*members: str, persons: int | None) -> Benefit:
        return benefit("temporary_relief", Batch.DIBAO, *members).model_copy(update={"persons": persons})

    assert await counted(relief(persons=None)) == (2, [2])
    assert await counted(relief(persons=1)) == (1, [1])
    assert await counted(relief(persons=0)) == (0, [0])
    assert await counted(relief(persons=9)) == (2, [2])
    assert await counted(relief(head, persons=2)) == (2, [2])
    assert await counted(relief(persons=1), benefit("dibao", Batch.DIBAO, head)) == (1, [1, 1])
    status = await departments.status(home["household_id"])
    batch = next(one for one in status["benefits"] if one["batch"] == "dibao")
    assert [one["persons"] for one in batch["benefits"]] == [None, 1]


@pytest.mark.parametrize(
    "query", ["by=state", "by=", "area=420115", "division=4201x", "state=poor", "batch=", "signal=nope"]
)
async def test_what_is_no_filter_is_refused(registry: httpx.AsyncClient, query: str) -> None:
    answer = await registry.get(f"{PATH}?{query}")
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("path", [PATH, "/api/v1/statuses/summary", "/api/v1/registry/exit-plan"])
async def test_a_place_outside_the_callers_area_is_not_counted_as_empty(
    registry: httpx.AsyncClient, people: People, headers_of: Callable[..., dict[str, str]], path: str
) -> None:
    """As an indicator refuses: nobody may take the nothing that is seen for what there is."""
    await create(registry, people.household("B-1"))
    for division, caller, status in (
        (VILLAGE, OTHER_VILLAGE, 403),
        ("411103", OTHER_VILLAGE, 403),
        ("420115", OTHER_VILLAGE, 200),
        (VILLAGE, "420115000000", 200),
    ):
        answer = await registry.get(path, params={"division": division}, headers=headers_of(divisions=[caller]))
        assert answer.status_code == status, answer.text
        assert answer.json().get("code") == ("out-of-area" if status == 403 else None)


async def test_the_scope_is_needed(registry: httpx.AsyncClient, headers_of: Callable[..., dict[str, str]]) -> None:
    answer = await registry.get(PATH, headers=headers_of(scopes=["registry:read"]))
    assert answer.status_code == 403

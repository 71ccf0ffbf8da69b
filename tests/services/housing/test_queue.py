"""The queue: registered households first, then the other key groups; reasons, pages, area (Y20, Y21)."""

import pytest

from shared.policy import PolicyOverride
from shared.roster.models import HouseholdState, RosterHousehold
from shared.testing.department import Body, DepartmentSystem
from tests.services.housing.officials import open_case, step, taken_over

FARMER = {"state": HouseholdState.CANDIDATE, "household_type": "farmer"}
WHERE, OTHER = "420115010201", "420115010202"


async def queue(housing: DepartmentSystem, *divisions: str, **query: object) -> Body:
    return await housing.read("renovation-queue", *divisions, **query)


async def apply(housing: DepartmentSystem, home: RosterHousehold, category: str, on: str) -> str:
    evidence = {} if category == "registered" else {"category_evidence": f"证{category}"}
    case = await open_case(housing, home, "township", category=category, taken_on=on, **evidence)
    return str(case["id"])


@pytest.mark.req("Y20", "Y21")
async def test_who_comes_first_and_why(housing: DepartmentSystem) -> None:
    async def home(where: str = WHERE, **more: object) -> RosterHousehold:
        return await housing.household(housing.person("户"), division=where, **more)

    disabled = await apply(housing, await home(**FARMER), "poor_disabled", "2020-01-05")
    dibao_home = await home(state=HouseholdState.CANDIDATE, household_type="dibao")
    on_dibao = await apply(housing, dibao_home, "dibao", "2020-01-06")
    new_home, early_home, danger_home = await home(), await home(), await home(state=HouseholdState.EXITED)
    newest = await apply(housing, new_home, "registered", "2020-03-01")
    # On the register though applied for as disabled: the register goes before the evidence.
    early = await apply(housing, early_home, "poor_disabled", "2020-02-01")
    danger = await apply(housing, danger_home, "registered", "2020-04-01")
    for place, grade in ((danger_home, "D"), (early_home, "C"), (new_home, "C"), (dibao_home, "D")):
        await housing.accept_row(
            "appraisals",
            {"household_code": place.code, "grade": grade, "appraised_on": "2020-01-01", "appraiser": "鉴定站"},
        )
    elsewhere = await apply(housing, await home(OTHER), "registered", "2019-01-01")

    found = await queue(housing, division=WHERE)
    items = found["items"]
    assert isinstance(items, list)
    assert [one["renovation_id"] for one in items] == [danger, early, newest, on_dibao, disabled]
    assert [one["place"] for one in items] == [1, 2, 3, 4, 5]
    assert (found["total"], found["priority"]) == (5, ["registered"])
    assert [one["category"] for one in items] == ["registered"] * 3 + ["dibao", "poor_disabled"]
    assert [one["category_shown_by"] for one in items] == ["register"] * 4 + ["evidence"]
    assert items[4]["category_evidence"] == "证poor_disabled"
    assert [reason["code"] for reason in items[0]["reasons"]] == ["priority_group", "grade_D", "applied_on"]
    assert [reason["code"] for reason in items[4]["reasons"]] == ["other_key_group", "grade_unknown", "applied_on"]
    assert items[0]["reasons"][0]["label"] == {"zh": "优先对象", "en": "Of a group that comes first"}
    assert await queue(housing, division=WHERE) == found, "the same question gives the same order"

    pages: list[str] = []
    cursor: dict[str, object] = {}
    while True:
        page = await queue(housing, division=WHERE, limit=2, **cursor)
        pages += [one["renovation_id"] for one in page["items"]]  # type: ignore[attr-defined]  # a JSON array
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert pages == [danger, early, newest, on_dibao, disabled]

    assert {one["division"] for one in (await queue(housing, OTHER))["items"]} == {OTHER}  # type: ignore[attr-defined]
    assert (await housing.get("renovation-queue", OTHER, division=WHERE)).status_code == 403
    assert elsewhere in str(await queue(housing, division="420115010"))

    key = "housing.renovation_priority"
    strict = ["registered", "poor_disabled", "dibao"]
    await housing.set_policy(PolicyOverride(key=key, area=WHERE, year=2020, value=strict))
    items = (await queue(housing, division=WHERE))["items"]
    assert [one["renovation_id"] for one in items][3:] == [disabled, on_dibao]  # type: ignore[attr-defined]

    await step(housing, {"id": danger}, "withdraw", "township", reason="自愿放弃")
    items = (await queue(housing, division=WHERE))["items"]
    assert items[0]["renovation_id"] == early  # type: ignore[index]


@pytest.mark.req("Y20", "Y21")
async def test_what_the_place_is_judged_by(housing: DepartmentSystem) -> None:
    where = "420115010203"

    async def home(**more: object) -> RosterHousehold:
        return await housing.household(housing.person("户"), division=where, **more)

    async def appraise(of: RosterHousehold, grade: str, on: str, number: int = 1) -> str:
        body = {"household_code": of.code, "grade": grade, "appraised_on": on, "dwelling_number": number}
        return str((await housing.accept_row("appraisals", {**body, "appraiser": "鉴定站"}))["id"])

    homes = {name: await home() for name in ("worse since", "other house", "mistaken", "gone")}
    poor = {"state": HouseholdState.CANDIDATE}
    homes["dibao"] = await home(**poor, categories=({"kind": "dibao"},))
    homes["tekun"] = await home(**poor, household_type="tekun")
    homes["in care"] = await home(**poor, categories=({"kind": "tekun"},))
    given = {"dibao": "dibao", "tekun": "tekun_scattered", "in care": "tekun_scattered"}
    cases = {name: await apply(housing, of, given.get(name, "registered"), "2020-03-01") for name, of in homes.items()}
    await appraise(homes["worse since"], "D", "2020-02-01")
    await appraise(homes["worse since"], "C", "2020-01-01")
    await appraise(homes["other house"], "D", "2020-02-01", number=2)
    mistaken = await appraise(homes["mistaken"], "D", "2020-02-01")
    await housing.post(f"appraisals/{mistaken}:void", {"reason": "登错户"})
    gone = {"household_id": homes["gone"].household_id, "code": homes["gone"].code, "version": 2}
    await housing.household(division=where, state=HouseholdState.CLOSED, **gone)  # type: ignore[arg-type]  # fields of the roster
    await taken_over(housing, await home(), "Q1", started_on="2019-05-01")

    items = (await queue(housing, division=where))["items"]
    assert isinstance(items, list)
    found = {one["renovation_id"]: (one["grade"], one["category"], one["category_shown_by"]) for one in items}
    assert found == {
        cases["worse since"]: ("D", "registered", "register"),
        cases["other house"]: (None, "registered", "register"),
        cases["mistaken"]: (None, "registered", "register"),
        cases["dibao"]: (None, "dibao", "register"),
        cases["tekun"]: (None, "tekun_scattered", "register"),
        cases["in care"]: (None, "tekun_scattered", "register"),
    }
    assert items[0]["renovation_id"] == cases["worse since"]


@pytest.mark.parametrize(
    "query",
    ["colour=red", "division=", "division=12345", "limit=0", "limit=1001", "cursor=!!", "cursor=WyIxIl0", "year=2020",
     "cursor=WyIxIiwiMSIsIjIwMjAtMDEtMDEiLCJ4Il0", "cursor=WyI5OTk5OTk5OTk5OSIsIjEiLCIyMDIwLTAxLTAxIiwieCJd"],
)  # fmt: skip
async def test_a_wrong_question_is_refused(housing: DepartmentSystem, query: str) -> None:
    answer = await housing.client.get(f"/api/v1/housing/renovation-queue?{query}", headers=housing.headers())
    assert answer.status_code == 400, answer.text

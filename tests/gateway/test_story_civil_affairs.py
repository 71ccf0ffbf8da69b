"""A poor household that is not in dibao: found by the list, checked from shared data, taken in, and known to all."""

from datetime import timedelta
from typing import cast

import pytest

from tests.gateway.families import register, status_of, today, version_of
from tests.gateway.system import System, body_of

CIVIL_AFFAIRS = "/api/v1/civil_affairs"
Body = dict[str, object]


@pytest.mark.req("D21", "D22", "M09", "M10", "M11", "Y54", "Y56", "SYS03", "SYS04", "M45", "SYS01")
async def test_from_the_list_to_the_category_of_the_household(system: System) -> None:
    township, district = system.as_("township-officer"), system.as_("district-civil-affairs")
    family = await register(system, size=1)
    income = {"household_code": family.code, "year": today().year - 1, "concept": "net", "persons": 1}
    booked = await system.registry.post_patiently(
        "/api/v1/registry/income-years",
        {**income, "recorded_on": f"{today().year - 1}-10-05", "transfer_soil_fertility": "1800"},
    )
    assert booked.status_code == 201, booked.text
    version = version_of(booked, "registry")
    await status_of(system.office, family, at_least=f"registry:{version},civil_affairs:1")

    async def line(code: str) -> Body | None:
        path = f"{CIVIL_AFFAIRS}/lists/{code}"
        answer = body_of(await township.get(path, params={"division": family.division, "limit": "200"}))
        own = [one for one in cast(list[Body], answer["items"]) if one["household_id"] == family.household_id]
        return own[0] if own else None

    should_be_in = await line("dibao_should_be_in")
    assert should_be_in is not None
    check = f"{CIVIL_AFFAIRS}/lists/dibao_should_be_in/lines/{should_be_in['line_id']}:check"
    assert (await township.post(check, {"remark": "已上门了解"})).status_code == 200

    question = {"household_code": family.code, "purpose": "低保申请核查", "authorised": True, "declared_income": "1800"}
    answer = body_of(await township.post(f"{CIVIL_AFFAIRS}/economic-checks", question))
    assert cast(Body, cast(Body, answer["household"])["income"])["per_capita"] == "1800.00"
    assert {one["code"] for one in cast(list[Body], answer["findings"])} == {"income_below_standard"}

    def ago(days: int) -> str:
        return (today() - timedelta(days=days)).isoformat()

    opened = {"household_code": family.code, "taken_on": ago(20), "persons": 1, "authorised": True}
    case = body_of(await township.post_patiently(f"{CIVIL_AFFAIRS}/dibao-cases", opened), 201)
    assert await line("dibao_should_be_in") is None

    found = {"persons": 1, "per_capita_income": "1800", "property_within_rule": True}
    seen = {name: found[name] for name in ("per_capita_income", "property_within_rule")}
    steps: tuple[tuple[str, Body], ...] = (
        ("visit_home", {"taken_on": ago(17), "visitors": ["张勇", "刘芳"], **found}),
        ("compare_data", {"taken_on": ago(16), "sources": ["registry"], **seen}),
        ("assess", {"taken_on": ago(15), "dibao_class": "a", "decision": "accept", **found}),
    )
    for name, body in steps:
        case = body_of(await township.post_patiently(f"{CIVIL_AFFAIRS}/dibao-cases/{case['id']}:{name}", body))
    confirm = {"decision": "accept", "certificate_number": f"DB{family.code}", "granted_on": ago(8)}
    path = f"{CIVIL_AFFAIRS}/dibao-cases/{case['id']}:confirm"
    early = await district.post(path, {"taken_on": ago(9), **confirm})
    assert early.status_code == 409, early.text  # the posting runs for seven days
    own = await township.post(path, {"taken_on": ago(8), **confirm})
    assert (own.status_code, own.json()["code"]) == (403, "four-eyes")  # who checked and reviewed does not confirm
    confirmed = await district.post_patiently(path, {"taken_on": ago(8), **confirm})
    assert body_of(confirmed)["stage"] == "in_force"
    assert await line("posting_back_dated") is not None  # the posting was entered when it was over

    version = version_of(confirmed, "civil_affairs")
    status = await status_of(system.mobile, family, at_least=f"civil_affairs:{version}")
    (batch,) = [one for one in cast(list[Body], status["benefits"]) if one["batch"] == "dibao"]
    assert [one["programme"] for one in cast(list[Body], batch["benefits"])] == ["dibao"]
    categories = cast(list[Body], cast(Body, status["lifecycle"])["categories"])
    assert [one["kind"] for one in categories] == ["dibao"]
    differs = await line("household_category_differs")
    assert differs is not None
    assert differs["detail"] == {"household_type": "general", "category": "dibao"}
